"""The rows of this room: corrected holidays, and who is on call."""

from __future__ import annotations

from liaison.calendars.models.holidays import DayKind, HolidayOverride

__all__ = ["DayKind", "HolidayOverride"]
