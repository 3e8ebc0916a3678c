"""Who would be told by a drill, in words: by the function that tells them (invariant 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.drills.topics import hypothetical
from liaison.notifications.actions import preview
from liaison.notifications.endpoints import endpoint_names
from liaison.notifications.facts import Channel, Pace, Planned, Withheld
from liaison.notifications.wording import channel_label, reason_label, withheld_label


@dataclass(frozen=True)
class PlannedRow:
    """One person on one way. `at` is when they are told; `why_not` is said of those who are not told at all."""

    name: str
    address: str
    channel: str
    places: tuple[str, ...]
    at: datetime
    is_later: bool
    why_not: str


@dataclass(frozen=True)
class PlannedDrill:
    """Everybody of a drill in order. `pace` is that of its escalation, None where all are told at once."""

    rows: tuple[PlannedRow, ...]
    pace: Pace | None
    reaches_nobody: bool


def planned_drill(account: Account, field: ContactField, *, everybody: bool, now: datetime) -> PlannedDrill:
    """Return who would be told at `now`, and who after them."""
    plan = preview((Topic.DRILL,), hypothetical(account, field, everybody=everybody), now)
    everyone = (*plan.told, *plan.not_told)
    names = endpoint_names(one.address for one in everyone if one.channel is not Channel.EMAIL)
    labels = {key: name.label for key, name in names.items()}
    rows = tuple(_row(one, labels.get(one.address, one.address)) for one in sorted(everyone, key=lambda one: one.at))
    return PlannedDrill(rows, plan.climbs[0].pace if plan.climbs else None, bool(plan.nobody))


def _row(one: Planned, address: str) -> PlannedRow:
    is_later = one.withheld is Withheld.LATER_STEP
    return PlannedRow(
        name=one.person.name or one.person.address,
        address=address,
        channel=channel_label(one.channel),
        places=tuple(dict.fromkeys(reason_label(because.reason) for because in one.because)),
        at=one.at,
        is_later=is_later,
        why_not="" if one.withheld is None or is_later else withheld_label(one.withheld),
    )
