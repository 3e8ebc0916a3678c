"""Nothing that waits is ever lost: intake and workers side by side, with real connections, in any order (C7)."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection, connections, transaction

from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.notifications import forms
from liaison.notifications.actions import announce, announce_each
from liaison.notifications.claims import claim_due
from liaison.notifications.models import Delivery, Message, MessageState
from liaison.notifications.outcomes import finish, given_back
from liaison.notifications.registry import Subject
from liaison.notifications.testing import MailServer, about, person
from liaison.notifications.worker import deliver_batch

ALERT = Topic.PRODUCTION_ALERT
SECOND = timedelta(seconds=1)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("topics")]


@pytest.fixture(autouse=True)
def _bundles(settings: LazySettings) -> Iterator[None]:
    settings.BUNDLE_SECONDS = 1
    settings.DESTINATION_BURST = 1000
    forms.forget()
    yield
    forms.forget()


def alert(number: int, *addresses: str, account: int = 7) -> Subject:
    people = [person(address) for address in addresses]
    return replace(about(everyone=people, title=f"Problem {number}"), id=str(number), account_id=account)


def side_by_side(*work: Callable[[], None]) -> None:
    """Run each in a thread with a connection of its own; raise what one of them raises."""

    def run(one: Callable[[], None]) -> None:
        try:
            one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(work)) as pool:
        for done in [pool.submit(run, one) for one in work]:
            done.result(60)


def counts_of(mail_server: MailServer) -> Counter[str]:
    """Return how many messages each mailbox got, as its mails count them."""
    counts: Counter[str] = Counter()
    for received in mail_server.accepted:
        found = re.match(r"(\d+) production alerts", str(received.mail["Subject"]))
        counts[received.to] += int(found[1]) if found else 1
    return counts


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_every_delivery_goes_in_exactly_one_mail_whatever_happens_side_by_side(
    seed: int, mail_server: MailServer
) -> None:
    """Storing, claiming, giving back and sending race; every mail's count adds up to what was owed."""
    chance = random.Random(seed)  # noqa: S311  # dice, not secrets
    addresses = [f"{name}@p.test" for name in "abcde"]
    plans = [
        [alert(100 * worker + number, *chance.sample(addresses, chance.randint(1, 4))) for number in range(40)]
        for worker in range(3)
    ]
    done = threading.Event()

    def take_in(subjects: list[Subject]) -> Callable[[], None]:
        dice = random.Random(subjects[0].id)  # noqa: S311  # dice, not secrets

        def work() -> None:
            left = list(subjects)
            while left:
                size = dice.randint(1, 6)
                some, left = left[:size], left[size:]
                # Two calls in one transaction tell the same people in another order than others do.
                with transaction.atomic():
                    announce_each((ALERT,), some[: size // 2], now=utc_now())
                    announce_each((ALERT,), some[size // 2 :], now=utc_now())
                done.wait(dice.random() * 0.05)

        return work

    def send() -> None:
        while not done.is_set():
            deliver_batch(utc_now())
            done.wait(0.01)

    def claim_and_give_back() -> None:
        while not done.is_set():
            claims = claim_due(utc_now(), limit=2)
            finish([given_back(one, utc_now(), was_handed_over=False, soon=True) for one in claims], now=utc_now())
            done.wait(0.03)

    def until_all_is_taken_in() -> None:
        try:
            side_by_side(*[take_in(plan) for plan in plans])
        finally:
            done.set()

    side_by_side(until_all_is_taken_in, send, send, claim_and_give_back)
    for second in range(6):
        deliver_batch(utc_now() + second * SECOND)
    owed = Counter(address for plan in plans for one in plan for address in _addresses(one))
    assert counts_of(mail_server) == owed
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"accepted": owed.total()}
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}
    assert Message.objects.exclude(bundle="").exists()


def _addresses(subject: Subject) -> list[str]:
    return [one["address"] for one in subject.facts["everyone"]]


def test_who_joins_is_passed_over_by_the_claim_and_goes_along(now: datetime, mail_server: MailServer) -> None:
    """A worker that looks while somebody joins neither waits nor takes the bundle without the one that joins."""
    with transaction.atomic():
        announce_each((ALERT,), [alert(1, "a@p.test"), alert(2, "a@p.test")], now=now)
    due = now + SECOND
    seen: list[int] = []

    def look() -> None:
        seen.append(len(claim_due(due)))
        seen.append(len([one for one in claim_due(due) if one.is_bundle]))

    with transaction.atomic():
        announce((ALERT,), alert(3, "a@p.test"), now=now + SECOND / 2)
        side_by_side(look)
    assert seen == [1, 0]
    deliver_batch(due)
    assert str(mail_server.accepted[0].mail["Subject"]) == "2 production alerts: Problem 2 [en]"


def test_whoever_comes_while_it_is_claimed_opens_the_next(now: datetime) -> None:
    """The claim is not committed yet: who wants to join waits for it, and then does not join."""
    with transaction.atomic():
        announce_each((ALERT,), [alert(1, "a@p.test"), alert(2, "a@p.test")], now=now)
    started = threading.Event()

    def join() -> None:
        started.set()
        with transaction.atomic():
            announce((ALERT,), alert(3, "a@p.test"), now=now + SECOND / 2)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            claims = claim_due(now + SECOND)
            joining = pool.submit(join)
            assert started.wait(10)
            _wait_until_somebody_waits()
        joining.result(30)
    bundle = next(one for one in claims if one.is_bundle)
    late = Delivery.objects.get(announcement__subject_id="3")
    assert late.message_id != bundle.message
    assert Message.objects.get(deliveries=late).state == MessageState.GATHERING


def test_two_that_tell_the_same_people_in_another_order_do_not_block_each_other(now: datetime) -> None:
    both = threading.Barrier(2)

    def tell(first: str, second: str, number: int) -> Callable[[], None]:
        def work() -> None:
            both.wait(10)
            for turn in range(15):
                with transaction.atomic():
                    announce((ALERT,), alert(number + 2 * turn, first), now=now)
                    announce((ALERT,), alert(number + 2 * turn + 1, second), now=now)

        return work

    side_by_side(tell("a@p.test", "b@p.test", 0), tell("b@p.test", "a@p.test", 1000))
    assert Delivery.objects.count() == 60
    assert Message.objects.count() == 4  # for each mailbox one at once and one that gathers


def _wait_until_somebody_waits() -> None:
    """Return when another connection waits for a lock of ours."""
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.01)
    raise TimeoutError("nobody waited")
