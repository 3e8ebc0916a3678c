"""The forms of this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from liaison.accounts.forms.choices import language_choices, zone_options
from liaison.accounts.models import Identity
from liaison.integrations.models import Stage
from liaison.lib.languages import language_for
from liaison.support.actions.expressing import LONGEST_MESSAGE
from liaison.support.kinds import kind_lines, kind_names
from liaison.support.languages import likely_zone
from liaison.support.models import Interest


class InterestForm(forms.Form):
    """What somebody says who is interested; prefilled with what is known of a signed-in reader."""

    company = forms.CharField(
        label=_("Company"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    website = forms.CharField(
        label=_("Website"),
        max_length=300,
        required=False,
        help_text=_("For example: https://www.example.com"),
        widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url"}),
    )
    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    address = forms.CharField(
        label=_("Work e-mail address"),
        max_length=254,
        help_text=_("We mail a link to this address. Open it, so that we know that it is yours."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of integration"), required=False, widget=forms.CheckboxSelectMultiple
    )
    message = forms.CharField(
        label=_("What do you have in mind?"),
        max_length=LONGEST_MESSAGE,
        required=False,
        help_text=_("For example: how many merchants you have, in which countries, and when you want to begin."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    language = forms.ChoiceField(label=_("Language of our answer"))
    time_zone = forms.ChoiceField(label=_("Your time zone"))

    def __init__(self, *args: Any, reader: Identity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(kind.key, kind.name) for kind in kind_lines()]  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_options()  # type: ignore[attr-defined]
        language = language_for(get_language()).code
        self.initial = {"language": language, "time_zone": likely_zone(language)}
        if reader is not None:
            self.initial |= {
                "company": "" if reader.is_staff else reader.account.name,
                "name": reader.name,
                "address": reader.mailbox,
                "time_zone": reader.effective_time_zone,
            }


class AcceptForm(forms.Form):
    """What becomes of an expression of interest; without the fields of a new account where there is one already."""

    name = forms.CharField(label=_("Name of the account"), max_length=200)
    slug = forms.CharField(
        label=_("Short name"),
        max_length=63,
        help_text=_("Small Latin letters, digits and hyphens. It stands in addresses and cannot be changed."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    kinds = forms.MultipleChoiceField(label=_("Kinds of integration"), widget=forms.CheckboxSelectMultiple)
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=[(Stage.INTEGRATING.value, _("Integrating")), (Stage.INTERESTED.value, _("Interested"))],
        help_text=_("Contact information is asked for from the stage “Integrating” on."),
    )
    manager = forms.ChoiceField(label=_("Partner manager"), required=False)

    def __init__(self, *args: Any, managers: list[Identity], has_account: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(kind.key, kind.name) for kind in kind_lines()]  # type: ignore[attr-defined]
        if has_account:
            for name in ("name", "slug", "language", "time_zone", "manager"):
                del self.fields[name]
            return
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_options()  # type: ignore[attr-defined]
        people = [(manager.public_id, manager.name) for manager in managers]
        self.fields["manager"].choices = [("", _("Nobody")), *people]  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """Why not. The person reads it."""

    reason = forms.CharField(
        label=pgettext_lazy("why", "Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, interest: Interest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = language_for(interest.language)
        self.fields["reason"].help_text = _("It is mailed to %(name)s as you write it. They read %(language)s.") % {
            "name": interest.name,
            "language": language.native_name,
        }


def names_of(interest: Interest) -> list[str]:
    """Return the names of the kinds that were ticked, in the reader's language."""
    return kind_names(interest.kinds, get_language() or settings.LANGUAGE_CODE)
