"""A drill of the emergency contacts: called as in reality, answered by all who were told, and nobody else woken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.models import Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.models import ContactEntry
from liaison.drills import actions
from liaison.drills.models import Drill, DrillAnswer
from liaison.drills.results import clock, results_of
from liaison.drills.testing import answer_of, make_drill, told_by
from liaison.drills.tests.conftest import House
from liaison.drills.ticking import ANSWER_WITHIN, run_drills
from liaison.drills.vocabulary import DrillCode, Outcome
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notifications.escalation.climbing import climb_due
from liaison.notifications.models import AcknowledgedVia, Announcement, Delivery, Escalation, EscalationState

STEP = timedelta(minutes=5)


def tick(house: House, *minutes: int) -> None:
    """Let the ticker run at these minutes of the drill."""
    for minute in minutes:
        climb_due(house.now + timedelta(minutes=minute))
        run_drills(house.now + timedelta(minutes=minute))


def addresses(drill: Drill) -> list[str]:
    return [one.address for one in told_by(drill)]


def test_a_drill_calls_one_after_the_other_at_the_pace_of_the_account(house: House) -> None:
    """Section R: "as the real topic would"."""
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    assert addresses(drill) == ["first@bistro.test"]
    tick(house, 5)
    assert addresses(drill) == ["first@bistro.test", "second@bistro.test"]
    tick(house, 10)
    assert addresses(drill) == ["first@bistro.test", "second@bistro.test", house.cast.owner.mailbox]


def test_the_first_answer_ends_the_calling_and_those_who_were_told_may_still_answer(house: House) -> None:
    """C7: the time of each who was told, also after somebody has it."""
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    tick(house, 5)
    answer_of(drill, "second@bistro.test", house.now + timedelta(minutes=6), name="Sara at night")
    assert Escalation.objects.get().state == EscalationState.ACKNOWLEDGED
    answer_of(drill, "first@bistro.test", house.now + timedelta(minutes=7))
    tick(house, 7)
    drill.refresh_from_db()
    assert drill.outcome == Outcome.ANSWERED
    times = {one.name: (one.took, one.answered_by) for one in results_of(drill).people}
    assert times == {
        "Fabio First": (timedelta(minutes=7), ""),
        "Sara Second": (timedelta(minutes=1), "Sara at night"),
    }


def test_others_hear_who_has_it_as_in_reality(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    tick(house, 5)
    answer_of(drill, "second@bistro.test", house.now + timedelta(minutes=6))
    told = Announcement.objects.get(facts__event="acknowledged")
    assert [one.address for one in told.deliveries.all()] == ["first@bistro.test"]


def test_everybody_is_called_when_everybody_is_to_answer(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now, everybody=True)
    answer_of(drill, "first@bistro.test", house.now + timedelta(minutes=1))
    assert Escalation.objects.get().state == EscalationState.RUNNING
    tick(house, 5, 10)
    answer_of(drill, "second@bistro.test", house.now + timedelta(minutes=11))
    tick(house, 15)
    drill.refresh_from_db()
    assert drill.outcome == Outcome.PARTLY
    took = [one.took for one in results_of(drill).people]
    assert took == [timedelta(minutes=1), timedelta(minutes=6), None]


def test_a_drill_that_nobody_answers_ends_exhausted_and_alarms_nobody(house: House) -> None:
    """Section R: it goes to the chosen field, and wakes nobody of another topic."""
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    tick(house, *range(5, 60, 5))
    drill.refresh_from_db()
    assert (drill.outcome, Escalation.objects.get().state) == (Outcome.UNANSWERED, EscalationState.EXHAUSTED)
    assert not Announcement.objects.filter(topics__contains=[Topic.STAFF_ALARM]).exists()
    people = set(Delivery.objects.filter(announcement__topics=[Topic.DRILL]).values_list("address", flat=True))
    assert people == {"first@bistro.test", "second@bistro.test", house.cast.owner.mailbox}


def test_a_drill_whose_mail_is_refused_alarms_nobody(house: House) -> None:
    """R4 is for what is real: that nobody was reached stands on the drill."""
    ContactEntry.objects.filter(field=ContactField.EMERGENCY).delete()
    Identity.objects.filter(pk=house.cast.owner.pk).update(mailbox="", mailbox_verified_at=None)
    with pytest.raises(Conflict) as refused:
        make_drill(house.cast.owner, house.cast.partner, house.now)
    assert refused.value.code == DrillCode.NOBODY_TO_TELL
    assert not Announcement.objects.filter(topics__contains=[Topic.STAFF_ALARM]).exists()


def test_the_people_of_another_field_are_told_at_once(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now, ContactField.NON_EMERGENCY)
    assert addresses(drill) == ["technical@bistro.test"]
    assert not Escalation.objects.exists()
    answer_of(drill, "technical@bistro.test", house.now + timedelta(seconds=90))
    tick(house, 2)
    drill.refresh_from_db()
    assert drill.outcome == Outcome.ANSWERED
    (person,) = results_of(drill).people
    assert person.took is not None
    assert clock(person.took) == "1:30"


def test_a_drill_without_an_answer_ends_after_four_hours(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now, ContactField.OPERATOR)
    run_drills(house.now + ANSWER_WITHIN - timedelta(seconds=1))
    assert Drill.objects.get().is_running
    run_drills(house.now + ANSWER_WITHIN)
    drill.refresh_from_db()
    assert drill.outcome == Outcome.UNANSWERED


def test_a_second_answer_changes_nothing(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now, everybody=True)
    for minute in (1, 2):
        answer_of(drill, "first@bistro.test", house.now + timedelta(minutes=minute))
    assert DrillAnswer.objects.get().at == house.now + timedelta(minutes=1)
    assert Event.objects.filter(kind=Happened.DRILL_ANSWERED).count() == 1


def test_it_refuses_an_answer_of_somebody_whom_it_did_not_tell(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    for actor in (house.cast.colleague, house.cast.manager):
        with pytest.raises(Forbidden) as refused:
            actions.answer_drill(actor=actor, drill=drill, via=AcknowledgedVia.PORTAL, now=house.now)
        assert refused.value.code == DrillCode.NOT_TOLD
    assert Escalation.objects.get().state == EscalationState.RUNNING


def test_it_takes_the_answer_of_a_user_on_its_page(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now, ContactField.ALERT)
    actions.answer_drill(actor=house.cast.owner, drill=drill, via=AcknowledgedVia.PORTAL, now=house.now)
    assert DrillAnswer.objects.get().identity == house.cast.owner


def test_it_refuses_an_answer_when_the_drill_is_over(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    actions.end_drill(actor=house.cast.owner, drill=drill, now=house.now)
    with pytest.raises(Conflict) as refused:
        answer_of(drill, "first@bistro.test", house.now)
    assert refused.value.code == DrillCode.IS_OVER
    assert Escalation.objects.get().state == EscalationState.RESOLVED


def test_a_link_is_worth_nothing_for_whoever_left_the_field(house: House) -> None:
    """Invariant 2."""
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    ContactEntry.objects.filter(address="first@bistro.test").delete()
    with pytest.raises(Missing):
        answer_of(drill, "first@bistro.test", house.now)


def test_it_refuses_a_second_drill_and_one_during_an_emergency(house: House) -> None:
    make_drill(house.cast.owner, house.cast.partner, house.now)
    with pytest.raises(Conflict) as refused:
        make_drill(house.cast.owner, house.cast.partner, house.now)
    assert refused.value.code == DrillCode.RUNS_ALREADY


def test_it_refuses_a_field_that_cannot_be_drilled(house: House) -> None:
    with pytest.raises(Invalid):
        make_drill(house.cast.owner, house.cast.partner, house.now, ContactField.HOURS)


def test_administrators_editors_and_the_accounts_staff_start_drills_and_nobody_else(house: House) -> None:
    """Readers, support agents and engineers do not."""
    for actor in (house.cast.reader, house.cast.agent, house.cast.engineer):
        with pytest.raises(Forbidden):
            make_drill(actor, house.cast.partner, house.now)
    with pytest.raises(Missing):
        make_drill(house.cast.outsider, house.cast.partner, house.now)
    for actor in (house.cast.colleague, house.cast.manager, house.cast.administrator):
        actions.end_drill(actor=actor, drill=make_drill(actor, house.cast.partner, house.now), now=house.now)


def test_an_answer_by_mail_verifies_the_mailbox(house: House) -> None:
    """C7: somebody reads it."""
    answer_of(make_drill(house.cast.owner, house.cast.partner, house.now), "first@bistro.test", house.now)
    assert ContactEntry.objects.get(address="first@bistro.test").verification == "verified"


def test_the_administrators_hear_how_it_ended(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    actions.end_drill(actor=house.cast.owner, drill=drill, now=house.now)
    report = Announcement.objects.get(facts__event="ended")
    assert [one.address for one in report.deliveries.all()] == [house.cast.owner.mailbox]


def test_it_is_compared_with_the_drill_before(house: House) -> None:
    first = make_drill(house.cast.owner, house.cast.partner, house.now)
    answer_of(first, "first@bistro.test", house.now + timedelta(minutes=3))
    tick(house, 3)
    later = house.now + timedelta(days=30)
    second = make_drill(house.cast.owner, house.cast.partner, later)
    answer_of(second, "first@bistro.test", later + timedelta(minutes=1))
    results = results_of(second)
    assert results.before is not None
    assert (results.before.first, results.people[0].before) == (timedelta(minutes=3), timedelta(minutes=3))
    assert results.summary.first == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("took", "words"),
    [
        (timedelta(seconds=7), "0:07"),
        (timedelta(minutes=12, seconds=30), "12:30"),
        (timedelta(hours=1, minutes=2, seconds=5), "1:02:05"),
        (timedelta(seconds=-3), "0:00"),
    ],
)
def test_times_are_shown_as_on_a_stop_watch(took: timedelta, words: str) -> None:
    assert clock(took) == words
