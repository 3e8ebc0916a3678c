from __future__ import annotations

import itertools

import pytest

from liaison.integrations.models import Stage, Status
from liaison.integrations.transitions import (
    NEXT_STAGE,
    STATUS_AFTER,
    StatusVerb,
    stage_after,
    status_after,
)
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.refusals import Conflict


def test_it_answers_every_status_and_verb() -> None:
    assert set(STATUS_AFTER) == set(itertools.product(Status, StatusVerb))
    assert set(NEXT_STAGE) == set(Stage)


@pytest.mark.parametrize(("status", "verb"), list(itertools.product(Status, StatusVerb)))
def test_it_goes_on_or_says_why_not(status: Status, verb: StatusVerb) -> None:
    expected = STATUS_AFTER[status, verb]
    if isinstance(expected, Status):
        assert status_after(status, verb) == expected
        return
    with pytest.raises(Conflict) as refused:
        status_after(status, verb)
    assert refused.value.code == expected


def test_it_never_lets_a_disabled_integration_become_live_or_paused_by_the_partner() -> None:
    """S5, W9."""
    for verb in (StatusVerb.PAUSE, StatusVerb.RESUME):
        assert isinstance(STATUS_AFTER[Status.DISABLED, verb], IntegrationCode)


@pytest.mark.parametrize("verb", StatusVerb)
def test_it_has_no_status_to_change_before_the_launch(verb: StatusVerb) -> None:
    with pytest.raises(Conflict) as refused:
        status_after("", verb)
    assert refused.value.code == IntegrationCode.NOT_LAUNCHED


@pytest.mark.parametrize(("before", "wanted"), list(itertools.product(Stage, Stage)))
def test_it_goes_through_the_stages_one_by_one(before: Stage, wanted: Stage) -> None:
    order = list(Stage)
    if order.index(wanted) == order.index(before) + 1:
        assert stage_after(before, wanted) == wanted
        return
    with pytest.raises(Conflict):
        stage_after(before, wanted)
