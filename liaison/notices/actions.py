"""The verbs of this room: raise a notice, and withdraw one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.expectations.vocabulary import Expected
from liaison.lib.refusals import Conflict
from liaison.notices.access import require_write
from liaison.notices.draft import Draft, draft_of
from liaison.notices.expected import expect_answer, expect_nothing
from liaison.notices.models import Notice
from liaison.notices.vocabulary import NoticeCode
from liaison.notifications.actions import announce


@transaction.atomic
def raise_notice(
    *,
    actor: Actor,
    account: Account,
    topic: str,
    title: str,
    text: str,
    language: str,
    is_urgent: bool = False,
    integration: str = "",
    expected: str = Expected.ANSWER,
    due_at: datetime | None = None,
    now: datetime,
) -> Notice:
    """Tell the contacts of the topic, at once or when they want to hear of what is not urgent.

    `topic` is one of `NoticeTopic`, `integration` a public id or empty. What is `expected` (empty for nothing) is
    expected by `due_at` (aware), else within the usual time (S7). Raises Missing, Forbidden, and Invalid with every
    problem at once.
    """
    require_write(actor, account)
    draft = draft_of(
        account,
        topic=topic,
        title=title,
        text=text,
        language=language,
        is_urgent=is_urgent,
        integration=integration,
        expected=expected,
        due_at=due_at,
        now=now,
    )
    notice = _keep(draft, actor, now)
    record(
        Happened.NOTICE_RAISED,
        actor=actor.audit_ref,
        subject=notice.subject_ref,
        account_id=account.pk,
        facts={"topic": notice.topic, "is_urgent": notice.is_urgent},
        now=now,
    )
    expect_answer(notice, draft, actor=actor, now=now)
    announce((Topic(notice.topic),), draft.subject(str(notice.pk)), now=now)
    return notice


@transaction.atomic
def withdraw_notice(*, actor: Actor, notice: Notice, now: datetime) -> Notice:
    """Take a notice back: whoever it has not reached yet does not get it. Raises Missing, Forbidden and Conflict."""
    require_write(actor, notice.account)
    locked = Notice.objects.select_for_update(of=("self",)).select_related("account").get(pk=notice.pk)
    if locked.withdrawn_at is not None:
        raise Conflict(NoticeCode.ALREADY_WITHDRAWN)
    locked.withdrawn_at, locked.withdrawn_by = now, _person(actor)
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(
        Happened.NOTICE_WITHDRAWN,
        actor=actor.audit_ref,
        subject=locked.subject_ref,
        account_id=locked.account_id,
        now=now,
    )
    expect_nothing(locked, actor=actor, now=now)
    return locked


def _keep(draft: Draft, actor: Actor, now: datetime) -> Notice:
    return Notice.objects.create(
        account=draft.account,
        integration=draft.integration,
        topic=draft.topic.value,
        title=draft.title,
        text=draft.text,
        language=draft.language,
        is_urgent=draft.is_urgent,
        raised_at=now,
        raised_by=_person(actor),
    )


def _person(actor: Actor) -> Identity | None:
    return None if isinstance(actor, System) else actor
