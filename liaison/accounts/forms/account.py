"""The form of an account about itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liaison.accounts.forms.choices import language_choices, zone_options
from liaison.accounts.models import Account


class AccountForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        asked = {"name": account.name, "language": account.language, "time_zone": account.time_zone}
        kwargs.setdefault("initial", asked)
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_options()  # type: ignore[attr-defined]
