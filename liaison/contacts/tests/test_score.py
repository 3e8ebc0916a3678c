"""The reachability score, and the warnings about emergency contacts (C7): pure, so tested with made-up records."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.score import FULL, Named, ReachFacts, Score, Weakness, score_of, warnings_of
from liaison.contacts.vocabulary import Verification

FIELDS = tuple(field for field in ContactField if field is not ContactField.HOURS)
OTHER = ContactField.OPERATOR


def _named(address: str, field: ContactField = ContactField.EMERGENCY, **more: object) -> Named:
    usual = {"key": f"address:{address}", "verification": Verification.VERIFIED}
    return Named(field=field, mailbox=address, **{**usual, **more})  # type: ignore[arg-type]  # made up for the test


def _points(facts: ReachFacts) -> int:
    score = score_of(facts)
    assert score is not None
    return score.points


GOOD = (_named("a@one.test", has_second_channel=True), _named("b@two.test"), _named("c@one.test", OTHER))


def test_who_is_asked_nothing_has_no_score() -> None:
    assert score_of(ReachFacts((), (), ())) is None


def test_a_good_record_has_all_points() -> None:
    assert score_of(ReachFacts(FIELDS, (), GOOD)) == Score(FULL, ())


def test_an_empty_record_has_few_points() -> None:
    facts = ReachFacts(FIELDS, FIELDS, ())
    score = score_of(facts)
    assert score is not None
    assert score.points == 23
    assert [reason.what for reason in score.reasons] == [Weakness.MISSING, Weakness.NOBODY]
    assert score.reasons[0].fields == FIELDS


def test_everything_wrong_at_once_is_no_point() -> None:
    lost = tuple(_named(f"{number}@x.test", verification=Verification.UNREACHABLE) for number in range(9))
    assert _points(ReachFacts(FIELDS, FIELDS, lost, is_stale=True)) == 0


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([_named("a@x.test", key="identity:1")], Weakness.ONE_PERSON),
        ([_named("a@x.test"), _named("a@x.test")], Weakness.ONE_PERSON),
        ([_named("duty@x.test", is_alias=True)], Weakness.ONE_MAILBOX),
        ([_named("a@x.test", key="identity:1"), _named("a@x.test", key="identity:2")], Weakness.ONE_MAILBOX),
        ([_named("a@x.test", key="identity:1"), _named("a@x.test")], Weakness.ONE_MAILBOX),
        ([_named("a@x.test"), _named("b@x.test")], Weakness.ONE_DOMAIN),
        ([_named("a@x.test"), _named("b@y.test", verification=Verification.DECLINED)], Weakness.ONE_PERSON),
    ],
)
def test_it_warns_when_all_depends_on_one_thing(entries: list[Named], expected: Weakness) -> None:
    assert warnings_of(entries)[0] is expected


def test_it_warns_when_nobody_is_verified_or_has_a_second_channel() -> None:
    entries = [_named("a@x.test", verification=Verification.UNVERIFIED), _named("b@y.test", is_alias=True)]
    assert warnings_of(entries) == (Weakness.ONE_CHANNEL,)
    entries = [replace(one, verification=Verification.UNVERIFIED, has_second_channel=True) for one in entries]
    assert warnings_of(entries) == (Weakness.NOBODY_VERIFIED,)


def test_nobody_to_warn_about_is_no_warning() -> None:
    """The missing field says it already."""
    assert warnings_of([]) == ()
    assert warnings_of([_named("a@x.test", verification=Verification.UNREACHABLE)]) == ()


_ENTRIES = st.builds(
    Named,
    field=st.sampled_from(FIELDS),
    key=st.sampled_from(["identity:1", "identity:2", "address:a@x.test", "address:b@y.test"]),
    mailbox=st.sampled_from(["a@x.test", "b@x.test", "b@y.test", "c@z.test"]),
    verification=st.sampled_from(list(Verification)),
    is_alias=st.booleans(),
    has_second_channel=st.booleans(),
)


@st.composite
def _records(draw: st.DrawFn) -> ReachFacts:
    named = tuple(draw(st.lists(_ENTRIES, max_size=8)))
    optional = draw(st.sets(st.sampled_from(FIELDS)))
    required = tuple(field for field in FIELDS if field is ContactField.EMERGENCY or field not in optional)
    return _completed(ReachFacts(required, (), named, draw(st.booleans())))


def _completed(facts: ReachFacts) -> ReachFacts:
    reachable = {one.field for one in facts.named if not one.is_lost}
    return replace(facts, missing=tuple(field for field in facts.required if field not in reachable))


def _with(facts: ReachFacts, index: int, **change: object) -> ReachFacts:
    named = list(facts.named)
    named[index] = replace(named[index], **change)  # type: ignore[arg-type]  # as in the dataclass
    return _completed(replace(facts, named=tuple(named)))


@given(_records())
def test_the_score_is_between_nothing_and_all_and_the_reasons_explain_it(facts: ReachFacts) -> None:
    score = score_of(facts)
    assert score is not None
    taken = sum(reason.points for reason in score.reasons)
    assert score.points == FULL - taken
    assert 0 <= score.points <= FULL
    assert all(reason.points > 0 for reason in score.reasons)
    assert len({reason.what for reason in score.reasons}) == len(score.reasons)


@given(_records(), st.data())
def test_verifying_and_mending_an_entry_never_lower_the_score(facts: ReachFacts, data: st.DataObject) -> None:
    assume(facts.named)
    index = data.draw(st.integers(0, len(facts.named) - 1))
    before = _points(facts)
    assert _points(_with(facts, index, verification=Verification.VERIFIED)) >= before
    if facts.named[index].is_lost:
        assert _points(_with(facts, index, verification=Verification.UNVERIFIED)) >= before


@given(_records(), st.data())
def test_another_channel_and_a_confirmation_never_lower_the_score(facts: ReachFacts, data: st.DataObject) -> None:
    assume(facts.named)
    index = data.draw(st.integers(0, len(facts.named) - 1))
    assert _points(_with(facts, index, has_second_channel=True)) >= _points(facts)
    assert _points(replace(facts, is_stale=False)) >= _points(facts)


@given(_records(), st.data())
def test_filling_a_missing_field_never_lowers_the_score(facts: ReachFacts, data: st.DataObject) -> None:
    """Also with somebody who is not verified yet: a name is better than none."""
    assume(facts.missing)
    field = data.draw(st.sampled_from(facts.missing))
    new = _named("new@elsewhere.test", field, verification=Verification.UNVERIFIED)
    assert _points(_completed(replace(facts, named=(*facts.named, new)))) >= _points(facts)


@given(_records(), st.sampled_from([Verification.VERIFIED, Verification.UNVERIFIED]))
def test_somebody_of_another_domain_never_lowers_the_score_of_those_who_are_of_one(
    facts: ReachFacts, verification: Verification
) -> None:
    one_domain = tuple(replace(one, mailbox=f"{one.mailbox.partition('@')[0]}@x.test") for one in facts.named)
    facts = _completed(replace(facts, named=(*one_domain, _named("d@x.test", verification=verification))))
    emergency = [one for one in facts.named if one.field is ContactField.EMERGENCY]
    assert {Weakness.ONE_PERSON, Weakness.ONE_MAILBOX, Weakness.ONE_DOMAIN} & set(warnings_of(emergency))
    new = _named("new@elsewhere.test", verification=Verification.UNVERIFIED)
    assert _points(_completed(replace(facts, named=(*facts.named, new)))) >= _points(facts)
