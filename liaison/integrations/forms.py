"""The small forms of integrations, keys and brands."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.catalog.loader import integration_kinds
from liaison.integrations.models import EnvironmentName, Stage
from liaison.integrations.names import LONGEST_SLUG
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.zones import is_within_the_calendar
from liaison.web import wording

ENVIRONMENTS = [
    (EnvironmentName.SANDBOX.value, _("Sandbox")),
    (EnvironmentName.PRODUCTION.value, _("Production")),
]


class PauseForm(forms.Form):
    """The planned end of a pause, by the clocks of the reader's zone."""

    until = forms.CharField(
        label=_("Planned end"),
        required=False,
        help_text=_("The integration stays paused until somebody resumes it."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def clean_until(self) -> datetime | None:
        """Return a local time without a zone, or None for a pause without a planned end."""
        text = self.cleaned_data["until"].strip()
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise forms.ValidationError(wording.text(IntegrationCode.UNKNOWN_MOMENT)) from error
        if found.tzinfo is not None or not is_within_the_calendar(found):
            raise forms.ValidationError(wording.text(IntegrationCode.UNKNOWN_MOMENT))
        return found


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
