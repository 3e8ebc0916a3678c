"""Who is on call is who is paged: the registry, in at most two queries (invariant 7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.accounts import actions as accounts
from liaison.accounts import duty
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity, make_operator
from liaison.calendars.loading import callable_staff, load_rotas
from liaison.calendars.testing import make_layer, make_override, make_rota

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def names(now: datetime = NOW) -> list[str]:
    return [person.name for person in duty.people_on_call(now)]


def test_without_a_rota_nobody_is_on_call(cast: Cast) -> None:
    assert names() == []


def test_the_people_of_all_rotas_are_called_first_layers_first_and_each_once(cast: Cast) -> None:
    night, day = make_rota("Night"), make_rota("Day")
    make_layer(night, cast.agent, now=NOW)
    make_layer(night, cast.administrator, now=NOW)
    make_layer(day, cast.engineer, now=NOW)
    make_layer(day, cast.agent, now=NOW)
    assert names() == [cast.engineer.name, cast.agent.name, cast.administrator.name]


def test_turns_overrides_and_hours_count(cast: Cast) -> None:
    rota = make_rota()
    layer = make_layer(rota, cast.agent, cast.engineer, starts_on=NOW.date(), turn_days=1, now=NOW)
    assert names() == [cast.agent.name]
    assert names(NOW + timedelta(days=1)) == [cast.engineer.name]
    make_override(layer, cast.administrator, NOW, NOW + timedelta(hours=1), NOW)
    assert names() == [cast.administrator.name]
    assert names(NOW + timedelta(hours=1)) == [cast.agent.name]


def test_a_layer_with_hours_calls_nobody_outside_them(cast: Cast) -> None:
    make_layer(make_rota(), cast.agent, hours=((frozenset({1, 2, 3, 4, 5}), 540, 1080),), now=NOW)
    assert names() == [cast.agent.name]
    assert names(NOW + timedelta(hours=8)) == []


def test_who_is_suspended_or_lost_the_role_is_passed_over(cast: Cast) -> None:
    make_layer(make_rota(), cast.agent, cast.engineer, cast.administrator, starts_on=NOW.date(), now=NOW)
    assert names() == [cast.agent.name]
    accounts.suspend_identity(actor=TESTS, identity=cast.agent, now=NOW)
    assert names() == [cast.engineer.name]
    accounts.change_role(actor=TESTS, identity=cast.engineer, role=PredefinedRole.READ_ONLY_STAFF, now=NOW)
    assert names() == [cast.administrator.name]


def test_a_deleted_user_leaves_the_layer(cast: Cast) -> None:
    make_layer(make_rota(), cast.agent, cast.engineer, now=NOW)
    accounts.delete_identity(actor=TESTS, identity=cast.agent, now=NOW)
    assert names() == [cast.engineer.name]


@pytest.mark.parametrize("rotas", [1, 5])
def test_it_costs_two_queries_whatever_there_is(cast: Cast, rotas: int) -> None:
    for number in range(rotas):
        rota = make_rota(f"Rota {number}")
        layer = make_layer(rota, cast.agent, cast.engineer, now=NOW)
        make_layer(rota, cast.administrator, hours=((frozenset({1}), 0, 1440),), now=NOW)
        make_override(layer, cast.engineer, NOW, NOW + timedelta(hours=1), NOW)
    with CaptureQueriesContext(connection) as queries:
        assert names()
    assert len(queries) == 2


def test_only_staff_who_see_and_take_every_problem_can_be_called(cast: Cast) -> None:
    assert [one.name for one in callable_staff()] == sorted(
        one.name for one in (cast.agent, cast.engineer, cast.administrator)
    )


def test_facts_know_who_is_away_and_the_overrides_of_the_time_asked_for(cast: Cast, operator: Account) -> None:
    gone = make_identity(operator, PredefinedRole.SUPPORT_AGENT, "Gregor Gone")
    layer = make_layer(make_rota(), gone, cast.agent, now=NOW)
    make_override(layer, cast.engineer, NOW + timedelta(days=2), NOW + timedelta(days=3), NOW)
    Identity.objects.filter(pk=gone.pk).update(suspended_at=NOW)
    (near,), (far,) = load_rotas(NOW, NOW), load_rotas(NOW, NOW + timedelta(days=2))
    assert near.facts.away == {gone.pk}
    assert near.facts.layers[0].overrides == ()
    assert [one.person for one in far.facts.layers[0].overrides] == [cast.engineer.pk]


@pytest.fixture
def operator(cast: Cast) -> Account:
    return make_operator()
