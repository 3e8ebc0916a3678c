"""R1, R2, R4 and invariant 3: who is told is a pure function of the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from liaison.catalog.vocabulary import Topic
from liaison.notifications.facts import (
    Channel,
    Circle,
    Climb,
    Facts,
    Pace,
    Person,
    Plan,
    Planned,
    Reason,
    TopicFacts,
    Way,
    Withheld,
)
from liaison.notifications.plan import destination_of, plan

NOW = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)


def someone(name: str, **more: Any) -> Person:
    fields = {"key": f"entry:{name}", "name": name, "address": f"{name}@partner.test", **more}
    return Person(language=fields.pop("language", "en"), time_zone=fields.pop("time_zone", "UTC"), **fields)


def alert(*people: Person, **more: Any) -> TopicFacts:
    return TopicFacts(Topic.PRODUCTION_ALERT, everyone=(Circle(Reason.ALERT_CONTACT, people),), **more)


def emergency(*circles: Circle, **more: Any) -> TopicFacts:
    return TopicFacts(Topic.TECHNICAL_EMERGENCY, ladder=circles, **more)


def entries(*people: Person) -> Circle:
    return Circle(Reason.EMERGENCY_CONTACT, people)


def names(planned: tuple[Planned, ...]) -> list[str]:
    return [one.person.name for one in planned]


ANNA, BORIS, CHEN = someone("anna"), someone("boris", language="pl"), someone("chen", language="zh-hans")


def test_all_alert_contacts_are_told_at_once() -> None:
    outcome = plan(Facts((alert(ANNA, BORIS),), NOW))
    assert names(outcome.told) == ["anna", "boris"]
    assert all(one.at == NOW and one.step == 0 for one in outcome.told)
    assert outcome.nobody == ()


def test_the_first_emergency_contact_is_told_and_the_next_only_in_its_place() -> None:
    administrators = Circle(Reason.ADMINISTRATOR, (CHEN,))
    outcome = plan(Facts((emergency(entries(ANNA, BORIS), administrators),), NOW))
    assert names(outcome.told) == ["anna"]
    assert [(one.person.name, one.step, one.withheld) for one in outcome.not_told] == [
        ("boris", 2, Withheld.LATER_STEP),
        ("chen", 3, Withheld.LATER_STEP),
    ]


def test_an_emergency_falls_through_to_the_next_step_that_can_be_reached() -> None:
    declined = someone("anna", blocked=Withheld.DECLINED)
    nowhere = someone("boris", address="")
    administrators = Circle(Reason.ADMINISTRATOR, (CHEN, someone("dora")))
    manager = Circle(Reason.PARTNER_MANAGER, (someone("emil"),))
    outcome = plan(Facts((emergency(entries(declined, nowhere), administrators, manager),), NOW))
    assert [(one.person.name, one.step) for one in outcome.told] == [("chen", 3), ("dora", 3)]
    assert {one.person.name: one.withheld for one in outcome.not_told} == {
        "anna": Withheld.DECLINED,
        "boris": Withheld.NO_ADDRESS,
        "emil": Withheld.LATER_STEP,
    }


def test_one_message_names_all_reasons_of_who_stands_in_two_fields() -> None:
    """R1: who stands in two fields gets one message per channel that names both reasons."""
    same = someone("other", address="Anna@Partner.test", language="ko")
    outcome = plan(Facts((alert(ANNA), emergency(entries(same))), NOW))
    (told,) = outcome.told
    assert [because.reason for because in told.because] == [Reason.ALERT_CONTACT, Reason.EMERGENCY_CONTACT]
    assert told.person.language == "en"
    assert told.step == 1
    assert told.sharing == (same,)


def test_language_and_zone_are_those_of_the_first_that_counts() -> None:
    declined = someone("first", address="ops@partner.test", language="it", blocked=Withheld.DECLINED)
    willing = someone("second", address="ops@partner.test", language="ko")
    (told,) = plan(Facts((alert(declined, willing),), NOW)).told
    assert told.person == willing


def test_nothing_of_the_sandbox_reaches_the_record() -> None:
    """R2, invariant 3."""
    listener = someone("listener")
    facts = Facts((alert(ANNA, listeners=(listener, BORIS)), emergency(entries(BORIS))), NOW, is_sandbox=True)
    outcome = plan(facts)
    assert names(outcome.told) == ["listener", "boris"]
    assert all(
        [because.reason for because in one.because if because.withheld is None] == [Reason.ASKED_FOR_SANDBOX]
        for one in outcome.told
    )
    assert [(one.person.name, one.withheld) for one in outcome.not_told] == [("anna", Withheld.SANDBOX)]
    assert outcome.nobody == ()


def test_a_paused_integration_raises_no_production_alert_but_an_emergency_still_goes_out() -> None:
    """R2 and invariant 3 name the production alert alone."""
    outcome = plan(Facts((alert(ANNA), emergency(entries(BORIS))), NOW, is_paused=True))
    assert names(outcome.told) == ["boris"]
    assert [(one.person.name, one.withheld) for one in outcome.not_told] == [("anna", Withheld.PAUSED)]
    assert outcome.nobody == ()


def test_a_topic_that_reaches_nobody_is_named() -> None:
    """R4."""
    suspended = someone("anna", blocked=Withheld.SUSPENDED)
    outcome = plan(Facts((alert(suspended), emergency(entries(BORIS))), NOW))
    assert outcome.nobody == (Topic.PRODUCTION_ALERT,)
    assert plan(Facts((emergency(),), NOW)).nobody == (Topic.TECHNICAL_EMERGENCY,)


# Properties.

ADDRESSES = st.sampled_from(["", "a@b.test", "A@b.test", "c@b.test", "d@b.test", "e@b.test"])
BLOCKS = st.sampled_from([None, None, None, Withheld.DECLINED, Withheld.UNREACHABLE, Withheld.SUSPENDED])


@st.composite
def people(draw: st.DrawFn) -> Person:
    number = draw(st.integers(1, 6))
    return Person(
        key=f"entry:{number}",
        name=f"person {number}",
        address=draw(ADDRESSES),
        language=draw(st.sampled_from(["en", "ko", "zh-hans", "it", "pl"])),
        time_zone="UTC",
        identity_id=draw(st.sampled_from([None, number])),
        blocked=draw(BLOCKS),
        endpoints=draw(st.sampled_from([(), (), (Way(Channel.WEBHOOK, f"endpoint{number}"),)])),
    )


CIRCLES = st.builds(Circle, st.sampled_from(list(Reason)), st.lists(people(), max_size=3).map(tuple))
MANY = st.lists(CIRCLES, max_size=3).map(tuple)
TOPIC_FACTS = st.builds(
    TopicFacts,
    topic=st.sampled_from([Topic.PRODUCTION_ALERT, Topic.TECHNICAL_EMERGENCY, Topic.ONBOARDING_REMINDER]),
    everyone=MANY,
    ladder=MANY,
    listeners=st.lists(people(), max_size=2).map(tuple),
    of_record=st.booleans(),
)
FACTS = st.builds(
    Facts,
    topics=st.lists(TOPIC_FACTS, min_size=1, max_size=3, unique_by=lambda one: one.topic).map(tuple),
    now=st.just(NOW),
    is_sandbox=st.booleans(),
    is_paused=st.booleans(),
)


def everybody(outcome: Plan) -> tuple[Planned, ...]:
    return (*outcome.told, *outcome.not_told)


def mentioned(facts: Facts) -> list[Person]:
    found: list[Person] = []
    for topic in facts.topics:
        found += [person for circle in (*topic.everyone, *topic.ladder) for person in circle.people]
        found += topic.listeners if facts.is_sandbox else ()
    return found


def ways(person: Person) -> tuple[Way, ...]:
    return person.ways or (Way(Channel.EMAIL, ""),)


def place_of(planned: Planned) -> tuple[Channel, str]:
    return planned.channel, destination_of(planned.person, Way(planned.channel, planned.address))


@given(FACTS)
def test_nobody_outside_the_facts_is_told(facts: Facts) -> None:
    assert {one.person for one in everybody(plan(facts))} <= set(mentioned(facts))


@given(FACTS)
def test_everybody_who_is_mentioned_is_told_or_not_told(facts: Facts) -> None:
    planned = {place_of(one) for one in everybody(plan(facts))}
    assert planned == {
        (way.channel, destination_of(person, way)) for person in mentioned(facts) for way in ways(person)
    }


@given(FACTS)
def test_nobody_stands_in_a_plan_twice_per_channel(facts: Facts) -> None:
    places = [place_of(one) for one in everybody(plan(facts))]
    assert len(places) == len(set(places))


@given(FACTS)
def test_every_recipient_and_every_suppression_has_its_reason(facts: Facts) -> None:
    outcome = plan(facts)
    for one in outcome.told:
        assert one.withheld is None
        assert any(because.withheld is None for because in one.because)
    for one in outcome.not_told:
        assert one.withheld is not None
        assert one.because
        assert all(because.withheld is not None for because in one.because)


@given(FACTS)
def test_the_sandbox_never_reaches_production_contacts(facts: Facts) -> None:
    for one in plan(facts).told if facts.is_sandbox else ():
        for because in one.because:
            of_record = next(topic.of_record for topic in facts.topics if topic.topic is because.topic)
            listens = because.reason is Reason.ASKED_FOR_SANDBOX
            assert because.withheld is not None or listens or not of_record


@given(FACTS)
def test_whoever_is_blocked_or_has_no_address_is_never_told(facts: Facts) -> None:
    for one in plan(facts).told:
        for person in (one.person, *one.sharing):
            assert person.blocked is None
            assert person.ways


@given(FACTS)
def test_a_ladder_tells_one_step_at_most(facts: Facts) -> None:
    outcome = plan(facts)
    for topic in facts.topics:
        if topic.ladder and not topic.everyone and not topic.listeners and len(facts.topics) == 1:
            assert len({one.step for one in outcome.told}) <= 1


@given(FACTS)
def test_a_topic_reaches_somebody_or_is_named_or_is_kept_quiet(facts: Facts) -> None:
    outcome = plan(facts)
    reached = {because.topic for one in outcome.told for because in one.because if because.withheld is None}
    for topic in facts.topics:
        quiet = (facts.is_sandbox and topic.of_record) or (
            facts.is_paused and not facts.is_sandbox and topic.topic is Topic.PRODUCTION_ALERT
        )
        assert (topic.topic in outcome.nobody) == (topic.topic not in reached and not quiet)


@given(FACTS)
def test_the_same_facts_always_make_the_same_plan(facts: Facts) -> None:
    assert plan(facts) == plan(facts)


def test_a_later_step_says_when_it_would_be_told() -> None:
    """R1: the page "who would be told" names the moments."""
    interval = timedelta(minutes=5)
    gone = replace(someone("gone"), blocked=Withheld.UNREACHABLE)
    circles = (
        Circle(Reason.EMERGENCY_CONTACT, (someone("anna"), gone, someone("boris"))),
        Circle(Reason.ADMINISTRATOR, (someone("cara"), someone("dan"))),
    )
    topic = TopicFacts(Topic.TECHNICAL_EMERGENCY, ladder=circles, pace=Pace(interval, rounds=3))
    outcome = plan(Facts((topic,), NOW))
    moments = {one.person.name: one.at - NOW for one in everybody(outcome)}
    assert names(outcome.told) == ["anna"]
    assert moments["boris"] == interval
    assert moments["cara"] == moments["dan"] == 2 * interval


def test_every_way_of_the_first_step_is_used_at_once() -> None:
    """Section R: every channel of the first entry at once."""
    anna = replace(someone("anna"), endpoints=(Way(Channel.WEBHOOK, "e1"), Way(Channel.WEBHOOK, "e2")))
    topic = TopicFacts(Topic.TECHNICAL_EMERGENCY, ladder=(Circle(Reason.EMERGENCY_CONTACT, (anna,)),))
    told = plan(Facts((topic,), NOW)).told
    assert [(one.channel, one.address) for one in told] == [
        (Channel.EMAIL, anna.address),
        (Channel.WEBHOOK, "e1"),
        (Channel.WEBHOOK, "e2"),
    ]
    assert {one.step for one in told} == {1}


def test_whoever_has_an_endpoint_and_no_mailbox_is_reached_there() -> None:
    anna = replace(someone("anna"), address="", endpoints=(Way(Channel.WEBHOOK, "e1"),))
    topic = TopicFacts(Topic.PRODUCTION_ALERT, everyone=(Circle(Reason.ALERT_CONTACT, (anna,)),))
    assert [(one.channel, one.address) for one in plan(Facts((topic,), NOW)).told] == [(Channel.WEBHOOK, "e1")]


def test_each_later_step_is_one_interval_later_and_calls_nobody_twice() -> None:
    """The preview says when, as the escalation does it."""
    pace = Pace(timedelta(minutes=5), rounds=2)
    ladder = (
        entries(ANNA, BORIS),
        Circle(Reason.ADMINISTRATOR, (BORIS,)),
        Circle(Reason.PARTNER_MANAGER, (someone("nobody", blocked=Withheld.SUSPENDED),)),
        Circle(Reason.OPERATOR_ADMINISTRATOR, (BORIS, CHEN)),
    )
    outcome = plan(Facts((emergency(*ladder, pace=pace),), NOW))
    assert [(one.person.name, one.at - NOW) for one in outcome.told] == [("anna", timedelta())]
    later = {one.person.name: one.at - NOW for one in outcome.not_told if one.withheld is Withheld.LATER_STEP}
    assert later == {"boris": timedelta(minutes=5), "chen": timedelta(minutes=10)}
    assert outcome.climbs == (Climb(Topic.TECHNICAL_EMERGENCY, 1, pace),)


def test_nothing_is_climbed_without_a_pace_or_in_the_sandbox() -> None:
    pace = Pace(timedelta(minutes=5))
    assert plan(Facts((emergency(entries(ANNA)),), NOW)).climbs == ()
    assert plan(Facts((emergency(entries(ANNA), pace=pace, listeners=(ANNA,)),), NOW, is_sandbox=True)).climbs == ()
    assert plan(Facts((alert(ANNA), emergency(pace=pace)), NOW)).climbs == ()


def test_what_is_kept_for_emergencies_is_passed_over_by_what_may_wait() -> None:
    """A phone that is kept for emergencies: the reason stands in the plan, so that the preview says it (R1)."""
    phone = Way(Channel.SMS, "phone", only_emergencies=True)
    somebody = Person("address:a@p.test", "Anna", "a@p.test", "en", "UTC", endpoints=(phone,))
    facts = Facts((TopicFacts(Topic.PRODUCTION_ALERT, (Circle(Reason.ALERT_CONTACT, (somebody,)),)),), NOW)
    made = plan(facts)
    assert [one.channel for one in made.told] == [Channel.EMAIL]
    (left,) = made.not_told
    assert (left.channel, left.withheld) == (Channel.SMS, Withheld.ONLY_EMERGENCIES)


def test_an_emergency_goes_every_way_of_everybody_it_concerns() -> None:
    """An emergency is a production alert as well: phones of alert contacts ring with those of emergency contacts."""
    ways = (Way(Channel.SMS, "phone", only_emergencies=True), Way(Channel.SLACK, "room"))
    somebody = Person("address:a@p.test", "Anna", "", "en", "UTC", endpoints=ways)
    circle = Circle(Reason.ALERT_CONTACT, (somebody,))
    topics = (TopicFacts(Topic.PRODUCTION_ALERT, (circle,)), TopicFacts(Topic.TECHNICAL_EMERGENCY))
    assert {one.channel for one in plan(Facts(topics, NOW)).told} == {Channel.SMS, Channel.SLACK}
    assert {one.channel for one in plan(Facts(topics[:1], NOW)).told} == {Channel.SLACK}


def test_whoever_has_nothing_but_an_emergency_phone_is_nobody_for_what_may_wait() -> None:
    """The ladder goes on to the next, and where there is none the staff hear of it (R4)."""
    phone = Way(Channel.VOICE, "phone", only_emergencies=True)
    only_phone = Person("address:a@p.test", "Anna", "", "en", "UTC", endpoints=(phone,))
    mail = Person("address:b@p.test", "Ben", "b@p.test", "en", "UTC")
    first, second = Circle(Reason.MERCHANT_CONTACT, (only_phone,)), Circle(Reason.ADMINISTRATOR, (mail,))
    made = plan(Facts((TopicFacts(Topic.MERCHANT_ISSUE, ladder=(first, second)),), NOW))
    assert [one.address for one in made.told] == ["b@p.test"]
    alone = plan(Facts((TopicFacts(Topic.MERCHANT_ISSUE, ladder=(first,)),), NOW))
    assert alone.nobody == (Topic.MERCHANT_ISSUE,)
