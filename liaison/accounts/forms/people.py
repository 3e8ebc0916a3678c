"""Forms about the people of an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liaison.accounts.forms.choices import language_choices, least_powerful_first, role_choices, zone_options
from liaison.accounts.models import Account, Identity, Invitation


class InviteForm(forms.Form):
    address = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"))
    language = forms.ChoiceField(label=_("Language of the invitation"), required=False)

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = least_powerful_first(role_choices(account))  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices(account)  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(account)  # type: ignore[attr-defined]


class CreateIdentityForm(forms.Form):
    """A user made by an administrator, mostly one that has no mailbox."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=150)
    username = forms.CharField(
        label=_("User name"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    role = forms.ChoiceField(label=_("Role"))
    mailbox = forms.CharField(
        label=_("Mailbox"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("May stay empty. A mailbox counts once the link that is mailed to it was opened."),
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = least_powerful_first(role_choices(account))  # type: ignore[attr-defined]
        system_domain = account.domains.get(is_system=True).name
        self.fields["username"].help_text = _("The part before the @ sign is enough: @%(domain)s is added.") % {
            "domain": system_domain
        }


class AcceptInvitationForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, invitation: Invitation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._address = invitation.address
        self.fields["password"].help_text = " ".join(password_validators_help_texts())
        self.fields["language"].choices = language_choices(invitation.account)  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_options(invitation.account)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        person = Identity(username=self._address, mailbox=self._address, name=cleaned.get("name", ""))
        try:
            validate_password(cleaned.get("password", ""), person)
        except ValidationError as error:
            if "password" in cleaned:
                self.add_error("password", error)
        return cleaned
