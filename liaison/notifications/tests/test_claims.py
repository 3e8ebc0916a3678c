"""Who works on which message: fair between accounts, urgent first, fenced by the number of the attempt."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce
from liaison.notifications.channels.contract import Answer, Outcome
from liaison.notifications.claims import (
    SHARE,
    Claim,
    HandOver,
    claim_due,
    hand_over,
    put_off_address,
    release_expired,
    renew,
)
from liaison.notifications.models import Attempt, Delivery, Message
from liaison.notifications.outcomes import Ending, ending_of, finish, record_bounce
from liaison.notifications.testing import about, person
from liaison.notifications.transitions import MessageEvent

NOTICE, EMERGENCY = Topic.TECHNICAL_NOTICE, Topic.TECHNICAL_EMERGENCY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]

YES = Answer(Outcome.ACCEPTED, 250, "ok")
NO = Answer(Outcome.REFUSED, 550, "no")
LATER = Answer(Outcome.TEMPORARY, 451, "later")
LOST = Answer(Outcome.UNKNOWN, detail="gone")


def tell(now: datetime, account: int, *addresses: str, topic: Topic = NOTICE) -> None:
    people = [person(address) for address in addresses]
    where = "ladder" if topic is EMERGENCY else "everyone"
    announce((topic,), replace(about(**{where: people}), account_id=account), now=now)


def handed(claim: Claim) -> bool:
    counted = hand_over([HandOver(claim, kept=b"x", sha256="0" * 64, subject_line="s")])
    return claim.message in counted


def end_of_lease() -> None:
    with connection.cursor() as cursor:  # no lease ends before the database is older than one; that of a test is young
        age = "extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())"
        cursor.execute(f"SELECT pg_sleep(greatest(0, %s - {age}))", [settings.DELIVERY_LEASE_SECONDS + 0.1])
    Message.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))


def addresses(claims: list[Claim]) -> list[str]:
    return [claim.address for claim in claims]


def test_the_storm_of_one_account_does_not_starve_the_others(now: datetime) -> None:
    """Faults: 10,000 alerts from one account while others trickle."""
    tell(now, 1, *[f"storm{number}@p.test" for number in range(200)])
    tell(now + timedelta(seconds=5), 2, "two@p.test")
    tell(now + timedelta(seconds=5), 3, "three@p.test")
    claimed = addresses(claim_due(now + timedelta(seconds=5)))
    assert {"two@p.test", "three@p.test"} <= set(claimed[: SHARE + 2])
    assert len(claimed) == 20


def test_the_emergencies_of_one_account_do_not_starve_the_alerts_of_another(now: datetime) -> None:
    for number in range(40):
        tell(now, 1, f"emergency{number}@p.test", topic=EMERGENCY)
    tell(now, 2, "two@p.test")
    claimed = addresses(claim_due(now))
    assert claimed[SHARE] == "two@p.test"
    assert claimed[0].startswith("emergency")


def test_an_emergency_goes_before_what_was_there_earlier_in_every_account(now: datetime) -> None:
    tell(now, 1, *[f"one{number}@p.test" for number in range(30)])
    tell(now, 2, *[f"two{number}@p.test" for number in range(30)])
    tell(now + timedelta(seconds=9), 2, "urgent@p.test", topic=EMERGENCY)
    assert addresses(claim_due(now + timedelta(seconds=9)))[0] == "urgent@p.test"


def test_two_workers_never_hold_the_same_message(now: datetime) -> None:
    tell(now, 1, *[f"a{number}@p.test" for number in range(50)])
    seen = [claim.message for _ in range(4) for claim in claim_due(now)]
    assert len(seen) == len(set(seen)) == 50


def test_only_what_is_due_on_the_channel_is_claimed(now: datetime) -> None:
    tell(now, 1, "a@p.test")
    assert claim_due(now - timedelta(seconds=1)) == []
    assert claim_due(now, channel="webhook") == []
    assert len(claim_due(now)) == 1


def test_a_claim_knows_all_that_is_needed_to_decide_again(now: datetime) -> None:
    tell(now, 7, "a@p.test")
    (claim,) = claim_due(now)
    assert claim.owed.topics == (NOTICE,)
    assert claim.owed.subject.account_id == 7
    assert claim.owed.subject.facts["everyone"][0]["address"] == "a@p.test"
    assert claim.owed.readers[0]["key"] == "address:a@p.test"
    assert claim.owed.reasons[0]["reason"] == "alert_contact"
    assert claim.owed.public_id == Delivery.objects.get().public_id


def test_a_lease_that_ends_before_the_hand_over_costs_nothing(now: datetime) -> None:
    tell(now, 1, "a@p.test")
    claim_due(now)
    end_of_lease()
    assert release_expired(now) == 1
    message = Message.objects.get()
    assert (message.state, message.unanswered) == ("pending", 0)
    assert Attempt.objects.get().outcome == "expired"


def test_a_lease_that_ends_after_the_hand_over_leaves_the_message_unknown_and_it_goes_out_once_more(
    now: datetime,
) -> None:
    tell(now, 1, "a@p.test")
    for unanswered in (1, 2):
        moment = now + timedelta(minutes=unanswered)
        (claim,) = claim_due(moment)
        assert handed(claim)
        end_of_lease()
        release_expired(moment)
        assert claim_due(moment) == []  # a worker that was only cut off from the database has a moment to answer
        message = Message.objects.get()
        assert (message.state, message.unanswered) == ("unknown", unanswered)
    (claim,) = claim_due(now + timedelta(minutes=5))
    assert handed(claim) is False


def test_a_running_lease_is_left_alone_and_can_be_prolonged(now: datetime) -> None:
    tell(now, 1, "a@p.test")
    (claim,) = claim_due(now)
    before = Message.objects.get().lease_until
    assert release_expired(now) == 0
    assert renew([claim]) == {claim.message}
    after = Message.objects.get().lease_until
    assert before is not None
    assert after is not None
    assert after >= before


def test_what_an_older_attempt_says_changes_nothing(now: datetime) -> None:
    """Invariant 1: the number of the attempt is the fence."""
    tell(now, 1, "a@p.test")
    (first,) = claim_due(now)
    Message.objects.update(state="pending", lease_until=None)
    (second,) = claim_due(now)
    assert handed(first) is False
    assert renew([first]) == frozenset()
    assert finish([ending_of(NO, first, now=now)], now=now) == frozenset()
    assert Message.objects.get().state == "sending"
    assert Delivery.objects.get().state == "pending"
    assert handed(second) is True
    assert finish([ending_of(YES, second, now=now)], now=now) == {second.message}
    assert Message.objects.get().state == "accepted"


def test_an_answer_after_the_lease_counts_as_long_as_nobody_else_has_the_message(now: datetime) -> None:
    """A worker that was stopped and goes on knows that the server took it: a second mail is spared."""
    tell(now, 1, "a@p.test")
    (claim,) = claim_due(now)
    handed(claim)
    end_of_lease()
    release_expired(now)
    assert finish([ending_of(YES, claim, now=now)], now=now) == {claim.message}
    assert Delivery.objects.get().state == "accepted"
    assert Attempt.objects.get().outcome == "accepted"


def test_a_temporary_answer_after_the_lease_does_not_take_the_doubt_away(now: datetime) -> None:
    tell(now, 1, "a@p.test")
    (claim,) = claim_due(now)
    handed(claim)
    end_of_lease()
    release_expired(now)
    assert finish([ending_of(LATER, claim, now=now)], now=now) == frozenset()
    assert Message.objects.get().state == "unknown"


def test_a_batch_ends_in_one_statement_each_message_in_its_own_way(now: datetime) -> None:
    tell(now, 1, *[f"{name}@p.test" for name in ("yes", "no", "later", "lost", "back")])
    claims = claim_due(now)
    hand_over([HandOver(claim, kept=b"x", sha256="0" * 64) for claim in claims])
    answers = dict(zip((claim.message for claim in claims), (YES, NO, LATER, LOST), strict=False))
    endings = [ending_of(answers[claim.message], claim, now=now) for claim in claims if claim.message in answers]
    endings.append(Ending(claims[4], MessageEvent.GIVEN_BACK, due_at=now, was_handed_over=True))
    finish(endings, now=now)
    rows = Message.objects.order_by("pk").values_list("state", "unanswered", "failures")
    assert list(rows) == [
        ("accepted", 1, 0),
        ("refused", 0, 0),
        ("pending", 0, 1),
        ("unknown", 1, 0),
        ("pending", 0, 0),
    ]
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == [
        "accepted",
        "failed",
        "pending",
        "pending",
        "pending",
    ]
    # What the worker did not come to leaves no attempt.
    assert list(Attempt.objects.order_by("message").values_list("outcome", flat=True)) == [
        "accepted",
        "refused",
        "temporary",
        "unknown",
    ]


def test_after_a_second_crash_messages_come_one_after_the_other(now: datetime) -> None:
    """Faults: a poison message must not take the others along again and again."""
    tell(now, 1, "a@p.test", "b@p.test", "c@p.test")
    for _ in range(2):
        assert len(claim_due(now)) == 3
        end_of_lease()
        release_expired(now)
    due = list(Message.objects.order_by("pk").values_list("due_at", flat=True))
    assert [moment - now for moment in due] == [timedelta(seconds=seconds) for seconds in (5, 6, 7)]


def test_what_waits_for_an_endpoint_that_is_away_waits_on(now: datetime) -> None:
    tell(now, 1, "a@p.test", "b@p.test")
    until = now + timedelta(minutes=1)
    assert put_off_address("email", "a@p.test", until, now) == 1
    assert addresses(claim_due(now)) == ["b@p.test"]


def test_a_message_that_came_back_is_followed_by_the_next_step_once(now: datetime) -> None:
    announce((EMERGENCY,), about(ladder=[person("a@p.test"), person("b@p.test")]), now=now)
    (claim,) = claim_due(now)
    handed(claim)
    finish([ending_of(YES, claim, now=now)], now=now)
    message = Message.objects.get(pk=claim.message)
    assert record_bounce(message, reason="unreachable", now=now) is True
    assert record_bounce(message, reason="unreachable", now=now) is False
    first = Delivery.objects.get(message=message)
    assert (first.state, first.state_reason) == ("bounced", "unreachable")
    assert Message.objects.get(pk=message.pk).state == "bounced"
    assert addresses(claim_due(now)) == ["b@p.test"]


def test_looking_for_work_uses_the_index_whatever_is_finished(now: datetime) -> None:
    """A claim reads what waits, not what was."""
    tell(now, 1, "a@p.test")
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'message_due_by_lane'")
        (definition,) = cursor.fetchone()
    assert "(channel, lane, priority, due_at, id) WHERE" in definition
