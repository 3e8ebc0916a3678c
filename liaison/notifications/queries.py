"""What pages, API and `doctor` read about deliveries: frozen values, a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from liaison.catalog.vocabulary import Topic
from liaison.notifications.endpoints import EndpointName, endpoint_names
from liaison.notifications.escalation.links import can_take_it
from liaison.notifications.facts import Because, Channel, Held, HeldBecause, Reason, Withheld
from liaison.notifications.models import (
    HELD_MESSAGE_STATES,
    Announcement,
    Attempt,
    Delivery,
    DeliveryState,
    Message,
    MessageState,
    Review,
)

_TO_BE_SENT: Final = (MessageState.GATHERING, MessageState.PENDING)

DEFERRED: Final = "deferred"
"""What people see while something waits for its moment (`web.states`)."""


@dataclass(frozen=True)
class AttemptLine:
    """One try to send. `outcome` is empty while it runs; `detail` holds the server's own words."""

    number: int
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    code: int | None
    detail: str


@dataclass(frozen=True)
class MessageLine:
    """What is or was sent. `subject_line` is empty for confidential messages; `others` go or went together with it."""

    message_id: str
    state: MessageState
    subject_line: str
    sha256: str
    attempts: tuple[AttemptLine, ...]
    others: int = 0


@dataclass(frozen=True)
class DeliveryLine:
    """What one recipient is owed about one announcement, and how it ended. Words are made by `wording`.

    `took` is the time from the announcement to the receiving server's yes, None before that. `message` is
    None for what was suppressed when it was planned. `shown_state` is what people see: while the message is
    being sent or its outcome is unknown, that; while it waits for its moment, `deferred`; else the state of the
    delivery. `held` says what it waits or waited for. `address` is the mailbox; for an
    endpoint it is its name and server, never the whole of its address.
    """

    public_id: str
    announcement: str
    announced_at: datetime
    name: str
    address: str
    channel: str
    language: str
    time_zone: str
    step: int
    round: int
    because: tuple[Because, ...]
    state: DeliveryState
    state_reason: str
    due_at: datetime
    finished_at: datetime | None
    message: MessageLine | None
    held: tuple[Held, ...] = ()

    @property
    def took(self) -> timedelta | None:
        if self.state is not DeliveryState.ACCEPTED or self.finished_at is None:
            return None
        return self.finished_at - self.announced_at

    @property
    def milliseconds(self) -> int | None:
        return None if self.took is None else round(self.took / timedelta(milliseconds=1))

    @property
    def is_open(self) -> bool:
        return self.state is DeliveryState.PENDING

    @property
    def is_deferred(self) -> bool:
        """Say whether it waits for its moment, and nothing was tried yet."""
        if not self.is_open or self.message is None:
            return False
        is_held = self.message.state is MessageState.PENDING and bool(self.held) and not self.message.attempts
        return self.message.state is MessageState.GATHERING or is_held

    @property
    def shown_state(self) -> str:
        if self.is_deferred:
            return DEFERRED
        if self.is_open and self.message is not None and self.message.state is not MessageState.PENDING:
            return self.message.state.value
        return self.state.value


@dataclass(frozen=True)
class AnnouncementLine:
    """One thing that people were told about. `nobody_for` are the topics that reached nobody (R4)."""

    public_id: str
    at: datetime
    topics: tuple[Topic, ...]
    subject_kind: str
    subject_id: str
    facts: Mapping[str, Any]
    nobody_for: tuple[Topic, ...]
    deliveries: tuple[DeliveryLine, ...]

    @property
    def is_open(self) -> bool:
        return any(delivery.is_open for delivery in self.deliveries)


@dataclass(frozen=True)
class MessageStats:
    """How the queue stands. `oldest_due_at` is the moment since which something waits to be sent, or None."""

    waiting: int
    sending: int
    unknown: int
    failed: int
    oldest_due_at: datetime | None


