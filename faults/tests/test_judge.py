"""The judge sees what is lost, repeated, sent too often or to the wrong people, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from faults.judge import Allowance, Judgement, judge
from faults.ledger import Dot, Promise

PROMISE = Promise("zq1qz", "three", 100.0, ("a@p.test", "b@p.test"))
TO_A = Dot(101.0, "a@p.test", "zq1qz", "<a>", is_accepted=True, answer="250")
TO_B = Dot(102.5, "b@p.test", "zq1qz", "<b>", is_accepted=True, answer="250")


def judged(*dots: Dot, promise: Promise = PROMISE, **allowed: object) -> Judgement:
    return judge([promise], dots, Allowance(**allowed))  # type: ignore[arg-type]


def test_it_is_content_when_everybody_got_one() -> None:
    found = judged(TO_A, TO_B)
    assert found.is_good
    assert (found.owed, found.accepted, found.repeated, found.worst_delay) == (2, 2, 0, 2.5)


def test_it_names_who_got_nothing() -> None:
    found = judged(TO_A)
    assert found.lost == (("zq1qz", "b@p.test"),)
    assert not found.is_good


def test_what_the_sink_refused_or_never_decided_has_not_arrived() -> None:
    refused = replace(TO_B, is_accepted=False, answer="451")
    cut_off = replace(TO_B, is_accepted=False, answer="")
    assert judged(TO_A, refused, cut_off).lost == (("zq1qz", "b@p.test"),)


def test_a_repeat_is_bad_where_nothing_crashed_and_no_answer_was_lost() -> None:
    found = judged(TO_A, TO_A, TO_B)
    assert found.repeats == {"<a>": 1}
    assert not found.is_good


def test_a_repeat_is_allowed_after_a_crash_and_after_an_answer_that_was_lost() -> None:
    """Invariant 1."""
    assert judged(TO_A, TO_A, TO_B, crashes=1).is_good
    assert judged(replace(TO_A, answer=""), TO_A, TO_B).is_good


def test_a_lost_answer_excuses_one_repeat_only() -> None:
    assert not judged(replace(TO_A, answer=""), TO_A, TO_B, TO_B).is_good


def test_a_repeat_under_another_message_id_is_bad_even_after_a_crash() -> None:
    """Invariant 1: with the same Message-ID."""
    assert not judged(TO_A, replace(TO_A, message_id="<other>"), TO_B, crashes=1).is_good


def test_no_third_dot_is_allowed_without_a_definite_no() -> None:
    """Invariant 1: no message's final dot is sent more than twice."""
    cut_off = replace(TO_A, is_accepted=False, answer="")
    assert not judged(cut_off, cut_off, TO_A, TO_B, crashes=5).is_good
    put_off = replace(TO_A, is_accepted=False, answer="451")
    assert judged(put_off, put_off, put_off, TO_A, TO_B).is_good


def test_a_message_to_somebody_who_is_owed_nothing_is_bad() -> None:
    assert not judged(TO_A, TO_B, replace(TO_A, to="stranger@p.test", message_id="<c>")).is_good
    assert not judged(TO_A, promise=replace(PROMISE, recipients=())).is_good


def test_a_beginning_and_an_end_are_two_messages() -> None:
    both = replace(PROMISE, messages=2, recipients=("a@p.test",))
    assert judged(TO_A, promise=both).lost == (("zq1qz", "a@p.test"),)
    assert judged(TO_A, replace(TO_A, message_id="<end>"), promise=both).is_good


def test_what_is_refused_for_good_is_not_owed_and_must_not_arrive() -> None:
    refused = frozenset({("zq1qz", "b@p.test")})
    assert judged(TO_A, refused=refused).is_good
    assert not judged(TO_A, TO_B, refused=refused).is_good
