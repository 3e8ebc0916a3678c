"""The state machine of an entry, exhaustively (C7)."""

from __future__ import annotations

from itertools import product

import pytest

from liaison.contacts.transitions import NEXT, next_verification, states_that
from liaison.contacts.vocabulary import Verification, VerificationEvent

EVERY_PAIR = list(product(Verification, VerificationEvent))


def test_every_event_has_an_answer_in_every_state() -> None:
    assert set(NEXT) == set(EVERY_PAIR)


@pytest.mark.parametrize(("state", "event"), EVERY_PAIR)
def test_the_same_event_twice_is_the_same_as_once(state: Verification, event: VerificationEvent) -> None:
    """Two clicks, two bounces, two tickers: what comes second changes nothing."""
    once = next_verification(state, event)
    assert next_verification(once, event) is once


@pytest.mark.parametrize("state", Verification)
def test_a_new_address_and_a_proof_mend_everything(state: Verification) -> None:
    assert next_verification(state, VerificationEvent.REPLACED) is Verification.UNVERIFIED
    assert next_verification(state, VerificationEvent.PROVED) is Verification.VERIFIED


@pytest.mark.parametrize("event", [VerificationEvent.DECLINED, VerificationEvent.LEFT, VerificationEvent.RETURNED])
@pytest.mark.parametrize("state", Verification)
def test_nothing_bad_makes_anybody_reachable(state: Verification, event: VerificationEvent) -> None:
    assert next_verification(state, event) in {Verification.DECLINED, Verification.UNREACHABLE}


def test_mail_that_comes_back_does_not_undo_a_refusal() -> None:
    assert next_verification(Verification.DECLINED, VerificationEvent.RETURNED) is Verification.DECLINED
    assert states_that(VerificationEvent.RETURNED, Verification.UNREACHABLE) == (
        Verification.UNVERIFIED,
        Verification.VERIFIED,
    )
