"""Who takes over: agreed before, or on the spot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from liaison.accounts import duty
from liaison.accounts.testing import Cast
from liaison.audit.models import Event
from liaison.calendars import actions
from liaison.calendars.codes import RotaCode
from liaison.calendars.models import Layer, Override
from liaison.calendars.testing import make_layer, make_override, make_rota
from liaison.lib.refusals import Conflict, Forbidden, Invalid

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def layer(cast: Cast) -> Layer:
    return make_layer(make_rota(), cast.agent, cast.engineer, starts_on=NOW.date(), now=NOW)


def names(now: datetime) -> list[str]:
    return [person.name for person in duty.people_on_call(now)]


def test_whoever_can_be_called_takes_over_by_themselves(cast: Cast, layer: Layer) -> None:
    values: dict[str, Any] = {"layer": layer, "starts_at": NOW + HOUR, "ends_at": NOW + 2 * HOUR, "now": NOW}
    actions.add_override(actor=cast.engineer, person=cast.engineer.public_id, **values)
    assert names(NOW + HOUR) == [cast.engineer.name]
    assert Event.objects.get(kind="rota.override_added").facts["kind"] == "cover"
    with pytest.raises(Forbidden):
        actions.add_override(actor=cast.engineer, person=cast.administrator.public_id, **values)
    with pytest.raises(Invalid) as refused:
        actions.add_override(actor=cast.administrator, person=cast.manager.public_id, **values)
    assert refused.value.problems[0].code == RotaCode.CANNOT_BE_CALLED


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (2 * HOUR, HOUR, RotaCode.ENDS_BEFORE_START),
        (HOUR, HOUR, RotaCode.ENDS_BEFORE_START),
        (-2 * HOUR, -HOUR, RotaCode.IS_OVER),
        (HOUR, timedelta(days=368), RotaCode.TOO_LONG),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(
    cast: Cast, layer: Layer, starts: timedelta, ends: timedelta, code: RotaCode
) -> None:
    with pytest.raises(Invalid) as refused:
        make_override(layer, cast.engineer, NOW + starts, NOW + ends, NOW)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_what_began_before_begins_now_so_that_nobody_changes_what_was(cast: Cast, layer: Layer) -> None:
    assert make_override(layer, cast.engineer, NOW - HOUR, NOW + HOUR, NOW).starts_at == NOW


def test_taking_over_now_lasts_until_the_next_hand_over(cast: Cast, layer: Layer) -> None:
    taken = actions.take_over(actor=cast.administrator, layer=layer, now=NOW)
    handover = datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert (taken.starts_at, taken.ends_at, taken.kind) == (NOW, handover, "taken")
    assert names(NOW) == names(handover - HOUR) == [cast.administrator.name]
    assert names(handover) == [cast.engineer.name]


def test_taking_over_now_can_end_at_another_moment(cast: Cast, layer: Layer) -> None:
    actions.take_over(actor=cast.administrator, layer=layer, until=NOW + HOUR, now=NOW)
    assert names(NOW + HOUR) == [cast.agent.name]
    with pytest.raises(Invalid):
        actions.take_over(actor=cast.administrator, layer=layer, until=NOW, now=NOW)


def test_whoever_is_on_call_in_all_of_the_time_does_not_take_over_again(cast: Cast, layer: Layer) -> None:
    with pytest.raises(Conflict) as refused:
        actions.take_over(actor=cast.agent, layer=layer, now=NOW)
    assert refused.value.code == RotaCode.ON_CALL_ALREADY
    actions.take_over(actor=cast.engineer, layer=layer, until=NOW + 2 * HOUR, now=NOW)
    with pytest.raises(Conflict):
        actions.take_over(actor=cast.engineer, layer=layer, until=NOW + 2 * HOUR, now=NOW + HOUR)
    assert Override.objects.count() == 1


def test_whoever_is_on_call_takes_over_for_longer_than_that(cast: Cast, layer: Layer) -> None:
    later = datetime(2026, 12, 1, 8, tzinfo=UTC) + HOUR
    actions.take_over(actor=cast.agent, layer=layer, until=later, now=NOW)
    assert names(later - timedelta(minutes=1)) == [cast.agent.name]


def test_whoever_cannot_be_called_cannot_take_over(cast: Cast, layer: Layer) -> None:
    with pytest.raises(Forbidden) as refused:
        actions.take_over(actor=cast.manager, layer=layer, now=NOW)
    assert refused.value.code == RotaCode.YOU_CANNOT_BE_CALLED


def test_one_that_has_begun_is_ended_and_one_ahead_is_taken_out(cast: Cast, layer: Layer) -> None:
    begun = make_override(layer, cast.engineer, NOW, NOW + HOUR, NOW)
    ahead = make_override(layer, cast.engineer, NOW + 2 * HOUR, NOW + 3 * HOUR, NOW)
    later = NOW + timedelta(minutes=10)
    actions.remove_override(actor=cast.engineer, override=begun, now=later)
    actions.remove_override(actor=cast.administrator, override=ahead, now=later)
    assert Override.objects.get().ends_at == later
    assert names(later) == [cast.agent.name]
    with pytest.raises(Conflict) as refused:
        actions.remove_override(actor=cast.engineer, override=begun, now=later)
    assert refused.value.code == RotaCode.IS_OVER


def test_others_do_not_end_it(cast: Cast, layer: Layer) -> None:
    override = make_override(layer, cast.engineer, NOW, NOW + HOUR, NOW)
    with pytest.raises(Forbidden):
        actions.remove_override(actor=cast.agent, override=override, now=NOW)
