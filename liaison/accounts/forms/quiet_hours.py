"""The form of one's own quiet hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.lib.dates import format_clock, week_days
from liaison.lib.hours import MINUTES_A_DAY

_CLOCK_ATTRIBUTES = {"autocomplete": "off", "placeholder": "00:00", "maxlength": "5"}


class QuietHoursForm(forms.Form):
    days = forms.TypedMultipleChoiceField(
        label=_("Days on which they begin"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a day you have no quiet hours."),
    )
    start = forms.CharField(
        label=_("From"), required=False, max_length=5, widget=forms.TextInput(attrs=_CLOCK_ATTRIBUTES)
    )
    end = forms.CharField(
        label=_("Until"),
        required=False,
        max_length=5,
        widget=forms.TextInput(attrs=_CLOCK_ATTRIBUTES),
        help_text=_("An end that is not later than the start is on the next day, for example 22:00 to 07:00."),
    )

    def __init__(self, identity: Identity, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(identity))
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = week_days(get_language() or "en")  # type: ignore[attr-defined]


def _initial(identity: Identity) -> dict[str, object]:
    if not identity.quiet_days:
        return {"days": [], "start": "22:00", "end": "07:00"}
    ends = identity.quiet_end_minute
    return {
        "days": identity.quiet_days,
        "start": format_clock(identity.quiet_start_minute, "en"),
        "end": format_clock(ends - MINUTES_A_DAY if ends > MINUTES_A_DAY else ends, "en"),
    }
