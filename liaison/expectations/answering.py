"""What an answer does, whichever way it came: on a page, by the API, by a link, by mail."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from django.db import transaction

from liaison.accounts.models import Account
from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.expectations.asking import about
from liaison.expectations.dues import workdays_of
from liaison.expectations.models import LONGEST_NOTE, AnswerGiven, Expectation
from liaison.expectations.pace import due_after, estimate_limit
from liaison.expectations.subjects import ExpectedSubject, handler_of_kind
from liaison.expectations.transitions import may_follow
from liaison.expectations.vocabulary import Answer, AnsweredVia, ClosedBecause, ExpectationCode
from liaison.lib.refusals import Conflict, FieldProblem, Invalid
from liaison.lib.text import nfc
from liaison.notifications.models import Delivery

_LINES_AND_TABS: Final = frozenset("\n\t")


@dataclass(frozen=True)
class Answerer:
    """Who answers for the partner, checked by the caller: an identity, or the reader of a delivery.

    `key` is the planner's name of the person, `address` the mailbox where there is no identity.
    """

    actor: ActorRef
    key: str
    via: AnsweredVia
    identity_id: int | None = None
    delivery: Delivery | None = None
    address: str = ""


@dataclass(frozen=True)
class Said:
    """One answer as it was given. `estimate_at` (aware) belongs to *working*, `note` is anything in their own words."""

    answer: str
    estimate_at: datetime | None = None
    note: str = ""


def keep_answer(*, answerer: Answerer, expectation: Expectation, said: Said, now: datetime) -> AnswerGiven:
    """Keep an answer, and let what is expected go on by it, or end.

    Raises Invalid, and Conflict where nothing is expected any more or the answer says nothing new. The subject's row is
    locked first.
    """
    with transaction.atomic():
        handler = handler_of_kind(expectation.subject_kind)
        handler.lock(expectation.subject_id)
        locked = (
            Expectation.objects.select_for_update(no_key=True, of=("self",))
            .select_related("account")
            .get(pk=expectation.pk)
        )
        clean = _clean(said, locked, now)
        if locked.closed_at is not None:
            raise Conflict(ExpectationCode.CLOSED)
        if not may_follow(locked.answer, Answer(clean.answer)):
            raise Conflict(ExpectationCode.SAID_ALREADY)
        given = _keep(locked, answerer, clean, now)
        before = locked.answer, locked.due_at
        _go_on(locked, clean, handler, now)
        _record(locked, answerer, before, now)
        handler.answered(locked, answerer, now=now)
    return given


def _clean(said: Said, expectation: Expectation, now: datetime) -> Said:
    """Return the answer, made clean. Raises Invalid with every problem at once."""
    problems: list[FieldProblem] = []
    if said.answer not in set(Answer):
        problems.append(FieldProblem("answer", ExpectationCode.UNKNOWN_ANSWER))
    estimate_at = said.estimate_at.astimezone(UTC) if said.estimate_at is not None else None
    if said.answer != Answer.WORKING:
        estimate_at = None
    elif estimate_at is None:
        problems.append(FieldProblem("estimate_at", ExpectationCode.ESTIMATE_NEEDED))
    elif estimate_at <= now:
        problems.append(FieldProblem("estimate_at", ExpectationCode.ESTIMATE_PAST))
    elif estimate_at > estimate_limit(expectation.due_at, now):
        problems.append(FieldProblem("estimate_at", ExpectationCode.ESTIMATE_TOO_FAR))
    note = nfc("\n".join(said.note.splitlines())).strip()
    if len(note) > LONGEST_NOTE:
        problems.append(FieldProblem("note", ExpectationCode.NOTE_TOO_LONG, {"most": LONGEST_NOTE}))
    elif any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in _LINES_AND_TABS for letter in note):
        problems.append(FieldProblem("note", ExpectationCode.NOTE_UNUSABLE))
    if problems:
        raise Invalid(tuple(problems))
    return replace(said, estimate_at=estimate_at, note=note)


def _keep(locked: Expectation, answerer: Answerer, said: Said, now: datetime) -> AnswerGiven:
    return AnswerGiven.objects.create(
        expectation=locked,
        answer=said.answer,
        estimate_at=said.estimate_at,
        note=said.note,
        via=answerer.via,
        by_id=answerer.identity_id,
        by_address=answerer.address,
        at=now,
    )


def _go_on(locked: Expectation, said: Said, handler: ExpectedSubject, now: datetime) -> None:
    answer = Answer(said.answer)
    locked.answer, locked.estimate_at, locked.passed = answer.value, said.estimate_at, 0
    if answer is Answer.SOLVED and not handler.goes_on(locked.subject_id):
        locked.closed_at, locked.closed_because, locked.repeat_at = now, ClosedBecause.SOLVED.value, None
    else:
        locked.due_at = locked.repeat_at = _next_due(locked, answer, said.estimate_at, now)
    locked.save(update_fields=["answer", "estimate_at", "passed", "closed_at", "closed_because", "repeat_at", "due_at"])


def _next_due(locked: Expectation, answer: Answer, estimate_at: datetime | None, now: datetime) -> datetime:
    account: Account = locked.account
    return due_after(
        answer,
        topic=Topic(locked.topic),
        due_at=locked.due_at,
        estimate_at=estimate_at,
        now=now,
        workdays=workdays_of(account, now),
    )


def _record(locked: Expectation, answerer: Answerer, before: tuple[str, datetime], now: datetime) -> None:
    changes = {"answer": [before[0], locked.answer]}
    if before[1] != locked.due_at:
        changes["due_at"] = [before[1].isoformat(), locked.due_at.isoformat()]
    facts = about(locked) | {"via": answerer.via}
    record(
        Happened.EXPECTATION_ANSWERED,
        actor=answerer.actor,
        subject=locked.audit_ref,
        account_id=locked.account_id,
        changes=changes,
        facts=facts,
        now=now,
    )
    if locked.closed_at is not None:
        record(
            Happened.EXPECTATION_CLOSED,
            actor=answerer.actor,
            subject=locked.audit_ref,
            account_id=locked.account_id,
            facts=about(locked) | {"because": locked.closed_because},
            now=now,
        )
