"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from liaison.accounts import duty
from liaison.calendars.duty import people_on_call
from liaison.calendars.wording import REFUSALS
from liaison.web import wording


def register_everything() -> None:
    duty.register(people_on_call)
    wording.register(REFUSALS)
