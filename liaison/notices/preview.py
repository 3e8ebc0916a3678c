"""Who will be told of a notice, when and why, and what became of it: for pages and API, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from liaison.accounts.access import may
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.accounts.rights import Privilege
from liaison.catalog.vocabulary import Topic
from liaison.notices.draft import Draft
from liaison.notices.models import Notice
from liaison.notices.vocabulary import NOTICE
from liaison.notifications.actions import preview
from liaison.notifications.facts import Plan
from liaison.notifications.models import DeliveryState
from liaison.notifications.queries import DeliveryLine, announcements_about
from liaison.notifications.recipients import HeldRow, ReasonRow, held_rows, reasons_of, shown_address
from liaison.notifications.wording import channel_label, state_reason_label


@dataclass(frozen=True)
class ToldRow:
    """One delivery in words. `due_at` is when it goes, or went at the earliest; `held` what it waits or waited for."""

    public_id: str
    name: str
    address: str
    channel: str
    state: str
    why: str
    due_at: datetime
    reasons: tuple[ReasonRow, ...]
    held: tuple[HeldRow, ...]
    is_deferred: bool


@dataclass(frozen=True)
class Outcome:
    """What became of a notice. `reached_nobody`: the operator was alarmed (R4)."""

    told: tuple[ToldRow, ...]
    not_told: tuple[ToldRow, ...]
    reached_nobody: bool

    @property
    def is_open(self) -> bool:
        """Say whether there is somebody whom it has not reached yet."""
        return any(row.state in {"pending", "deferred", "sending", "handed_over", "unknown"} for row in self.told)


def plan_of(draft: Draft, now: datetime) -> Plan:
    """Return who would be told now, by the function that tells them (invariant 7)."""
    return preview((Topic(draft.topic),), draft.subject(), now)


def outcome_of(notice: Notice, actor: Actor) -> Outcome:
    """Return what became of the notice, in three queries."""
    lines = announcements_about(NOTICE, str(notice.pk))
    staff = bool(getattr(actor, "is_staff", True))
    addresses = sees_addresses(actor, notice.account)
    deliveries = [delivery for line in lines for delivery in line.deliveries]
    return Outcome(
        told=tuple(_row(one, addresses, staff) for one in deliveries if one.state is not DeliveryState.SUPPRESSED),
        not_told=tuple(_row(one, addresses, staff) for one in deliveries if one.state is DeliveryState.SUPPRESSED),
        reached_nobody=any(line.nobody_for for line in lines),
    )


def sees_addresses(actor: Actor, account: Account) -> bool:
    """Say whether the actor may read the addresses of the account's contacts."""
    return may(actor, Privilege.VIEW_CONTACTS, account)


def _row(one: DeliveryLine, addresses: bool, staff: bool) -> ToldRow:  # two rights of the reader
    address = shown_address(one.address, one.because, addresses=addresses, staff=staff)
    return ToldRow(
        public_id=one.public_id,
        name=one.name or address,
        address=address if one.name else "",
        channel=channel_label(one.channel),
        state="delivered" if one.shown_state == DeliveryState.ACCEPTED else one.shown_state,
        why=state_reason_label(one.state_reason),
        due_at=one.due_at,
        reasons=reasons_of(one.because),
        held=held_rows(one.held, one.time_zone),
        is_deferred=one.is_deferred,
    )
