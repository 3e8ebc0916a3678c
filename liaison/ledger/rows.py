"""Deliveries as people read them: in their words, with as much as they may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language

from liaison.accounts.access import visible_accounts
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.catalog.loader import topics
from liaison.health.models import Incident
from liaison.health.titles import title_of
from liaison.health.vocabulary import SubjectKind
from liaison.integrations.models import Integration, Pause
from liaison.integrations.telling import PAUSE
from liaison.integrations.wording import kind_name
from liaison.ledger.access import sees_addresses_of
from liaison.notices.access import visible_notices
from liaison.notices.vocabulary import NOTICE
from liaison.notifications.models import DeliveryState
from liaison.notifications.queries import AttemptLine, LedgerLine
from liaison.notifications.recipients import (
    HeldRow,
    ReasonRow,
    held_rows,
    language_name,
    moment_in,
    reasons_of,
    shown_address,
)
from liaison.notifications.wording import attempt_label, channel_label, state_reason_label


@dataclass(frozen=True)
class About:
    """What it was about: in words of a partner or of the catalog, and where to read of it, if anywhere.

    `incident` is the public id of an incident, empty where it is about something else.
    """

    title: str
    address: str = ""
    incident: str = ""


@dataclass(frozen=True)
class AttemptRow:
    """One try; `said` are the other side's own words, for those who see the address."""

    line: AttemptLine
    outcome: str
    said: str


@dataclass(frozen=True)
class Row:
    """One delivery. `milliseconds` run from the announcement to the other side's yes, None before that."""

    line: LedgerLine
    account: Account | None
    about: About
    topics: tuple[str, ...]
    name: str
    address: str
    channel: str
    language: str
    due: str
    reasons: tuple[ReasonRow, ...]
    state: str
    why: str
    attempts: tuple[AttemptRow, ...]
    sees_address: bool
    held: tuple[HeldRow, ...] = ()

    @property
    def public_id(self) -> str:
        return self.line.delivery.public_id

    @property
    def at(self) -> datetime:
        return self.line.delivery.announced_at

    @property
    def milliseconds(self) -> int | None:
        return self.line.delivery.milliseconds

    @property
    def places(self) -> tuple[str, ...]:
        """Where the person stands, each place once however many topics name it."""
        return tuple(dict.fromkeys(reason.place for reason in self.reasons))

    @property
    def is_deferred(self) -> bool:
        return self.line.delivery.is_deferred

    @property
    def shows_message(self) -> bool:
        return self.line.is_kept and self.sees_address and not self.line.takes_escalation

    @property
    def holds_message_back(self) -> bool:
        """Say whether what was sent is not shown yet, because it holds a link that is somebody's own."""
        return self.line.is_kept and self.sees_address and self.line.takes_escalation


def rows_of(lines: Iterable[LedgerLine], actor: Actor) -> tuple[Row, ...]:
    """Return the lines in words, in at most four queries."""
    shown = tuple(lines)
    accounts = _accounts(shown, actor)
    about = _subjects(shown, actor)
    return tuple(_row(line, accounts.get(line.account_id or 0), about, actor) for line in shown)


def _accounts(lines: tuple[LedgerLine, ...], actor: Actor) -> Mapping[int, Account]:
    wanted = {line.account_id for line in lines if line.account_id is not None}
    return {one.pk: one for one in visible_accounts(actor).filter(pk__in=wanted)} if wanted else {}


def _subjects(lines: tuple[LedgerLine, ...], actor: Actor) -> Mapping[tuple[str, str], About]:
    incidents = _keys(lines, SubjectKind.INCIDENT)
    integrations = _keys(lines, SubjectKind.INTEGRATION)
    found: dict[tuple[str, str], About] = {}
    if incidents:
        for one in Incident.objects.filter(pk__in=incidents).only("public_id", "source", "title", "facts"):
            address = reverse("incident", kwargs={"public_id": one.public_id})
            found[SubjectKind.INCIDENT, str(one.pk)] = About(title_of(one), address, one.public_id)
    if integrations:
        for key, kind in Integration.objects.filter(pk__in=integrations).values_list("pk", "kind"):
            found[SubjectKind.INTEGRATION, str(key)] = About(kind_name(kind))
    pauses = _keys(lines, PAUSE)
    if pauses:
        for key, kind in Pause.objects.filter(pk__in=pauses).values_list("pk", "integration__kind"):
            found[PAUSE, str(key)] = About(kind_name(kind))
    return found | _notices(lines, actor)


def _notices(lines: tuple[LedgerLine, ...], actor: Actor) -> dict[tuple[str, str], About]:
    """Return the notices among the subjects that the actor may read: an on-call engineer sees none."""
    keys = _keys(lines, NOTICE)
    rows = visible_notices(actor).filter(pk__in=keys).values_list("pk", "public_id", "title") if keys else ()
    return {
        (NOTICE, str(key)): About(title, reverse("notice", kwargs={"public_id": public_id}))
        for key, public_id, title in rows
    }


def _keys(lines: tuple[LedgerLine, ...], kind: str) -> set[int]:
    return {int(line.subject_id) for line in lines if line.subject_kind == kind}


def _row(line: LedgerLine, account: Account | None, about: Mapping[tuple[str, str], About], actor: Actor) -> Row:
    one, entries, language = line.delivery, topics(), get_language() or "en"
    staff = bool(getattr(actor, "is_staff", True))
    sees = sees_addresses_of(actor, account)
    address = shown_address(one.address, one.because, addresses=sees, staff=staff)
    named = tuple(entries[topic].name(language) for topic in line.topics)
    return Row(
        line=line,
        account=account,
        about=about.get((line.subject_kind, line.subject_id), About("")),
        topics=named,
        name=one.name or address,
        address=address if one.name else "",
        channel=channel_label(one.channel),
        language=language_name(one.language),
        due=moment_in(one.due_at, one.time_zone),
        reasons=reasons_of(one.because),
        state="delivered" if one.shown_state == DeliveryState.ACCEPTED else one.shown_state,
        why=state_reason_label(one.state_reason),
        attempts=_attempts(line, with_words=bool(address)),
        sees_address=bool(address),
        held=held_rows(one.held, one.time_zone),
    )


def _attempts(line: LedgerLine, *, with_words: bool) -> tuple[AttemptRow, ...]:
    """Return the tries. The other side's own words name the address, so they go with it."""
    message = line.delivery.message
    if message is None:
        return ()
    return tuple(
        AttemptRow(replace(one, detail=""), attempt_label(one.outcome), one.detail if with_words else "")
        for one in message.attempts
    )
