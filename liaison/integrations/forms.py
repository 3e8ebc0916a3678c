"""The small forms of integrations, keys and brands."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.catalog.loader import integration_kinds
from liaison.integrations.models import EnvironmentName, Stage
from liaison.integrations.names import LONGEST_REASON, LONGEST_SLUG

ENVIRONMENTS = [
    (EnvironmentName.SANDBOX.value, _("Sandbox")),
    (EnvironmentName.PRODUCTION.value, _("Production")),
]


class DisableForm(forms.Form):
    """Why the operator disables an integration."""

    reason = forms.CharField(
        label=_("Reason for disabling"),
        max_length=LONGEST_REASON,
        help_text=_("The contacts of the account read it as you write it."),
    )


class IntakeKeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Where the key is used, for example: Alertmanager in Milan.")
    )
    environment = forms.ChoiceField(label=_("Environment"), choices=ENVIRONMENTS, initial="production")


class BrandForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("End users see this name."))
    slug = forms.CharField(
        label=_("Name in the address"),
        max_length=LONGEST_SLUG,
        help_text=_("Lower-case letters, digits and hyphens. It cannot be changed later."),
    )


class BrandNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("End users see this name."))


class IntegrationForm(forms.Form):
    """A new integration, by staff."""

    kind = forms.ChoiceField(label=_("Integration kind"))
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=[(Stage.INTERESTED.value, _("Interested")), (Stage.INTEGRATING.value, _("Integrating"))],
        initial=Stage.INTEGRATING.value,
    )

    def __init__(self, *args: object, used: frozenset[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they come
        language = get_language() or "en"
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [
                (entry.key, entry.name(language)) for entry in integration_kinds().values() if entry.key not in used
            ]
