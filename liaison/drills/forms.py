"""The forms of this room: what to drill, and when every month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from babel import Locale
from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.labels import field_label
from liaison.drills.actions.scheduling import MOST_DAYS_BEFORE, Wish
from liaison.drills.models import DrillSchedule
from liaison.lib.dates import week_days
from liaison.lib.languages import language_for
from liaison.lib.zones import city_name, zone_choices

WEEKS: Final[tuple[tuple[str, Promise], ...]] = (
    ("1", _("The first")),
    ("2", _("The second")),
    ("3", _("The third")),
    ("4", _("The fourth")),
    ("5", _("The last")),
)
MODES: Final[tuple[tuple[str, Promise], ...]] = (
    ("reality", _("As in reality: the first answer ends the calling")),
    ("everybody", _("Everybody is called once, and each is to answer")),
)
_MODE_HELP: Final = _("This counts for the technical emergency contacts. The people of other fields are told at once.")


class StartForm(forms.Form):
    field = forms.ChoiceField(label=_("Who is to answer"))
    mode = forms.ChoiceField(label=_("How it goes"), choices=MODES, help_text=_MODE_HELP)
    announced = forms.BooleanField(label=_("Tell the administrators that a drill begins"), required=False)

    def __init__(self, *args: Any, fields: Sequence[ContactField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["field"], fields)


class ScheduleForm(forms.Form):
    field = forms.ChoiceField(label=_("Who is to answer"))
    mode = forms.ChoiceField(label=_("How it goes"), choices=MODES, help_text=_MODE_HELP)
    weekday = forms.TypedChoiceField(label=_("Day"), coerce=int)
    week = forms.TypedChoiceField(
        label=_("Which of the month"), choices=WEEKS, coerce=int, help_text=_("Counts when a weekday is chosen.")
    )
    day = forms.IntegerField(
        label=_("Day of the month"),
        min_value=1,
        max_value=31,
        help_text=_("Counts when no weekday is chosen. A month that is too short has it on its last day."),
    )
    at = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Outside of the support hours the drill begins when they open next."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    announced_days = forms.IntegerField(
        label=_("Announced so many days before"),
        required=False,
        min_value=0,
        max_value=MOST_DAYS_BEFORE,
        help_text=_("The administrators are told. Leave it empty for a drill that nobody expects."),
    )
    paused = forms.BooleanField(label=_("Paused: no drill begins by itself"), required=False)

    def __init__(self, *args: Any, fields: Sequence[ContactField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        _offer(self.fields["field"], fields)
        weekday, zone = self.fields["weekday"], self.fields["time_zone"]
        if isinstance(weekday, forms.ChoiceField) and isinstance(zone, forms.ChoiceField):
            weekday.choices = [(0, str(_("A day of the month"))), *weekdays_in_full(language)]
            zone.choices = [(name, f"{city_name(name, language)} ({name})") for name in zone_choices()]

    def wish(self) -> Wish:
        """Return what was asked for; only for a form that is valid."""
        values = self.cleaned_data
        return Wish(
            field=values["field"],
            minute=values["at"].hour * 60 + values["at"].minute,
            time_zone=values["time_zone"],
            everybody=values["mode"] == "everybody",
            weekday=values["weekday"],
            week=values["week"],
            day=values["day"],
            announced_days=values["announced_days"],
            is_paused=values["paused"],
        )


def weekdays_in_full(language: str) -> tuple[tuple[int, str], ...]:
    """Return the ISO weekdays with their whole names, in the order of the language's week."""
    names = Locale.parse(language_for(language).cldr).days["stand-alone"]["wide"]
    return tuple((day, str(names[day - 1])) for day, _short in week_days(language))


def initial_of(schedule: DrillSchedule | None, zone: str) -> dict[str, Any]:
    """Return what the form of the schedule shows: the schedule, or a good one to begin with."""
    if schedule is None:
        return {"mode": "reality", "weekday": 2, "week": 2, "day": 1, "at": "10:00", "time_zone": zone}
    return {
        "field": schedule.field,
        "mode": "everybody" if schedule.everybody else "reality",
        "weekday": schedule.weekday,
        "week": schedule.week,
        "day": schedule.day,
        "at": f"{schedule.minute // 60:02}:{schedule.minute % 60:02}",
        "time_zone": schedule.time_zone,
        "announced_days": schedule.announced_days,
        "paused": schedule.paused_at is not None,
    }


def _offer(choice: forms.Field, fields: Sequence[ContactField]) -> None:
    if isinstance(choice, forms.ChoiceField):
        choice.choices = [(field.value, field_label(field)) for field in fields]
        # What most want to know is whether an emergency would be answered.
        choice.initial = ContactField.EMERGENCY.value
