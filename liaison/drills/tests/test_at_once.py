"""Two at the same instant: answers are kept each once, and two tickers begin one drill."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from liaison.drills.models import Drill, DrillAnswer
from liaison.drills.testing import answer_of, make_drill, make_schedule
from liaison.drills.tests.conftest import House
from liaison.drills.ticking import run_drills
from liaison.drills.vocabulary import Outcome
from liaison.notifications.escalation.climbing import climb_due
from liaison.notifications.models import Announcement, Escalation, EscalationState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def at_once(*works: Callable[[], object]) -> None:
    """Run the works in threads that start together; raise what one of them raised."""
    start, problems = threading.Barrier(len(works)), list[Exception]()

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(10)
            work()
        except Exception as problem:  # noqa: BLE001  # raised below
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    if problems:
        raise problems[0]


def test_two_answers_in_the_same_instant_are_both_kept_and_one_of_them_has_it(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    climb_due(house.now + timedelta(minutes=5))
    at = house.now + timedelta(minutes=6)
    at_once(lambda: answer_of(drill, "first@bistro.test", at), lambda: answer_of(drill, "second@bistro.test", at))
    assert DrillAnswer.objects.count() == 2
    assert Escalation.objects.get().state == EscalationState.ACKNOWLEDGED
    assert Announcement.objects.filter(facts__event="acknowledged").count() == 1


def test_the_same_link_pressed_twice_in_the_same_instant_counts_once(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now, everybody=True)
    at_once(*[lambda: answer_of(drill, "first@bistro.test", house.now)] * 2)
    assert DrillAnswer.objects.count() == 1


def test_two_tickers_begin_one_drill_and_end_it_once(house: House) -> None:
    schedule = make_schedule(house.cast.owner, house.cast.partner, house.now)
    due = schedule.next_at
    assert due is not None
    at_once(*[lambda: run_drills(due)] * 4)
    drill = Drill.objects.get()
    for minute in range(5, 50, 5):
        climb_due(due + timedelta(minutes=minute))
    at_once(*[lambda: run_drills(due + timedelta(minutes=50))] * 4)
    drill.refresh_from_db()
    assert drill.outcome == Outcome.UNANSWERED
    assert Announcement.objects.filter(facts__event="ended").count() == 1


def test_an_answer_and_the_end_in_the_same_instant_leave_a_drill_that_makes_sense(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    at = house.now + timedelta(minutes=3)
    at_once(lambda: answer_of(drill, "first@bistro.test", at), lambda: run_drills(at), lambda: climb_due(at))
    run_drills(at)
    drill.refresh_from_db()
    assert (drill.outcome, DrillAnswer.objects.count()) == (Outcome.ANSWERED, 1)
