"""What is done with deliveries: sent again, noted as seen, opened as they went out, taken away as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account
from liaison.accounts.rights import Privilege
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.expectations.links import gives_answer
from liaison.ledger.access import (
    account_of,
    require_send_again,
    require_send_now,
    sees_addresses_of,
    visible_deliveries,
)
from liaison.ledger.export import csv_of
from liaison.ledger.filters import Wanted
from liaison.ledger.vocabulary import LedgerCode
from liaison.lib.refusals import CommonCode, Conflict, Forbidden, Missing
from liaison.notifications import forms, releasing, resending
from liaison.notifications.auditing.reading import deliveries_that_did_not_arrive
from liaison.notifications.escalation.links import can_take_it
from liaison.notifications.facts import Because, Channel, Reason
from liaison.notifications.models import Delivery, DeliveryState, Message
from liaison.notifications.recipients import shown_address

MOST_AT_ONCE: Final = 500
MOST_LOOKED_AT: Final = 2_000
_PAGE: Final = 100


@dataclass(frozen=True)
class Bulk:
    """What came of sending many again: how many went, and how many could not."""

    sent: int
    not_possible: int


@dataclass(frozen=True)
class SentMessage:
    """The bytes as they went out, and their hash, which was checked against them."""

    data: bytes
    sha256: str
    channel: Channel


@transaction.atomic
def resend_delivery(*, actor: Actor, delivery: Delivery, now: datetime) -> Delivery:
    """Owe the same person the same thing once more, and return the new delivery; a second time, return that one.

    Raises Forbidden, and Conflict with a `ResendCode` for what is under way, arrived, or must not be sent any more.
    """
    account = account_of(delivery)
    require_send_again(actor, account)
    locked = _locked(delivery)
    earlier = _sent_again_as(locked)
    if earlier is not None:
        return earlier
    code = resending.obstacle_to_sending_again(locked)
    if code is not None:
        raise Conflict(code)
    return _send_again(actor, locked, account, now)


@transaction.atomic
def send_deferred_delivery(*, actor: Actor, delivery: Delivery, now: datetime) -> None:
    """Let go at once what waits for support hours, quiet hours or its bundle, with everything that waits with it.

    Raises Forbidden, and Conflict for what does not wait any more.
    """
    require_send_now(actor, account_of(delivery))
    if not releasing.send_now(_locked(delivery), now=now):
        raise Conflict(LedgerCode.NOT_DEFERRED)
    record(
        Happened.DELIVERY_RELEASED,
        actor=actor.audit_ref,
        subject=_reference(delivery),
        account_id=delivery.announcement.account_id,
        now=now,
    )


@transaction.atomic
def resend_failed_deliveries(*, actor: Actor, since: datetime, now: datetime) -> Bulk:
    """Send again everything that did not arrive since then, in the accounts that the actor sees, 500 at most.

    Raises Forbidden. What cannot be sent any more is counted and left as it is; the newest come first, so that it
    does not stand in the way of the others.
    """
    if not isinstance(actor, System) and not actor.may(Privilege.STAFF_SEND_AGAIN):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    sent, not_possible = 0, 0
    accounts: dict[int, Account] = {}
    for delivery in _locked_one_by_one(failed_since(actor, since)):
        if sent == MOST_AT_ONCE:
            break
        key = delivery.announcement.account_id
        if key is not None and key not in accounts:
            accounts[key] = Account.objects.get(pk=key)
        account = None if key is None else accounts[key]
        if resending.obstacle_to_sending_again(delivery) is not None:
            not_possible += 1
            continue
        require_send_again(actor, account)
        _send_again(actor, delivery, account, now)
        sent += 1
    return Bulk(sent, not_possible)


def failed_since(actor: Actor, since: datetime) -> QuerySet[Delivery]:
    """Return what did not arrive since then, that the actor sees, and that nobody has sent again."""
    keys = deliveries_that_did_not_arrive(since).values("pk")
    found = visible_deliveries(actor).filter(pk__in=keys, review__sent_again_as=None)
    return found.select_related("announcement")


@transaction.atomic
def mark_delivery_seen(*, actor: Actor, delivery: Delivery, now: datetime) -> None:
    """Note that somebody has looked at what did not arrive, so that the auditor asks no more. Once is enough.

    Raises Forbidden, and Conflict for what may still arrive or has arrived.
    """
    account = account_of(delivery)
    require_send_again(actor, account)
    if delivery.state not in {DeliveryState.FAILED, DeliveryState.BOUNCED}:
        raise Conflict(LedgerCode.NOTHING_TO_SEE)
    if resending.note_seen(delivery, by=_key_of(actor), now=now):
        record(
            Happened.DELIVERY_SEEN,
            actor=actor.audit_ref,
            subject=_reference(delivery),
            account_id=delivery.announcement.account_id,
            now=now,
        )


@transaction.atomic
def open_sent_message(*, actor: Actor, delivery: Delivery, now: datetime) -> SentMessage:
    """Return what was sent, for those who see the address. Raises Missing: forbidden, confidential and erased alike.

    Raises Forbidden while it holds a link that takes an escalation, or that answers what is expected: whoever opened it
    could do so in another's name.
    """
    because = [Because(Topic(one["topic"]), Reason(one["reason"])) for one in delivery.reasons]
    sees = sees_addresses_of(actor, account_of(delivery))
    is_staff = isinstance(actor, System) or actor.is_staff
    if not shown_address(delivery.address, because, addresses=sees, staff=is_staff):
        raise Missing
    message = Message.objects.filter(deliveries=delivery, is_confidential=False).first()
    if message is None or message.sent_bytes is None:
        raise Missing
    if can_take_it(delivery):
        raise Forbidden(LedgerCode.TAKES_ESCALATION)
    if gives_answer(delivery):
        raise Forbidden(LedgerCode.GIVES_ANSWER)
    record(
        Happened.SENT_MESSAGE_OPENED,
        actor=actor.audit_ref,
        subject=_reference(delivery),
        account_id=delivery.announcement.account_id,
        now=now,
    )
    data = forms.bytes_of(bytes(message.sent_bytes), message.form_id)
    return SentMessage(data, message.sent_sha256, Channel(message.channel))


@transaction.atomic
def export_deliveries(*, actor: Actor, wanted: Wanted, zone: str, language: str, now: datetime) -> Iterator[str]:
    """Return the ledger as CSV in pieces, and note who took it away and what they asked for."""
    if isinstance(actor, System):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    record(
        Happened.DELIVERIES_EXPORTED,
        actor=actor.audit_ref,
        subject=actor.account.audit_ref,
        account_id=actor.account.pk,
        facts={"filters": sorted(name for name, value in vars(wanted).items() if value)},
        now=now,
    )
    return csv_of(actor, wanted, zone=zone, language=language)


def _locked_one_by_one(rows: QuerySet[Delivery]) -> Iterator[Delivery]:
    """Return the rows, newest first and locked, without those that somebody else has in hand."""
    looked_at, page = 0, list(_page(rows))
    while page:
        yield from page
        looked_at += len(page)
        page = list(_page(rows.filter(pk__lt=page[-1].pk))) if looked_at < MOST_LOOKED_AT else []


def _page(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return rows.select_for_update(of=("self",), skip_locked=True).order_by("-pk")[:_PAGE]


def _locked(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_for_update(of=("self",)).select_related("announcement").get(pk=delivery.pk)


def _sent_again_as(delivery: Delivery) -> Delivery | None:
    return Delivery.objects.filter(sent_again_for__delivery=delivery).first()


def _send_again(actor: Actor, delivery: Delivery, account: Account | None, now: datetime) -> Delivery:
    again = resending.send_again(delivery, by=_key_of(actor), now=now)
    record(
        Happened.DELIVERY_SENT_AGAIN,
        actor=actor.audit_ref,
        subject=_reference(delivery),
        account_id=account.pk if account else None,
        facts={"sent_again_as": again.public_id},
        now=now,
    )
    return again


def _key_of(actor: Actor) -> int | None:
    return None if isinstance(actor, System) else actor.pk


def _reference(delivery: Delivery) -> SubjectRef:
    return SubjectRef("delivery", delivery.public_id)
