from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from liaison.accounts.testing import Cast, make_cast
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.integrations.models import IntakeKey
from liaison.integrations.senders import Sender
from liaison.integrations.testing import environment_of, make_integration, make_key
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.probes import access, actions
from liaison.probes.actions.beats import MOST_BEATS
from liaison.probes.models import Heartbeat
from liaison.probes.testing import make_heartbeat

pytestmark = pytest.mark.django_db

NOW = utc_now()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def key(cast: Cast) -> IntakeKey:
    return make_key(make_integration(cast.partner)).key


def beaten(key: IntakeKey, **values: Any) -> Heartbeat:
    return actions.note_heartbeat(sender=Sender(key=key), environment=key.environment, **values)


def test_the_first_beat_makes_it_and_later_ones_leave_no_history(key: IntakeKey) -> None:
    for minute in range(3):
        beaten(key, name="order-worker", now=NOW + timedelta(minutes=minute))
    beat = Heartbeat.objects.get()
    assert (beat.name, beat.last_at, beat.expected_every) == ("order-worker", NOW + timedelta(minutes=2), 300)
    assert Event.objects.filter(subject_kind="heartbeat").count() == 1


def test_a_beat_that_is_late_takes_nothing_back(key: IntakeKey) -> None:
    beaten(key, name="worker", now=NOW)
    beaten(key, name="worker", now=NOW - timedelta(seconds=5))
    assert Heartbeat.objects.get().last_at == NOW


def test_the_sender_may_say_how_often_it_comes(key: IntakeKey) -> None:
    beaten(key, name="worker", every_seconds=60, now=NOW)
    beaten(key, name="worker", every_seconds=60, now=NOW)
    assert Heartbeat.objects.get().expected_every == 60
    assert Event.objects.get(kind=Happened.HEARTBEAT_CHANGED).changes == {"expected_every": [300, 60]}


@pytest.mark.parametrize("name", ["", "a b", "-a", "a/b", "a" * 101, "주문", "a\n"])
def test_names_fit_into_an_address(key: IntakeKey, name: str) -> None:
    with pytest.raises(Invalid):
        beaten(key, name=name, now=NOW)


@pytest.mark.parametrize("seconds", [9, 0, -1, 31 * 86_400 + 1])
def test_the_interval_has_bounds(key: IntakeKey, seconds: int) -> None:
    with pytest.raises(Invalid):
        beaten(key, name="worker", every_seconds=seconds, now=NOW)
    assert not Heartbeat.objects.exists()


def test_names_that_change_with_every_beat_come_to_an_end(key: IntakeKey) -> None:
    for number in range(MOST_BEATS):
        make_heartbeat(key.environment, f"worker-{number}", now=NOW)
    with pytest.raises(Conflict):
        beaten(key, name="one-more", now=NOW)
    beaten(key, name="worker-7", now=NOW)


def test_editors_and_staff_change_and_remove_it(cast: Cast, key: IntakeKey) -> None:
    beat = make_heartbeat(key.environment, now=NOW)
    where = key.environment.integration.public_id, "production", "worker"
    for actor, seconds in ((cast.colleague, 60), (cast.administrator, 90)):
        found = access.heartbeat_for(actor, *where)
        actions.change_heartbeat(actor=actor, heartbeat=found, expected_every=seconds, is_watched=False, now=NOW)
    beat.refresh_from_db()
    assert (beat.expected_every, beat.is_watched) == (90, False)
    actions.remove_heartbeat(actor=cast.owner, heartbeat=access.heartbeat_for(cast.owner, *where), now=NOW)
    assert not Heartbeat.objects.exists()
    assert Event.objects.get(kind=Happened.HEARTBEAT_REMOVED).facts["heartbeat"] == "worker"


def test_a_key_speaks_for_its_own_environment_alone_and_of_people_only_administrators_of_the_operator(
    cast: Cast, key: IntakeKey
) -> None:
    others = environment_of(make_integration(cast.elsewhere))
    with pytest.raises(Missing):
        actions.note_heartbeat(sender=Sender(key=key), environment=others, name="worker", now=NOW)
    for person in (cast.owner, cast.agent, cast.outsider):
        with pytest.raises(Forbidden):
            actions.note_heartbeat(sender=Sender(identity=person), environment=others, name="worker", now=NOW)
    sender = Sender(identity=cast.administrator)
    assert actions.note_heartbeat(sender=sender, environment=others, name="worker", now=NOW).last_at == NOW


def test_readers_change_nothing_and_others_see_nothing(cast: Cast, key: IntakeKey) -> None:
    beat = make_heartbeat(key.environment, now=NOW)
    with pytest.raises(Forbidden):
        actions.change_heartbeat(actor=cast.reader, heartbeat=beat, expected_every=60, is_watched=True, now=NOW)
    with pytest.raises(Forbidden):
        actions.remove_heartbeat(actor=cast.agent, heartbeat=beat, now=NOW)
    with pytest.raises(Missing):
        access.heartbeat_for(cast.outsider, key.environment.integration.public_id, "production", "worker")


@pytest.mark.django_db(transaction=True)
def test_fifty_first_beats_at_once_make_one_heartbeat() -> None:
    key = make_key(make_integration(make_cast().partner)).key

    def beat(_: int) -> None:
        try:
            beaten(key, name="worker", now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(beat, range(50)))
    assert Heartbeat.objects.count() == 1
    assert Event.objects.filter(kind=Happened.HEARTBEAT_ADDED).count() == 1
