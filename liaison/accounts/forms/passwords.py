"""allauth's forms of a new password. The rules for it are one line of text: theirs are HTML that shows as it is."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm as TheirChangePasswordForm
from allauth.account.forms import ResetPasswordKeyForm as TheirResetPasswordKeyForm
from allauth.account.forms import SetPasswordForm as TheirSetPasswordForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts


class _PlainRules(forms.BaseForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())


class ChangePasswordForm(_PlainRules, TheirChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """The present password, and the new one twice."""


class ResetPasswordKeyForm(_PlainRules, TheirResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """The new password twice, behind a link that was mailed."""


class SetPasswordForm(_PlainRules, TheirSetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """A first password twice, for who came in by a one-time link."""
