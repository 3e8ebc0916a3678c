"""The forms with which an environment is set up for monitoring. Intervals are typed as a number and a unit."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
_WORDS: Final = {
    "seconds": pgettext_lazy("unit of time", "Seconds"),
    "minutes": pgettext_lazy("unit of time", "Minutes"),
    "hours": pgettext_lazy("unit of time", "Hours"),
    "days": pgettext_lazy("unit of time", "Days"),
}
_LARGEST: Final = 100_000


class HealthCheckForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("For example https://api.example.com/health. It must be reachable from the internet."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    interval_seconds = forms.IntegerField(
        label=_("Interval in seconds"), initial=60, help_text=_("How often the address is asked, 10 seconds at least.")
    )
    timeout_seconds = forms.IntegerField(
        label=_("Time limit in seconds"), initial=10, help_text=_("How long an answer may take, 30 seconds at most.")
    )
    is_on = forms.BooleanField(label=_("The health check is switched on"), required=False, initial=True)


class _IntervalForm(forms.Form):
    """How often something is expected, and whether anybody is told when it is missing."""

    amount = forms.IntegerField(label=_("Expected every"), min_value=1, max_value=_LARGEST)
    unit = forms.ChoiceField(label=_("Unit"))
    is_watched = forms.BooleanField(label=_("Tell people when it is missing"), required=False)

    units: tuple[str, ...] = ()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they come
        unit = self.fields["unit"]
        if isinstance(unit, forms.ChoiceField):
            unit.choices = [(key, _WORDS[key]) for key in self.units]

    @property
    def interval(self) -> timedelta:
        """The interval that was typed; only for a valid form."""
        return timedelta(seconds=int(self.cleaned_data["amount"]) * _SECONDS[self.cleaned_data["unit"]])


class FeedForm(_IntervalForm):
    units = ("minutes", "hours", "days")


class HeartbeatForm(_IntervalForm):
    units = ("seconds", "minutes", "hours", "days")


def typed(interval: timedelta, units: tuple[str, ...]) -> dict[str, object]:
    """Return amount and unit that say the interval in the largest unit that fits it."""
    seconds = int(interval.total_seconds())
    unit = next(unit for unit in reversed(units) if seconds % _SECONDS[unit] == 0 or unit == units[0])
    return {"amount": seconds // _SECONDS[unit], "unit": unit}
