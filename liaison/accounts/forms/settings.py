"""Forms of a person about themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from liaison.accounts.forms.choices import language_choices, zone_options
from liaison.accounts.models import Identity
from liaison.accounts.vocabulary import TokenScope
from liaison.accounts.wording import SCOPES

_LIVES_IN_DAYS: Final = (30, 90, 180, 365)


class SettingsForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, help_text=_("Pages and e-mails come in this language.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Times on pages and in e-mails are in this zone.")
    )
    wants_sandbox_mail = forms.BooleanField(
        label=_("Send me e-mails about the sandbox"),
        required=False,
        help_text=_(
            "Events of the sandbox reach none of the contacts of the account, only users who ask for them here. "
            "E-mails about emergencies and about your sign-in always come."
        ),
    )

    def __init__(self, identity: Identity, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "name": identity.name,
                "language": identity.language,
                "time_zone": identity.time_zone,
                "wants_sandbox_mail": identity.wants_sandbox_mail,
            },
        )
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices(identity.account)  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_options(identity.account)  # type: ignore[attr-defined]


class MailboxForm(forms.Form):
    address = forms.CharField(
        label=_("New mailbox"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a link to this address. It becomes your mailbox when you open the link."),
    )


class ForwardingForm(forms.Form):
    address = forms.CharField(
        label=_("Forward to"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a link to this address. E-mails are forwarded once you have opened the link."),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    scopes = forms.MultipleChoiceField(
        label=_("The token may"),
        choices=[(scope.value, SCOPES[scope]) for scope in TokenScope],
        initial=[TokenScope.READ.value],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(label=_("It expires after"), coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in _LIVES_IN_DAYS]
        self.fields["days"].choices = words  # type: ignore[attr-defined]

    def expires_at(self, now: datetime) -> datetime:
        """Return when the token ends; only for a valid form."""
        days: int = self.cleaned_data["days"]
        return now + timedelta(days=days)
