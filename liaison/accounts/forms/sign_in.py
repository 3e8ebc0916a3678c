"""The forms of allauth's pages where ours differ."""

from __future__ import annotations

import time
from typing import Any, Final

from allauth.account.forms import LoginForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts import actions
from liaison.lib.clock import utc_now
from liaison.lib.text import nfc

ANSWER_SECONDS: Final = 0.25
_LONGEST_LOGIN: Final = 254


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """User name and password. The name is taken as it is kept: lower case, no spaces around."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("User name")
        login.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        password = self.fields["password"]
        password.label = _("Password")
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)

    def clean_login(self) -> str:
        return _plain(self.cleaned_data["login"])

    def user_credentials(self) -> dict[str, str]:
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class ResetPasswordForm(forms.Form):
    """Takes a user name or a mailbox. Each identity behind it gets its own mail; who asks is told nothing."""

    # allauth's view limits and remembers by the name of this field.
    email = forms.CharField(
        label=_("User name or e-mail address"),
        max_length=_LONGEST_LOGIN,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )

    def clean_email(self) -> str:
        return _plain(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        login: str = self.cleaned_data["email"]
        begun = time.monotonic()
        actions.ask_for_password_reset(login=login, now=utc_now())
        # Writing a mail takes longer than finding nobody. Both answer after the same time, so that it tells nothing.
        time.sleep(max(0.0, ANSWER_SECONDS - (time.monotonic() - begun)))
        return login


def _plain(text: str) -> str:
    return nfc(text).strip().lower()
