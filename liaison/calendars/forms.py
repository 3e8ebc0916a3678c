"""The forms of this room. They ask and show; verbs check and refuse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from liaison.accounts.forms.choices import zone_options
from liaison.accounts.models import Identity
from liaison.calendars.actions.holidays import LONGEST_NOTE
from liaison.calendars.models import LONGEST_ROTA_NAME, DayKind
from liaison.calendars.queries import regions
from liaison.calendars.regions import FIRST_YEAR, LAST_YEAR
from liaison.calendars.wording import DAY_KINDS
from liaison.lib.dates import week_days
from liaison.lib.hours import MINUTES_A_DAY, parse_clock, parse_span
from liaison.lib.zones import is_within_the_calendar, resolve_local

_CLOCK: Final = {"autocomplete": "off", "placeholder": "09:00", "maxlength": "5"}
Choice = tuple[str, str]
Group = tuple[str, list[Choice]]


class ClockField(forms.CharField):
    """A time of day; its value is minutes after midnight, None where nothing was typed."""

    def __init__(self, **values: Any) -> None:
        super().__init__(max_length=5, widget=forms.TextInput(attrs=_CLOCK), **values)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_clock(text)
        except ValueError as error:
            raise forms.ValidationError(_now("Enter a time between 00:00 and 24:00, for example 09:30.")) from error


class MomentField(forms.CharField):
    """A local date and time in `zone`, which the form sets; its value is an aware moment in UTC."""

    def __init__(self, **values: Any) -> None:
        super().__init__(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **values)
        self.zone = "UTC"

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise forms.ValidationError(_now("Enter a date and a time, for example 2026-11-05 14:05.")) from error
        if found.tzinfo is not None or not is_within_the_calendar(found):
            raise forms.ValidationError(_now("Enter a date and a time, for example 2026-11-05 14:05."))
        return resolve_local(found, self.zone).instant_utc


class RotaForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_ROTA_NAME)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Hand-overs and hours of this rota are in this time zone.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_options()  # type: ignore[attr-defined]


class LayerForm(forms.Form):
    """A layer: its people in turn, when they hand over, and the hours in which it is on call."""

    starts_on = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The turn of the first person begins on this day. Turns of weeks are handed over on its weekday."),
    )
    handover = ClockField(label=_("Time of the hand-over"))
    turn = forms.IntegerField(label=_("Length of a turn"), min_value=1, max_value=366)
    unit = forms.ChoiceField(label=_("Unit"), choices=[("1", _("days")), ("7", _("weeks"))])

    def __init__(self, people: Sequence[Choice], places: int, rows: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hours_rows = range(1, rows + 1)
        own = dict(self.fields)
        self.fields.clear()
        for number in range(1, places + 1):
            label = _now("Person %(number)s") % {"number": number}
            choices = [("", _now("Nobody")), *people]
            self.fields[f"person_{number}"] = forms.ChoiceField(label=label, choices=choices, required=number == 1)
        self.fields |= own
        for number in self.hours_rows:
            self._add_hours(number)

    def people(self) -> tuple[str, ...]:
        """Return the public ids of the people in turn."""
        chosen = (value for name, value in self.cleaned_data.items() if name.startswith("person_"))
        return tuple(value for value in chosen if value)

    def hours(self) -> tuple[tuple[frozenset[int], int, int], ...]:
        return tuple(row for number in self.hours_rows if (row := self.cleaned_data[f"hours_{number}"]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for number in self.hours_rows:
            cleaned[f"hours_{number}"] = self._hours_row(number)
        if cleaned.get("handover") == MINUTES_A_DAY:
            self.add_error("handover", _now("A hand-over is between 00:00 and 23:59."))
        return cleaned

    def _add_hours(self, number: int) -> None:
        days = week_days(get_language() or "en")
        self.fields[f"days_{number}"] = forms.TypedMultipleChoiceField(
            label=_now("Days of the hours %(number)s") % {"number": number},
            coerce=int,
            choices=days,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields[f"start_{number}"] = ClockField(label=_("From"), required=False)
        self.fields[f"end_{number}"] = ClockField(label=_("Until"), required=False)

    def _hours_row(self, number: int) -> tuple[frozenset[int], int, int] | None:
        names = (f"days_{number}", f"start_{number}", f"end_{number}")
        if any(name in self.errors for name in names):
            return None
        typed = [self.data.get(name, "").strip() for name in names[1:]]
        days = frozenset(self.cleaned_data.get(names[0]) or ())
        if not days and not any(typed):
            return None
        try:
            start, end = parse_span(*typed)
        except ValueError:
            start = end = -1
        if not days or start < 0:
            sentence = _now("Hours need at least one day, a start and an end, for example 09:00 and 18:00.")
            self.add_error(names[0], sentence)
            return None
        return days, start, end


class OverrideForm(forms.Form):
    """Somebody takes over from one moment to another, both by the reader's clock."""

    person = forms.ChoiceField(label=_("Who takes over"))
    starts_at = MomentField(label=_("From"), help_text=_("Local time in your time zone."))
    ends_at = MomentField(label=_("Until"), help_text=_("Local time in your time zone."))

    def __init__(self, people: Sequence[Choice], zone: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]
        for name in ("starts_at", "ends_at"):
            self.fields[name].zone = zone  # type: ignore[attr-defined]


class TakeOverForm(forms.Form):
    until = MomentField(
        label=_("Until"),
        required=False,
        help_text=_("Local time in your time zone. Empty means until the next hand-over."),
    )

    def __init__(self, zone: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].zone = zone  # type: ignore[attr-defined]


class SwapForm(forms.Form):
    """Two turns by their keys; the page knows what they stand for."""

    own = forms.ChoiceField(label=_("Your turn"))
    other = forms.ChoiceField(label=_("The turn that you take instead"))

    def __init__(
        self, own: Sequence[Choice | Group], others: Sequence[Choice | Group], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["own"].choices = own  # type: ignore[attr-defined]
        self.fields["other"].choices = others  # type: ignore[attr-defined]


class RegionForm(forms.Form):
    region = forms.ChoiceField(label=_("Region"))
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [(one.code, one.name) for one in regions()]  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    """What a day is in a region, whatever the published list says."""

    day = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(label=_("What it is"), choices=[(kind.value, DAY_KINDS[kind]) for kind in DayKind])
    end = ClockField(
        label=_("Hours end at"), required=False, help_text=_("For a half day, for example 13:00. Else leave it empty.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE)


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Calendar file"),
        help_text=_("An iCal file (.ics). Whole days in it become holidays of this region. You see them before."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )


def people_choices(people: Sequence[Identity]) -> list[Choice]:
    return [(person.public_id, person.name or person.username) for person in people]