@dataclass(frozen=True)
class ReviewLine:
    """That somebody of the staff looked at a delivery, and the public id of what was sent in its place, if any."""

    at: datetime
    by: str
    sent_again_as: str


@dataclass(frozen=True)
class LedgerLine:
    """One delivery with what it was about, for lists over many announcements.

    `is_kept` says that the bytes can still be shown; of confidential messages they never can. `takes_escalation` says
    that they hold a link which takes an escalation now: then they are for nobody but the reader.
    """

    key: int
    delivery: DeliveryLine
    topics: tuple[Topic, ...]
    subject_kind: str
    subject_id: str
    account_id: int | None
    facts: Mapping[str, Any]
    is_kept: bool
    takes_escalation: bool
    review: ReviewLine | None


def ledger_lines(rows: QuerySet[Delivery]) -> tuple[LedgerLine, ...]:
    """Return deliveries with all that is known of them, in the order of `rows`. Two queries."""
    found = (
        rows.select_related("announcement__escalation", "message", "review__by", "review__sent_again_as")
        .defer("message__sent_bytes")
        .annotate(has_bytes=Q(message__sent_bytes__isnull=False), others=_others())
        .prefetch_related(Prefetch("message__attempts", Attempt.objects.order_by("number")))
    )
    names = _endpoint_names(found)
    return tuple(_ledger_line(one, names, has_bytes=one.has_bytes) for one in found)


def announcements_about(subject_kind: str, subject_id: str) -> tuple[AnnouncementLine, ...]:
    """Return what was announced about a subject, oldest first, with all deliveries. Three queries."""
    return _lines(Announcement.objects.filter(subject_kind=subject_kind, subject_id=subject_id))


def announcements_about_each(subject_kind: str, subject_ids: Iterable[str]) -> dict[str, tuple[AnnouncementLine, ...]]:
    """Return the same for several subjects at once, by subject id. Three queries."""
    found = _lines(Announcement.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids)))
    grouped: dict[str, list[AnnouncementLine]] = {}
    for line in found:
        grouped.setdefault(line.subject_id, []).append(line)
    return {subject_id: tuple(lines) for subject_id, lines in grouped.items()}


def announcements_of_account(account_id: int, most: int) -> tuple[AnnouncementLine, ...]:
    """Return the newest announcements of an account, newest first, with all deliveries. Four queries."""
    newest = Announcement.objects.filter(account_id=account_id).order_by("-pk").values_list("pk", flat=True)[:most]
    return _lines(Announcement.objects.filter(pk__in=list(newest)))[::-1]


def announcement(public_id: str) -> AnnouncementLine | None:
    """Return one announcement with its deliveries. Three queries. Who may see it is the caller's question."""
    found = _lines(Announcement.objects.filter(public_id=public_id))
    return found[0] if found else None


def message_stats(now: datetime) -> MessageStats:
    """Return how many messages wait, are being sent, are unknown, and failed in the last day. One query."""
    found = Message.objects.aggregate(
        waiting=Count("pk", filter=Q(state__in=_TO_BE_SENT)),
        sending=Count("pk", filter=Q(state__in=HELD_MESSAGE_STATES)),
        unknown=Count("pk", filter=Q(state=MessageState.UNKNOWN)),
        failed=Count(
            "pk",
            filter=Q(
                state__in=[MessageState.FAILED, MessageState.REFUSED, MessageState.BOUNCED],
                finished_at__gt=now - timedelta(days=1),
            ),
        ),
        oldest_due_at=Min("due_at", filter=Q(state__in=[*_TO_BE_SENT, MessageState.UNKNOWN], due_at__lte=now)),
    )
    return MessageStats(**found)


