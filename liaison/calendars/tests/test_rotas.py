"""Drawing up rotas and layers: who may, what is refused, and what history keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast
from liaison.audit.models import Event
from liaison.calendars import access, actions
from liaison.calendars.actions.layers import MOST_LAYERS, LayerPlan
from liaison.calendars.codes import RotaCode
from liaison.calendars.models import Layer, Override, Rota
from liaison.calendars.testing import make_layer, make_override, make_rota
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def plan(*people: Identity, **values: Any) -> LayerPlan:
    usual: dict[str, Any] = {"starts_on": date(2026, 11, 23), "handover_minute": 540, "turn_days": 7}
    return LayerPlan(people=tuple(one.public_id for one in people), **(usual | values))


def codes(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in refused.value.problems]


def test_administrators_draw_up_rotas_and_history_says_so(cast: Cast) -> None:
    rota = actions.create_rota(actor=cast.administrator, name=" First line ", time_zone="Asia/Seoul", now=NOW)
    layer = actions.add_layer(actor=cast.administrator, rota=rota, plan=plan(cast.agent, cast.engineer), now=NOW)
    assert rota.name == "First line"
    assert [one.identity for one in layer.members.order_by("position")] == [cast.agent, cast.engineer]
    kinds = list(Event.objects.filter(kind__startswith="rota").order_by("pk").values_list("kind", "account_id"))
    assert kinds == [("rota.created", cast.operator.pk), ("rota.layer_added", cast.operator.pk)]


def test_other_staff_see_rotas_and_draw_up_none(cast: Cast) -> None:
    rota = make_rota()
    layer = make_layer(rota, cast.agent)
    for actor in (cast.agent, cast.engineer, cast.manager):
        assert access.rota_for(actor, rota.public_id) == rota
        for verb in (
            lambda actor=actor: actions.create_rota(actor=actor, name="N", time_zone="UTC", now=NOW),
            lambda actor=actor: actions.change_rota(actor=actor, rota=rota, name="N", time_zone="UTC", now=NOW),
            lambda actor=actor: actions.delete_rota(actor=actor, rota=rota, now=NOW),
            lambda actor=actor: actions.add_layer(actor=actor, rota=rota, plan=plan(cast.agent), now=NOW),
            lambda actor=actor: actions.change_layer(actor=actor, layer=layer, plan=plan(cast.agent), now=NOW),
            lambda actor=actor: actions.delete_layer(actor=actor, layer=layer, now=NOW),
        ):
            with pytest.raises(Forbidden):
                verb()


def test_to_everybody_else_there_are_no_calendars(cast: Cast) -> None:
    rota = make_rota()
    layer = make_layer(rota, cast.agent)
    for actor in (cast.owner, cast.outsider):
        for look in (access.rota_for, access.layer_for):
            with pytest.raises(Missing):
                look(actor, (rota if look is access.rota_for else layer).public_id)
        with pytest.raises(Missing):
            actions.create_rota(actor=actor, name="N", time_zone="UTC", now=NOW)
        with pytest.raises(Missing):
            actions.take_over(actor=actor, layer=layer, now=NOW)


def test_every_problem_of_a_rota_is_said_at_once(cast: Cast) -> None:
    make_rota("Taken")
    with pytest.raises(Invalid) as refused:
        actions.create_rota(actor=cast.administrator, name="Taken", time_zone="Europe/Roma", now=NOW)
    assert codes(refused) == [("name", RotaCode.NAME_TAKEN), ("time_zone", RotaCode.UNKNOWN_ZONE)]
    for name in ("", "  ", "a\nb", "n" * 101):
        with pytest.raises(Invalid):
            actions.create_rota(actor=cast.administrator, name=name, time_zone="UTC", now=NOW)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"turn_days": 0}, RotaCode.TURN_OUT_OF_RANGE),
        ({"turn_days": 367}, RotaCode.TURN_OUT_OF_RANGE),
        ({"starts_on": date(1900, 1, 1)}, RotaCode.DATE_OUT_OF_RANGE),
        ({"starts_on": date(9999, 12, 31)}, RotaCode.DATE_OUT_OF_RANGE),
        ({"handover_minute": 1440}, RotaCode.HOURS_UNUSABLE),
        ({"hours": ((frozenset(), 0, 60),)}, RotaCode.HOURS_UNUSABLE),
        ({"hours": ((frozenset({8}), 0, 60),)}, RotaCode.HOURS_UNUSABLE),
        ({"hours": ((frozenset({1}), 60, 60),)}, RotaCode.HOURS_UNUSABLE),
    ],
)
def test_a_layer_that_makes_no_sense_is_refused(cast: Cast, values: dict[str, Any], code: RotaCode) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_layer(actor=cast.administrator, rota=make_rota(), plan=plan(cast.agent, **values), now=NOW)
    assert [found for _, found in codes(refused)] == [code]


def test_only_people_who_can_be_called_stand_in_a_layer_each_once(cast: Cast) -> None:
    rota = make_rota()
    for people, code in (
        ((), RotaCode.PEOPLE_NEEDED),
        ((cast.agent, cast.agent), RotaCode.SAME_PERSON_TWICE),
        ((cast.manager,), RotaCode.CANNOT_BE_CALLED),
        ((cast.owner,), RotaCode.CANNOT_BE_CALLED),
    ):
        with pytest.raises(Invalid) as refused:
            actions.add_layer(actor=cast.administrator, rota=rota, plan=plan(*people), now=NOW)
        assert codes(refused) == [("people", code)]


def test_somebody_suspended_may_stay_in_a_layer_that_is_changed(cast: Cast) -> None:
    layer = make_layer(make_rota(), cast.agent, cast.engineer)
    Identity.objects.filter(pk=cast.agent.pk).update(suspended_at=NOW)
    changed = plan(cast.agent, cast.engineer, turn_days=1)
    assert actions.change_layer(actor=cast.administrator, layer=layer, plan=changed, now=NOW).turn_days == 1
    assert layer.members.count() == 2


def test_a_change_is_kept_in_history_with_what_changed_and_nothing_changed_is_no_change(cast: Cast) -> None:
    layer = actions.add_layer(actor=cast.administrator, rota=make_rota(), plan=plan(cast.agent), now=NOW)
    actions.change_layer(actor=cast.administrator, layer=layer, plan=plan(cast.agent), now=NOW)
    assert not Event.objects.filter(kind="rota.layer_changed").exists()
    hours = ((frozenset({1, 2}), 540, 1080), (frozenset({3}), 1320, 1800))
    actions.change_layer(actor=cast.administrator, layer=layer, plan=plan(cast.agent, hours=hours), now=NOW)
    event = Event.objects.get(kind="rota.layer_changed")
    assert event.changes == {"hours": [[], [[[1, 2], 540, 1080], [[3], 1320, 1800]]]}
    assert layer.hours.count() == 2


def test_layers_have_a_limit_and_a_place_is_used_again(cast: Cast) -> None:
    rota = make_rota()
    layers = [make_layer(rota, cast.agent) for _ in range(MOST_LAYERS)]
    with pytest.raises(Conflict):
        actions.add_layer(actor=cast.administrator, rota=rota, plan=plan(cast.agent), now=NOW)
    actions.delete_layer(actor=cast.administrator, layer=layers[2], now=NOW)
    make_layer(rota, cast.engineer)
    assert list(rota.layers.order_by("position").values_list("position", flat=True)) == [1, 2, 4, 5, 6, 7]


def test_a_rota_goes_with_everything_in_it(cast: Cast) -> None:
    rota = make_rota()
    make_override(make_layer(rota, cast.agent), cast.engineer, NOW, NOW + timedelta(hours=1), NOW)
    actions.delete_rota(actor=cast.administrator, rota=rota, now=NOW)
    assert (Rota.objects.count(), Layer.objects.count(), Override.objects.count()) == (0, 0, 0)
    with pytest.raises(Missing):
        actions.change_rota(actor=cast.administrator, rota=rota, name="N", time_zone="UTC", now=NOW)
