"""The forms of pauses: moments are typed by the clocks of the reader's zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from liaison.integrations.models import Pause, PauseState
from liaison.integrations.names import LONGEST_REASON
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.zones import is_within_the_calendar, resolve_local
from liaison.web import wording

OPEN: Final = "open"
PRESETS: Final = (("30", _("30 minutes")), ("60", _("1 hour")), ("120", _("2 hours")), ("240", _("4 hours")))


class LocalMoment(forms.CharField):
    """A date and a time without a zone, or None. What cannot be read is refused in our own words."""

    def __init__(self, **words: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
        super().__init__(required=False, widget=widget, **words)

    def clean(self, value: object) -> datetime | None:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise forms.ValidationError(wording.text(IntegrationCode.UNKNOWN_MOMENT)) from error
        if found.tzinfo is not None or not is_within_the_calendar(found):
            raise forms.ValidationError(wording.text(IntegrationCode.UNKNOWN_MOMENT))
        return found


class _WhyAndHow(forms.Form):
    reason = forms.CharField(
        label=_("Reason for the pause"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=_("Whoever is told of the pause reads it."),
    )
    ends_by_itself = forms.BooleanField(
        label=_("The pause ends by itself at its planned end"),
        required=False,
        help_text=_("Otherwise the integration stays paused until somebody resumes it, and people are reminded."),
    )


class PauseForm(_WhyAndHow):
    """A new pause: now, or planned."""

    starts_at = LocalMoment(label=_("Start"), help_text=_("Leave it empty to pause now."))
    duration = forms.ChoiceField(
        label=_("Planned length"),
        choices=[*PRESETS, (OPEN, _("No planned end"))],
        required=False,
        initial="120",
    )
    until = LocalMoment(label=_("Planned end"), help_text=_("A time here counts instead of the length above."))
    field_order = ("starts_at", "duration", "until", "reason", "ends_by_itself")

    def __init__(self, data: object = None, *, is_paused: bool = False) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # what was posted, or nothing
        if is_paused:
            starts_at = self.fields["starts_at"]
            starts_at.required, starts_at.help_text = True, _("When the next pause begins.")

    def moments(self, zone: str, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Return the start, None for now, and the planned end, None for none, of a valid form: aware, UTC."""
        start, until = instant(self.cleaned_data["starts_at"], zone), instant(self.cleaned_data["until"], zone)
        chosen = self.cleaned_data["duration"] or OPEN
        if until is None and chosen != OPEN:
            until = (start or now) + timedelta(minutes=int(chosen))
        return start, until


class ChangePauseForm(_WhyAndHow):
    """Another start of a planned pause, and another end or reason of any."""

    starts_at = LocalMoment(label=_("Start"))
    until = LocalMoment(label=_("Planned end"), help_text=_("Leave it empty for a pause without a planned end."))
    field_order = ("starts_at", "until", "reason", "ends_by_itself")

    def __init__(self, data: object, *, pause: Pause, zone: str) -> None:
        self._zone, self._pause = zone, pause
        initial = {
            "starts_at": _typed(pause.starts_at, zone),
            "until": _typed(pause.ends_at, zone),
            "reason": pause.reason,
            "ends_by_itself": pause.ends_by_itself,
        }
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # what was posted, or nothing
        if pause.state != PauseState.SCHEDULED:
            del self.fields["starts_at"]

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """Return start and end of a valid form. What was left as it stood keeps its seconds."""
        start = self._same_or_new("starts_at", self._pause.starts_at)
        return start, self._same_or_new("until", self._pause.ends_at)

    def _same_or_new(self, name: str, before: datetime | None) -> datetime | None:
        typed: datetime | None = self.cleaned_data.get(name)
        is_same = typed is not None and typed.isoformat(timespec="minutes") == _typed(before, self._zone)
        return before if is_same else instant(typed, self._zone)


def instant(local: datetime | None, zone: str) -> datetime | None:
    """Return the moment that a clock of the zone shows so."""
    return resolve_local(local, zone).instant_utc if local else None


def _typed(moment: datetime | None, zone: str) -> str:
    """Return a moment as a field of a form wants it, by the clocks of the zone."""
    return "" if moment is None else moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
