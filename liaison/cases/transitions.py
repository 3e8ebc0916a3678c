"""The life of a case, as a table: what each event makes of each state, and which side brings it about (D7, D8, W9).

Pure. *Who* may is the question of `access.py`. Each change of state goes through `next_state`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from liaison.cases.vocabulary import CaseState

REOPENABLE_FOR: Final = timedelta(hours=30 * 24)
_SMALLEST: Final = timedelta(microseconds=1)


class Side(StrEnum):
    """Whose side somebody is on in a case: of the account (and everybody it shares with), or of support."""

    ACCOUNT = "account"
    STAFF = "staff"


class CaseEvent(StrEnum):
    """What happens to a case."""

    WRITTEN = "written"  # somebody wrote, attached or escalated, and asked for no state
    TAKEN_UP = "taken_up"  # support works on it
    ASKED = "asked"  # support needs something from the account
    SOLVED = "solved"  # support gave a solution
    CLOSED = "closed"
    REOPENED = "reopened"


class ImpossibleTransitionError(Exception):
    """An event that cannot happen in this state, or not from this side."""


# What support may set by itself when it answers.
EVENT_OF_STATE: Final[Mapping[CaseState, CaseEvent]] = MappingProxyType(
    {
        CaseState.IN_PROGRESS: CaseEvent.TAKEN_UP,
        CaseState.ACTION_REQUIRED: CaseEvent.ASKED,
        CaseState.SOLUTION_PROVIDED: CaseEvent.SOLVED,
    }
)

TRANSITIONS: Final[Mapping[tuple[CaseState, CaseEvent, Side], CaseState]] = MappingProxyType(
    {
        # The account's answer hands the case back; before support has taken it up it changes nothing.
        (CaseState.NEW, CaseEvent.WRITTEN, Side.ACCOUNT): CaseState.NEW,
        (CaseState.IN_PROGRESS, CaseEvent.WRITTEN, Side.ACCOUNT): CaseState.IN_PROGRESS,
        (CaseState.ACTION_REQUIRED, CaseEvent.WRITTEN, Side.ACCOUNT): CaseState.IN_PROGRESS,
        (CaseState.SOLUTION_PROVIDED, CaseEvent.WRITTEN, Side.ACCOUNT): CaseState.IN_PROGRESS,
        (CaseState.REOPENED, CaseEvent.WRITTEN, Side.ACCOUNT): CaseState.REOPENED,
        # Support that writes has taken the case up; what it asked or gave before still stands.
        (CaseState.NEW, CaseEvent.WRITTEN, Side.STAFF): CaseState.IN_PROGRESS,
        (CaseState.IN_PROGRESS, CaseEvent.WRITTEN, Side.STAFF): CaseState.IN_PROGRESS,
        (CaseState.ACTION_REQUIRED, CaseEvent.WRITTEN, Side.STAFF): CaseState.ACTION_REQUIRED,
        (CaseState.SOLUTION_PROVIDED, CaseEvent.WRITTEN, Side.STAFF): CaseState.SOLUTION_PROVIDED,
        (CaseState.REOPENED, CaseEvent.WRITTEN, Side.STAFF): CaseState.IN_PROGRESS,
        # Whatever support sets in an open case holds, and both sides close one.
        **{
            (state, event, Side.STAFF): following
            for state in CaseState
            if state is not CaseState.CLOSED
            for following, event in EVENT_OF_STATE.items()
        },
        **{
            (state, CaseEvent.CLOSED, side): CaseState.CLOSED
            for state in CaseState
            if state is not CaseState.CLOSED
            for side in Side
        },
        # A closed case takes nothing else (W9); of the account only for a time, see `may_reopen`.
        (CaseState.CLOSED, CaseEvent.REOPENED, Side.ACCOUNT): CaseState.REOPENED,
        (CaseState.CLOSED, CaseEvent.REOPENED, Side.STAFF): CaseState.REOPENED,
    }
)


def next_state(state: CaseState, event: CaseEvent, side: Side) -> CaseState:
    """Return where an event leads; raises ImpossibleTransitionError."""
    try:
        return TRANSITIONS[state, event, side]
    except KeyError:
        raise ImpossibleTransitionError(f"a case that is {state} cannot be {event} by {side}") from None


def may_reopen(closed_at: datetime, now: datetime, side: Side) -> bool:
    """Say whether a closed case can still be reopened: strictly before 30 × 24 h have passed; by staff always (D8)."""
    return side is Side.STAFF or now < closed_at + REOPENABLE_FOR


def last_moment_to_reopen(closed_at: datetime) -> datetime:
    """Return the last moment (UTC) at which the account can reopen: one more microsecond is too late."""
    return closed_at + REOPENABLE_FOR - _SMALLEST


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the documentation; an event of both sides is one arrow."""
    arrows: dict[tuple[CaseState, CaseEvent, CaseState], list[str]] = {}
    for (state, event, side), following in TRANSITIONS.items():
        arrows.setdefault((state, event, following), []).append(side.value)
    lines = [
        f"    {state} --> {following}: {event} by {' or '.join(sides)}"
        for (state, event, following), sides in arrows.items()
    ]
    return "\n".join(("stateDiagram-v2", "    [*] --> new: filed by account or staff", *lines))
