"""Two people exchange two turns, across a change of clocks too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from liaison.accounts import duty
from liaison.accounts.models import Identity
from liaison.accounts.testing import TESTS, Cast
from liaison.accounts.tests.mails import mails
from liaison.audit.models import Event
from liaison.calendars import access, actions
from liaison.calendars.actions.layers import LayerPlan
from liaison.calendars.codes import SwapCode
from liaison.calendars.held import turns_ahead
from liaison.calendars.loading import load_rotas
from liaison.calendars.models import Layer, Override, Swap
from liaison.calendars.testing import make_layer, make_override, make_rota, make_swap
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
# Hand-overs on Mondays at 09:00 in Rome, whose clocks are put forward on 29 March.
FIRST, SECOND = datetime(2026, 3, 23, 8, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def layer(cast: Cast) -> Layer:
    """The engineer has the week of the 16th and of the 30th, the agent the one between."""
    return make_layer(make_rota(), cast.engineer, cast.agent, starts_on=date(2026, 3, 16), now=NOW)


def ask(cast: Cast, layer: Layer, actor: Identity | None = None, **values: datetime) -> Swap:
    turns = {"own_starts_at": FIRST, "other_starts_at": SECOND} | values
    return actions.ask_for_swap(actor=actor or cast.agent, own=layer, other=layer, now=NOW, **turns)


def names(now: datetime) -> list[str]:
    return [person.name for person in duty.people_on_call(now)]


def problem(refused: pytest.ExceptionInfo[Invalid]) -> tuple[str, str]:
    (only,) = refused.value.problems
    return only.field, only.code


def test_dst_accepted_turns_are_exchanged_to_the_minute_of_the_hand_overs(cast: Cast, layer: Layer) -> None:
    swap = ask(cast, layer)
    assert (swap.other, swap.asker_ends_at) == (cast.engineer, SECOND)
    assert names(FIRST) == [cast.agent.name]
    actions.accept_swap(actor=cast.engineer, swap=swap, now=NOW + DAY)
    minute = timedelta(minutes=1)
    third = SECOND + 7 * DAY
    assert [names(at)[0] for at in (FIRST - minute, FIRST, SECOND - minute)] == [cast.engineer.name] * 3
    assert [names(at)[0] for at in (SECOND, third - minute)] == [cast.agent.name] * 2
    assert names(third) == [cast.agent.name]
    assert Override.objects.filter(swap=swap, kind="swap").count() == 2
    kinds = Event.objects.filter(subject_kind="rota_swap").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["rota.swap_asked", "rota.swap_accepted"]


def test_swapped_turns_can_be_swapped_back(cast: Cast, layer: Layer) -> None:
    actions.accept_swap(actor=cast.engineer, swap=ask(cast, layer), now=NOW)
    back = ask(cast, layer, cast.engineer)
    actions.accept_swap(actor=cast.agent, swap=back, now=NOW)
    assert (names(FIRST), names(SECOND)) == ([cast.agent.name], [cast.engineer.name])


def test_only_who_was_asked_answers_and_only_who_asked_takes_it_back(cast: Cast, layer: Layer) -> None:
    swap = ask(cast, layer)
    for verb, actor in (
        (actions.accept_swap, cast.agent),
        (actions.decline_swap, cast.agent),
        (actions.accept_swap, cast.administrator),
        (actions.withdraw_swap, cast.engineer),
    ):
        with pytest.raises(Forbidden):
            verb(actor=actor, swap=swap, now=NOW)
    actions.decline_swap(actor=cast.engineer, swap=swap, now=NOW)
    with pytest.raises(Conflict) as refused:
        actions.accept_swap(actor=cast.engineer, swap=swap, now=NOW)
    assert refused.value.code == SwapCode.ALREADY_ANSWERED
    again = ask(cast, layer)
    actions.withdraw_swap(actor=cast.agent, swap=again, now=NOW)
    assert names(FIRST) == [cast.agent.name]


def test_others_of_the_staff_see_a_swap_once_it_was_accepted(cast: Cast, layer: Layer) -> None:
    swap = ask(cast, layer)
    for actor in (cast.agent, cast.engineer, cast.administrator):
        assert access.swap_for(actor, swap.public_id) == swap
    with pytest.raises(Missing):
        access.swap_for(cast.manager, swap.public_id)
    actions.accept_swap(actor=cast.engineer, swap=swap, now=NOW)
    assert access.swap_for(cast.manager, swap.public_id) == swap


def test_only_turns_ahead_that_one_person_holds_can_be_swapped(cast: Cast, layer: Layer) -> None:
    with pytest.raises(Invalid) as refused:
        ask(cast, layer, own_starts_at=FIRST + timedelta(minutes=1))
    assert problem(refused) == ("own", SwapCode.NO_SUCH_TURN)
    with pytest.raises(Invalid) as refused:
        ask(cast, layer, other_starts_at=datetime(2026, 3, 16, 8, tzinfo=UTC))
    assert problem(refused) == ("other", SwapCode.HAS_BEGUN)
    with pytest.raises(Invalid) as refused:
        ask(cast, layer, cast.administrator)
    assert problem(refused) == ("own", SwapCode.NOT_YOUR_TURN)
    with pytest.raises(Invalid) as refused:
        ask(cast, layer, other_starts_at=FIRST)
    assert problem(refused) == ("other", SwapCode.YOUR_OWN_TURN)
    make_override(layer, cast.administrator, SECOND + DAY, SECOND + 2 * DAY, NOW)
    with pytest.raises(Invalid) as refused:
        ask(cast, layer)
    assert problem(refused) == ("other", SwapCode.IS_SHARED)


def test_turns_of_two_rotas_are_not_swapped(cast: Cast, layer: Layer) -> None:
    elsewhere = make_layer(make_rota("Elsewhere"), cast.engineer, starts_on=date(2026, 3, 16), now=NOW)
    with pytest.raises(Invalid):
        actions.ask_for_swap(
            actor=cast.agent, own=layer, own_starts_at=FIRST, other=elsewhere, other_starts_at=SECOND, now=NOW
        )


def test_a_swap_that_no_longer_fits_is_not_made(cast: Cast, layer: Layer) -> None:
    swap = ask(cast, layer)
    with pytest.raises(Conflict) as refused:
        actions.accept_swap(actor=cast.engineer, swap=swap, now=FIRST)
    assert refused.value.code == SwapCode.HAS_BEGUN
    make_override(layer, cast.administrator, FIRST + DAY, FIRST + 2 * DAY, NOW)
    with pytest.raises(Conflict) as refused:
        actions.accept_swap(actor=cast.engineer, swap=swap, now=NOW)
    assert refused.value.code == SwapCode.IS_SHARED
    assert not Override.objects.filter(kind="swap").exists()


def test_a_turn_that_was_drawn_up_anew_is_not_swapped_at_its_old_length(cast: Cast, layer: Layer) -> None:
    """Who has the days that are no longer part of it keeps them."""
    swap = ask(cast, layer)
    people = (cast.agent.public_id, cast.engineer.public_id)
    plan = LayerPlan(people, date(2026, 3, 23), 540, turn_days=1)
    actions.change_layer(actor=TESTS, layer=layer, plan=plan, now=NOW)
    assert (names(FIRST), names(SECOND)) == ([cast.agent.name], [cast.engineer.name])
    with pytest.raises(Conflict) as refused:
        actions.accept_swap(actor=cast.engineer, swap=swap, now=NOW)
    assert refused.value.code == SwapCode.NO_SUCH_TURN
    assert not Override.objects.filter(kind="swap").exists()


def test_the_same_question_is_not_asked_twice(cast: Cast, layer: Layer) -> None:
    ask(cast, layer)
    with pytest.raises(Conflict) as refused:
        ask(cast, layer)
    assert refused.value.code == SwapCode.ALREADY_ASKED


def test_turns_ahead_name_who_holds_them_after_a_swap(cast: Cast, layer: Layer) -> None:
    actions.accept_swap(actor=cast.engineer, swap=ask(cast, layer), now=NOW)
    (rota,) = load_rotas(NOW, NOW + 60 * DAY)
    found = [(turn.starts_at, turn.person) for turn in turns_ahead(rota.facts, NOW, SECOND + DAY)]
    assert found == [(FIRST, cast.engineer.pk), (SECOND, cast.agent.pk)]


def test_who_is_asked_is_told_by_mail_and_who_asked_hears_the_answer_each_in_their_language(
    cast: Cast, layer: Layer
) -> None:
    Identity.objects.filter(pk=cast.engineer.pk).update(language="pl", time_zone="Europe/Warsaw")
    now = utc_now()
    swap = make_swap(layer, cast.agent, now)
    (asked,) = mails()
    assert (asked.to, asked.language) == (cast.engineer.mailbox, "pl")
    assert f"/go/calendars/swaps/{swap.public_id}/?as={cast.engineer.public_id}" in asked.html
    actions.decline_swap(actor=cast.engineer, swap=swap, now=now)
    stale, answered = mails()
    assert (stale.may_still_be_sent, answered.may_still_be_sent) == (False, True)
    assert (answered.to, answered.language) == (cast.agent.mailbox, "en")
    assert answered.content.subject == "Emil Engineer declined to swap turns"
