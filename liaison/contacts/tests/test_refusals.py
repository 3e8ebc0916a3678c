"""A refusal at once means the same as a bounce: nothing is missed, and nothing counts twice (C7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, make_partner
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts import actions
from liaison.contacts.actions import refusals
from liaison.contacts.mailcodes import enhanced_code, is_mailbox_gone
from liaison.contacts.models import ContactEntry
from liaison.contacts.testing import complete_record, make_integration
from liaison.contacts.vocabulary import Verification
from liaison.lib.clock import utc_now
from liaison.notifications.models import Announcement, Attempt, Message, MessageState

PAGER = "emergency@bistro.test"


@pytest.mark.parametrize(
    ("code", "words", "gone"),
    [
        (550, "5.1.1 The email account that you tried to reach does not exist.", True),
        (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", True),
        (550, "<x@y.test>: Recipient address rejected: User unknown", True),
        (551, "user has moved", True),
        (550, "5.2.1 mailbox disabled", True),
        (556, "5.1.10 the domain takes no mail", True),
        (550, "No such user here", True),
        (550, "Requested action not taken: mailbox unavailable", True),
        (550, "5.5.0 Requested action not taken: mailbox unavailable", True),
        (550, "recipient <x@y.test> unknown", True),
        (553, "mailbox x@y.test not found", True),
        (550, "5.5.0 too many bad commands", False),
        (550, "5.1.0 Address rejected.", True),
        (550, "relay not permitted", False),
        (550, "This message was classified as SPAM and may not be delivered", False),
        (550, "Sender verify failed", False),
        (553, "sorry, that domain isn't in my list of allowed rcpthosts", False),
        (550, "5.1.0 rejected: blocked as spam", False),
        (550, "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents more", False),
        (550, "5.7.1 blocked by policy", False),
        (550, "5.7.26 unauthenticated mail from 192.0.2.5.1.1 is not taken", False),
        (550, "5.1.8 sender address rejected", False),
        (552, "5.2.2 mailbox full", False),
        (552, "mailbox full", False),
        (554, "transaction failed", False),
        (450, "4.1.1 try later", False),
        (None, "This address cannot stand in a command of SMTP.", False),
    ],
)
def test_only_a_mailbox_that_is_gone_is_unreachable(code: int | None, words: str, gone: bool) -> None:
    assert is_mailbox_gone(code, words) is gone


def test_the_enhanced_code_is_no_part_of_an_address() -> None:
    assert enhanced_code("host 10.5.1.1 said no") == ""
    assert enhanced_code("550 5.1.1 no") == "5.1.1"


def _refused(account_id: int, finished_at: datetime, words: str = "5.1.1 no such user") -> Message:
    message = Message.objects.create(
        account_id=account_id,
        channel="email",
        address=PAGER,
        message_id=f"<{finished_at.timestamp()}@portal.test>",
        state=MessageState.REFUSED,
        attempt=1,
        due_at=finished_at,
        created_at=finished_at,
        finished_at=finished_at,
    )
    Attempt.objects.create(message=message, number=1, started_at=finished_at, outcome="refused", code=550, detail=words)
    return message


def _entry() -> ContactEntry:
    return ContactEntry.objects.get(field=ContactField.EMERGENCY)


def test_a_refusal_marks_the_entry_with_the_words_of_the_server(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    message = _refused(owner.account.pk, now)
    assert actions.notice_refusals(now=now + timedelta(seconds=30)) == 1
    entry = _entry()
    assert entry.verification == Verification.UNREACHABLE
    assert (entry.unreachable_because, entry.unreachable_code) == ("refused", "5.1.1")
    assert entry.unreachable_detail == "5.1.1 no such user"
    assert message.state == MessageState.REFUSED


def test_a_refusal_for_another_reason_marks_nothing(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    _refused(owner.account.pk, now, "5.7.1 we do not like you")
    assert actions.notice_refusals(now=now) == 0
    assert _entry().verification == Verification.UNVERIFIED


def test_what_appears_late_is_not_missed(owner: Identity, now: datetime) -> None:
    """A worker's transaction may end after one that began later."""
    complete_record(owner, now)
    assert actions.notice_refusals(now=now) == 0
    _refused(owner.account.pk, now - timedelta(minutes=5))
    assert actions.notice_refusals(now=now + timedelta(minutes=1)) == 1


def test_a_mended_entry_is_not_marked_again_by_the_same_refusal(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    _refused(owner.account.pk, now)
    assert actions.notice_refusals(now=now) == 1
    actions.mark_reached(account_id=owner.account.pk, address=PAGER, now=now)
    for minutes in range(1, 30):
        assert actions.notice_refusals(now=now + timedelta(minutes=minutes)) == 0
    assert _entry().verification == Verification.VERIFIED
    later = now + timedelta(minutes=31)
    _refused(owner.account.pk, later)
    assert actions.notice_refusals(now=later) == 1


def test_a_refusal_that_breaks_keeps_no_other_from_being_noticed(
    owner: Identity, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete_record(owner, now)
    broken = _refused(owner.account.pk, now - timedelta(minutes=1))
    _refused(owner.account.pk, now)

    def breaks(*, message: str, **facts: Any) -> int:
        if message == broken.public_id:
            raise RuntimeError
        return actions.mark_unreachable(message=message, **facts)

    monkeypatch.setattr(refusals, "mark_unreachable", breaks)
    assert actions.notice_refusals(now=now) == 1
    assert _entry().verification == Verification.UNREACHABLE


@pytest.mark.django_db(transaction=True)
def test_two_tickers_at_once_tell_once() -> None:
    make_operator()
    account = make_partner("bistro")
    make_integration(account)
    owner = make_identity(account, PredefinedRole.ADMINISTRATOR, "Olga Owner")
    complete_record(owner)
    now, start = utc_now(), Barrier(2)
    _refused(account.pk, now)

    def look(_number: int) -> int:
        try:
            start.wait(timeout=10)
            return actions.notice_refusals(now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(look, range(2))) == [0, 1]
    assert Announcement.objects.filter(topics=[Topic.ONBOARDING_REMINDER]).count() == 1
