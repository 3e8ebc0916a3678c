"""Invariant 1 against real processes: killed, stopped, cut off from the database. Judged by the server's ledger."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction

from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.notifications.actions import announce
from liaison.notifications.models import Attempt, Delivery, Message
from liaison.notifications.testing import MailServer, Trick, about, person

NOTICE = Topic.TECHNICAL_NOTICE
LEASE_SECONDS = 5
APPLICATION_NAME = "worker under test"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("topics"),
]

Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def start_worker(mail_server: MailServer) -> Iterator[Start]:
    """Return a function that starts a real worker on the database of this test, with short leases."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = str(connection.settings_dict["NAME"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{database}")),
        "DELIVERY_LEASE_SECONDS": str(LEASE_SECONDS),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail_server.port),
        "SMTP_TIMEOUT_SECONDS": "30",
        "LOG_LEVEL": "ERROR",
        "PGAPPNAME": APPLICATION_NAME,
    }
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "liaison.notifications.tests.child_worker"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def tell(*addresses: str) -> None:
    with transaction.atomic():
        announce((NOTICE,), about(everyone=[person(address) for address in addresses]), now=utc_now())


def until(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def all_accepted() -> bool:
    return not Message.objects.exclude(state="accepted").exists()


def test_a_worker_killed_after_its_claim_costs_nothing(mail_server: MailServer, start_worker: Start) -> None:
    mail_server.at_rcpt["a@p.test"].append(Trick.HANG)
    tell("a@p.test", "b@p.test", "c@p.test")
    victim = start_worker()
    assert mail_server.rcpt_seen.wait(10)
    victim.kill()
    start_worker()
    until(all_accepted)
    assert Counter(one.to for one in mail_server.dots) == {"a@p.test": 1, "b@p.test": 1, "c@p.test": 1}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"accepted"}
    assert Attempt.objects.filter(outcome="expired").exists()


def test_a_worker_killed_after_the_final_dot_repeats_that_message_once(
    mail_server: MailServer, start_worker: Start
) -> None:
    mail_server.at_dot["a@p.test"].append(Trick.HANG)
    tell("a@p.test", "b@p.test", "c@p.test")
    victim = start_worker()
    assert mail_server.dot_seen.wait(10)
    victim.kill()
    start_worker()
    until(all_accepted)
    assert Counter(one.to for one in mail_server.dots) == {"a@p.test": 2, "b@p.test": 1, "c@p.test": 1}
    first, second = (one for one in mail_server.dots if one.to == "a@p.test")
    assert first.message_id == second.message_id
    assert first.data == second.data


def test_a_message_whose_workers_die_twice_after_the_dot_is_not_sent_a_third_time(
    mail_server: MailServer, start_worker: Start
) -> None:
    """Invariant 1: no message's final dot is sent more than twice, and somebody sees that it failed."""
    mail_server.at_dot["a@p.test"].extend([Trick.HANG, Trick.HANG])
    tell("a@p.test")
    for _ in range(2):
        mail_server.dot_seen.clear()
        victim = start_worker()
        assert mail_server.dot_seen.wait(20)
        victim.kill()
    start_worker()
    until(lambda: Message.objects.get(address="a@p.test").state == "failed")
    assert len([one for one in mail_server.dots if one.to == "a@p.test"]) == 2
    assert Delivery.objects.get(address="a@p.test").state_reason == "outcome_unknown"


def test_a_worker_stopped_past_its_lease_neither_sends_nor_changes_anything(
    mail_server: MailServer, start_worker: Start
) -> None:
    mail_server.at_rcpt["a@p.test"].append(Trick.HANG)
    tell("a@p.test")
    sleeper = start_worker()
    assert mail_server.rcpt_seen.wait(10)
    sleeper.send_signal(signal.SIGSTOP)
    start_worker()
    until(all_accepted)
    mail_server.let_go()
    sleeper.send_signal(signal.SIGCONT)
    time.sleep(1.5)
    assert len(mail_server.dots) == 1
    assert Message.objects.get().attempt == 2
    assert Message.objects.get().state == "accepted"
    tell("b@p.test")
    until(all_accepted)


def test_a_slow_server_does_not_cost_a_living_worker_its_lease(mail_server: MailServer, start_worker: Start) -> None:
    mail_server.at_dot["a@p.test"].append(Trick.HANG)
    tell("a@p.test")
    start_worker()
    start_worker()
    assert mail_server.dot_seen.wait(10)
    time.sleep(LEASE_SECONDS * 1.6)
    mail_server.let_go()
    until(all_accepted)
    assert len(mail_server.dots) == 1
    assert Message.objects.get().attempt == 1


def test_two_workers_share_two_hundred_messages_without_a_duplicate(
    mail_server: MailServer, start_worker: Start
) -> None:
    start_worker()
    start_worker()
    addresses = [f"p{number}@p.test" for number in range(200)]
    tell(*addresses)
    until(all_accepted, seconds=60)
    assert Counter(one.to for one in mail_server.dots) == Counter(addresses)
    assert mail_server.connections <= 2
    assert Attempt.objects.count() == 200


def test_a_worker_survives_the_loss_of_all_its_database_connections(
    mail_server: MailServer, start_worker: Start
) -> None:
    worker = start_worker()
    for number in range(3):
        tell(f"p{number}@p.test")
        until(all_accepted)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = %s",
                [APPLICATION_NAME],
            )
    tell("last@p.test")
    until(all_accepted)
    assert worker.poll() is None
    assert len(mail_server.dots) == 4


def test_an_answer_is_recorded_although_the_database_went_away_meanwhile(
    mail_server: MailServer, start_worker: Start
) -> None:
    """Forgetting a 250 would mean a second mail."""
    mail_server.at_dot["a@p.test"].append(Trick.HANG)
    tell("a@p.test")
    start_worker()
    assert mail_server.dot_seen.wait(10)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [APPLICATION_NAME],
        )
    mail_server.let_go()
    until(all_accepted)
    assert len(mail_server.dots) == 1
    assert Message.objects.get().attempt == 1


def test_a_stop_finishes_the_message_at_hand_and_gives_the_others_back(
    mail_server: MailServer, start_worker: Start
) -> None:
    mail_server.at_dot["a@p.test"].append(Trick.HANG)
    tell("a@p.test", "b@p.test")
    worker = start_worker()
    assert mail_server.dot_seen.wait(10)
    worker.terminate()
    time.sleep(0.3)
    mail_server.let_go()
    assert worker.wait(10) == 0
    assert {one.address: one.state for one in Message.objects.all()} == {
        "a@p.test": "accepted",
        "b@p.test": "pending",
    }
    assert Attempt.objects.count() == 1


def test_a_worker_is_woken_at_once(mail_server: MailServer, start_worker: Start) -> None:
    start_worker()
    tell("warm@p.test")
    until(all_accepted)
    time.sleep(0.3)
    started = time.monotonic()
    tell("quick@p.test")
    until(lambda: len(mail_server.accepted) == 2)
    assert time.monotonic() - started < 1.0
