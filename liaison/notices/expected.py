"""What is expected of a partner about a notice (S7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from liaison.accounts.actors import Actor, System
from liaison.accounts.rights import Privilege
from liaison.catalog.vocabulary import Topic
from liaison.expectations.answering import Answerer
from liaison.expectations.asking import Wish, close_about, expect_each
from liaison.expectations.models import Expectation
from liaison.expectations.overdue import overdue_facts_of
from liaison.expectations.subjects import Described, ExpectedSubject
from liaison.expectations.vocabulary import ClosedBecause
from liaison.notices.draft import Draft
from liaison.notices.models import Notice
from liaison.notices.vocabulary import NOTICE
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject


def expect_answer(notice: Notice, draft: Draft, *, actor: Actor, now: datetime) -> None:
    """Keep what the draft expects, if it expects anything. Called in the transaction that raises the notice."""
    if draft.expected is None or draft.due_at is None:
        return
    wish = Wish(NOTICE, str(notice.pk), Topic(notice.topic), draft.expected, draft.due_at)
    asked_by = None if isinstance(actor, System) else actor
    expect_each(actor=actor.audit_ref, account=notice.account, wishes=[wish], asked_by=asked_by, now=now)


def expect_nothing(notice: Notice, *, actor: Actor, now: datetime) -> None:
    """Expect nothing any more about a notice that is withdrawn. Called in that transaction."""
    close_about(
        subject_kind=NOTICE,
        subject_ids=[str(notice.pk)],
        because=ClosedBecause.WITHDRAWN,
        actor=actor.audit_ref,
        now=now,
    )


class ExpectedOfNotice(ExpectedSubject):
    """A notice: what the partner says is taken for it."""

    sees = Privilege.STAFF_VIEW_CONTACTS
    manages = Privilege.STAFF_RAISE_NOTICES

    def lock(self, subject_id: str) -> None:
        Notice.objects.select_for_update(no_key=True).get(pk=int(subject_id))

    def described(self, subject_ids: Iterable[str]) -> Mapping[str, Described]:
        rows = Notice.objects.filter(pk__in=map(int, subject_ids)).only("title", "public_id")
        return {str(one.pk): Described(one.title, f"/notices/{one.public_id}/") for one in rows}

    def repeat(self, expectation: Expectation, *, now: datetime) -> None:
        notice = Notice.objects.get(pk=int(expectation.subject_id))
        facts = overdue_facts_of(expectation) | {"is_urgent": notice.is_urgent}
        subject = Subject(NOTICE, str(notice.pk), notice.account_id, facts)
        announce((Topic(expectation.topic),), subject, now=now)

    def is_over(self, subject_id: str) -> bool:
        return not Notice.objects.filter(pk=int(subject_id), withdrawn_at=None).exists()

    def answered(self, expectation: Expectation, answerer: Answerer, *, now: datetime) -> None:
        """Nothing else follows from an answer to a notice."""
