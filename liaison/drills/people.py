"""Who a drill or a test message goes to. Nobody else: these functions know the chosen field and nothing more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from liaison.accounts import queries as accounts
from liaison.accounts.models import Account
from liaison.calendars import queries as calendars
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.models import ContactRecord
from liaison.contacts.queries import entries_of, escalation_pace, hours_of, people_of_field, person_of
from liaison.contacts.state import state_of
from liaison.contacts.vocabulary import UnreachableBecause
from liaison.drills.models import TestMessage
from liaison.drills.rhythm import Hours
from liaison.drills.vocabulary import DRILL_FIELDS
from liaison.lib.addresses import mailbox_key
from liaison.notifications.endpoints import ways_by_owner
from liaison.notifications.facts import Circle, Pace, Person, Reason, TopicFacts, Withheld

_HOLIDAYS_AHEAD = timedelta(days=430)
_HOLIDAYS_BEFORE = timedelta(days=70)


@dataclass(frozen=True)
class Contact:
    """Somebody of the record with the fields in which they stand. `person` has all of their ways."""

    person: Person
    fields: tuple[ContactField, ...]


def drill_facts(account: Account, field: ContactField, *, everybody: bool) -> TopicFacts:
    """Return who is told in a drill of a field, as the planner wants to know.

    Emergency contacts are called one after the other at the account's pace, then its administrators, and nobody
    beyond the account. The people of the other fields are told at once, as by their real topic.
    """
    people = people_of_field(account, field)
    if field is not ContactField.EMERGENCY:
        circle = Circle(DRILL_FIELDS[field], tuple(map(_without_ways_for_emergencies, people)))
        return TopicFacts(Topic.DRILL, everyone=(circle,), is_urgent=True)
    pace = escalation_pace(account)
    administrators_of_account = Circle(Reason.ADMINISTRATOR, accounts.administrators_as_people(account))
    return TopicFacts(
        Topic.DRILL,
        ladder=(Circle(DRILL_FIELDS[field], people), administrators_of_account),
        pace=Pace(pace.interval, 1) if everybody else pace,
        is_urgent=True,
    )


def drillable_fields(account: Account) -> tuple[ContactField, ...]:
    """Return the fields of the account's form that somebody stands in and that can be drilled, in their order."""
    filled = state_of(account.pk).filled
    return tuple(field for field in DRILL_FIELDS if field in filled)


def administrators(account: Account) -> TopicFacts:
    """Return the administrators, who hear of a drill that is planned and of one that is over."""
    circle = Circle(Reason.ADMINISTRATOR, accounts.administrators_as_people(account))
    return TopicFacts(Topic.DRILL, everyone=(circle,))


def facts_of_test(test: TestMessage) -> TopicFacts:
    """Return the one person of a test message, with the ways that were chosen; nobody who left the record."""
    found = (_only_chosen(one.person, test) for one in contacts_of(test.account) if one.person.key == test.person_key)
    return TopicFacts(Topic.DRILL, everyone=(Circle(Reason.ADDRESSED, tuple(found)),), is_urgent=True)


def contacts_of(account: Account) -> tuple[Contact, ...]:
    """Return everybody of the record, each once, in the order of the form. Two queries.

    A mailbox from which mail came back is tried again: that is what a test is for. Whoever left gets nothing more.
    """
    found: dict[str, Contact] = {}
    for entry in entries_of(account, (*DRILL_FIELDS, ContactField.SHARED)):
        person, field = person_of(entry, account), ContactField(entry.field)
        if person.blocked is Withheld.UNREACHABLE and entry.unreachable_because != UnreachableBecause.LEFT:
            person = replace(person, blocked=None)
        known = found.get(person.key)
        fields = () if known is None else known.fields
        found[person.key] = Contact(person if known is None else known.person, (*fields, field))
    ways = ways_by_owner(account.pk, found)
    return tuple(replace(one, person=replace(one.person, endpoints=ways.get(key, ()))) for key, one in found.items())


def drill_hours(account: Account, now: datetime) -> Hours:
    """Return when the account may be drilled: its support hours, and the holidays of its region around `now`."""
    record = ContactRecord.objects.filter(account=account).first()
    region = record.holiday_region if record else ""
    first, last = (now - _HOLIDAYS_BEFORE).date(), (now + _HOLIDAYS_AHEAD).date()
    return Hours(
        hours_of(account.pk),
        closed_on=calendars.closed_days(region, first, last),
        half_days=calendars.half_days(region, first, last),
    )


def places_of(facts: TopicFacts) -> frozenset[tuple[str, str]]:
    """Return the people who can be told, each with every address that is theirs now."""
    people = [person for circle in (*facts.everyone, *facts.ladder) for person in circle.people]
    return frozenset((one.key, folded(way.address)) for one in people if one.blocked is None for way in one.ways)


def folded(address: str) -> str:
    return mailbox_key(address) if "@" in address else address


def only(facts: TopicFacts, keys: Iterable[str]) -> TopicFacts:
    """Return those of the people whose keys are given, all to be told at once."""
    wanted = frozenset(keys)
    circles = (
        Circle(circle.reason, tuple(person for person in circle.people if person.key in wanted))
        for circle in (*facts.everyone, *facts.ladder)
    )
    return TopicFacts(facts.topic, everyone=tuple(one for one in circles if one.people), is_urgent=facts.is_urgent)


def _without_ways_for_emergencies(person: Person) -> Person:
    """Leave out the endpoints that are kept for emergencies, as the field's real topic does."""
    return replace(person, endpoints=tuple(way for way in person.endpoints if not way.only_emergencies))


def _only_chosen(person: Person, test: TestMessage) -> Person:
    if test.endpoint:
        return replace(person, address="", endpoints=tuple(w for w in person.endpoints if w.address == test.endpoint))
    return replace(person, endpoints=()) if test.is_mail_only else person
