"""The verbs of this room: answer what is expected, in three ways, and, for staff, change or close it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor, System
from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.expectations.access import require_answer, require_manage
from liaison.expectations.answering import Answerer, Said, keep_answer
from liaison.expectations.asking import close_about, facts_of
from liaison.expectations.dues import checked_due
from liaison.expectations.links import Reader, reader_of, reader_of_delivery
from liaison.expectations.models import AnswerGiven, Expectation
from liaison.expectations.subjects import handler_of_kind
from liaison.expectations.vocabulary import AnsweredVia, ClosedBecause, ExpectationCode
from liaison.lib.refusals import Conflict, Missing
from liaison.notifications.models import Delivery


def answer_expectation(
    *,
    actor: Actor,
    expectation: Expectation,
    answer: str,
    estimate_at: datetime | None = None,
    note: str = "",
    via: AnsweredVia,
    now: datetime,
) -> AnswerGiven:
    """Answer for the partner. `answer` is one of `Answer`; *working* needs an `estimate_at` (aware).

    Raises Missing, Forbidden, Invalid, and Conflict where nothing is expected any more or it was said already.
    """
    require_answer(actor, expectation)
    identity_id = None if isinstance(actor, System) else actor.pk
    answerer = Answerer(actor.audit_ref, f"identity:{identity_id}", via, identity_id=identity_id)
    return keep_answer(answerer=answerer, expectation=expectation, said=Said(answer, estimate_at, note), now=now)


def answer_expectation_by_link(
    *, token: str, answer: str, estimate_at: datetime | None = None, note: str = "", now: datetime
) -> AnswerGiven:
    """Do the same for whoever holds the link of a message. Raises Missing where its reader may not (any more)."""
    with transaction.atomic():
        reader = reader_of(token)
        if reader is None:
            raise Missing
        return _answer_as(reader, AnsweredVia.LINK, Said(answer, estimate_at, note), now)


def answer_expectation_by_mail(
    *, delivery: Delivery, answer: str, estimate_at: datetime | None = None, note: str = "", now: datetime
) -> AnswerGiven:
    """Do the same for the reader of a delivery, whose mail it is proven to be. Raises Missing as the link does."""
    with transaction.atomic():
        reader = reader_of_delivery(delivery)
        if reader is None:
            raise Missing
        return _answer_as(reader, AnsweredVia.MAIL, Said(answer, estimate_at, note), now)


@transaction.atomic
def change_expectation(
    *, actor: Actor, expectation: Expectation, expected: str, due_at: datetime | None, now: datetime
) -> Expectation:
    """Expect something else, or by another moment (aware): it is asked for again from then on.

    For staff. Raises Missing, Forbidden, Invalid, and Conflict where nothing is expected any more.
    """
    require_manage(actor, expectation)
    locked = _locked(expectation)
    due_at = checked_due(expected, due_at, now)
    before = facts_of(locked)
    locked.expected, locked.due_at, locked.repeat_at, locked.passed = expected, due_at, due_at, 0
    locked.save(update_fields=["expected", "due_at", "repeat_at", "passed"])
    after = facts_of(locked)
    record(
        Happened.EXPECTATION_SET,
        actor=actor.audit_ref,
        subject=locked.audit_ref,
        account_id=locked.account_id,
        changes={name: [before[name], value] for name, value in after.items() if value != before[name]},
        facts=after,
        now=now,
    )
    return locked


@transaction.atomic
def close_expectation(*, actor: Actor, expectation: Expectation, now: datetime) -> Expectation:
    """Expect nothing about it any more. For staff. Raises Missing, Forbidden, and Conflict where it is closed."""
    require_manage(actor, expectation)
    locked = _locked(expectation)
    close_about(
        subject_kind=locked.subject_kind,
        subject_ids=[locked.subject_id],
        because=ClosedBecause.STAFF,
        actor=actor.audit_ref,
        now=now,
    )
    locked.refresh_from_db()
    return locked


def _locked(expectation: Expectation) -> Expectation:
    handler_of_kind(expectation.subject_kind).lock(expectation.subject_id)
    rows = Expectation.objects.select_for_update(no_key=True, of=("self",)).select_related("account", "asked_by")
    locked = rows.get(pk=expectation.pk)
    if locked.closed_at is not None:
        raise Conflict(ExpectationCode.CLOSED)
    return locked


def _answer_as(reader: Reader, via: AnsweredVia, said: Said, now: datetime) -> AnswerGiven:
    delivery = reader.delivery
    answerer = Answerer(
        actor=ActorRef(ActorKind.LINK, delivery.public_id),
        key=delivery.recipient_key,
        via=via,
        identity_id=delivery.identity_id,
        delivery=delivery,
        address="" if delivery.identity_id is not None else delivery.address,
    )
    return keep_answer(answerer=answerer, expectation=reader.expectation, said=said, now=now)
