"""The forms of the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from liaison.accounts.forms.choices import language_choices, zone_options
from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.wording import ACCOUNT_KINDS, SUPPORT_TIERS
from liaison.lib.zones import is_within_the_calendar

KINDS = [(kind.value, label) for kind, label in ACCOUNT_KINDS.items() if kind != AccountKind.OPERATOR]


class OpenAccountForm(forms.Form):
    """A new account and its first administrator."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=KINDS,
        help_text=_("It cannot be changed. A company that is two things has two accounts."),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.CharField(
        label=_("Short name"),
        max_length=63,
        help_text=_("Small Latin letters, digits and hyphens. It stands in addresses and cannot be changed."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    address = forms.CharField(
        label=_("E-mail address of the first administrator"),
        max_length=254,
        required=False,
        help_text=_("Gets an invitation that works once within 7 days. You can also invite somebody later."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"language": settings.LANGUAGE_CODE, "time_zone": settings.DEFAULT_TIME_ZONE}
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_options()  # type: ignore[attr-defined]


class PartnerManagerForm(forms.Form):
    """Who looks after the account; nobody is a choice too."""

    manager = forms.ChoiceField(label=_("Partner manager"), required=False)

    def __init__(self, managers: list[Identity], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(manager.public_id, manager.name) for manager in managers]
        self.fields["manager"].choices = [("", _("Nobody")), *people]  # type: ignore[attr-defined]


class SupportTierForm(forms.Form):
    """What the support of the account covers."""

    tier = forms.ChoiceField(
        label=_("Support tier"),
        choices=[(tier.value, label) for tier, label in SUPPORT_TIERS.items()],
        help_text=_("Accounts with premium support can escalate their cases."),
    )


class SendAgainForm(forms.Form):
    """Since when what did not arrive is sent again, by the reader's clock."""

    since = forms.CharField(
        label=_("Since"),
        help_text=_("Local time in your time zone, within the last 30 days."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def clean_since(self) -> datetime:
        try:
            found = datetime.fromisoformat(self.cleaned_data["since"].strip())
        except ValueError as error:
            raise forms.ValidationError(_("Enter a date and a time, for example 2026-11-05 14:05.")) from error
        if found.tzinfo is not None or not is_within_the_calendar(found):
            raise forms.ValidationError(_("Enter a date and a time, for example 2026-11-05 14:05."))
        return found