def _lines(announcements: QuerySet[Announcement]) -> tuple[AnnouncementLine, ...]:
    rows = Delivery.objects.select_related("message").defer("message__sent_bytes")
    deliveries = rows.annotate(others=_others()).order_by("pk")
    attempts = Prefetch("message__attempts", Attempt.objects.order_by("number"))
    prefetched = announcements.order_by("pk").prefetch_related(
        Prefetch("deliveries", deliveries.prefetch_related(attempts))
    )
    names = _endpoint_names(delivery for one in prefetched for delivery in one.deliveries.all())
    return tuple(_announcement_line(one, names) for one in prefetched)


def _others() -> Case:
    """Return how many other deliveries the message of each carries, counted for bundles only."""
    carried = Delivery.objects.filter(message=OuterRef("message")).order_by().values("message")
    count = Subquery(carried.annotate(count=Count("pk")).values("count"))
    return Case(When(message__bundle="", then=0), default=Coalesce(count, 1) - 1, output_field=IntegerField())


def _endpoint_names(deliveries: Iterable[Delivery]) -> Mapping[str, EndpointName]:
    """Return the names of endpoints by their ids, in one query where there are any."""
    return endpoint_names(one.address for one in deliveries if one.channel != Channel.EMAIL)


def _announcement_line(row: Announcement, names: Mapping[str, EndpointName]) -> AnnouncementLine:
    return AnnouncementLine(
        public_id=row.public_id,
        at=row.at,
        topics=tuple(map(Topic, row.topics)),
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        facts=row.facts,
        nobody_for=tuple(map(Topic, row.nobody_for)),
        deliveries=tuple(_delivery_line(delivery, row, names) for delivery in row.deliveries.all()),
    )


def _ledger_line(row: Delivery, names: Mapping[str, EndpointName], *, has_bytes: bool) -> LedgerLine:
    announced, review = row.announcement, getattr(row, "review", None)
    return LedgerLine(
        key=row.pk,
        delivery=_delivery_line(row, announced, names),
        topics=tuple(map(Topic, announced.topics)),
        subject_kind=announced.subject_kind,
        subject_id=announced.subject_id,
        account_id=announced.account_id,
        facts=announced.facts,
        is_kept=has_bytes and row.message is not None and not row.message.is_confidential,
        takes_escalation=can_take_it(row),
        review=None if review is None else _review_line(review),
    )


def _review_line(row: Review) -> ReviewLine:
    return ReviewLine(
        at=row.at,
        by=str(getattr(row.by, "name", "")),
        sent_again_as=row.sent_again_as.public_id if row.sent_again_as else "",
    )


def _delivery_line(row: Delivery, announced: Announcement, names: Mapping[str, EndpointName]) -> DeliveryLine:
    endpoint = names.get(row.address) if row.channel != Channel.EMAIL else None
    return DeliveryLine(
        public_id=row.public_id,
        announcement=announced.public_id,
        announced_at=announced.at,
        name=row.name,
        address=endpoint.label if endpoint else row.address,
        channel=row.channel,
        language=row.language,
        time_zone=row.time_zone,
        step=row.step,
        round=row.round,
        because=tuple(_because(reason) for reason in row.reasons),
        state=DeliveryState(row.state),
        state_reason=row.state_reason,
        due_at=row.due_at,
        finished_at=row.finished_at,
        message=None if row.message is None else _message_line(row.message, getattr(row, "others", 0)),
        held=tuple(Held(HeldBecause(one["because"]), datetime.fromisoformat(one["until"])) for one in row.held),
    )


def _because(reason: dict[str, str | None]) -> Because:
    withheld = reason["withheld"]
    return Because(
        topic=Topic(str(reason["topic"])),
        reason=Reason(str(reason["reason"])),
        withheld=None if withheld is None else Withheld(withheld),
    )


def _message_line(row: Message, others: int) -> MessageLine:
    return MessageLine(
        message_id=row.message_id,
        state=MessageState(row.state),
        subject_line=row.subject_line,
        sha256=row.sent_sha256,
        attempts=tuple(
            AttemptLine(one.number, one.started_at, one.finished_at, one.outcome, one.code, one.detail)
            for one in row.attempts.all()
        ),
        others=others,
    )
