"""Who hears that an answer is overdue: those who were asked, and one field further each time (S7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from liaison.accounts import queries as accounts
from liaison.accounts.models import Account
from liaison.catalog.loader import topics
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.queries import people_of_field
from liaison.contacts.state import state_of
from liaison.expectations.pace import MOST_REPEATS
from liaison.expectations.vocabulary import OVERDUE
from liaison.lib.addresses import mailbox_key
from liaison.notifications.facts import Circle, Person, Reason, TopicFacts
from liaison.notifications.models import Delivery, DeliveryState
from liaison.notifications.registry import Recipient

_Ask = Callable[[Account], tuple[Person, ...]]

_REASONS: Final[Mapping[ContactField, Reason]] = MappingProxyType(
    {
        ContactField.ALERT: Reason.ALERT_CONTACT,
        ContactField.EMERGENCY: Reason.EMERGENCY_CONTACT,
        ContactField.NON_EMERGENCY: Reason.NON_EMERGENCY_CONTACT,
        ContactField.MERCHANT: Reason.MERCHANT_CONTACT,
        ContactField.OPERATOR: Reason.OPERATOR_CONTACT,
    }
)
_NEXT_FIELDS: Final[Mapping[Topic, tuple[ContactField, ...]]] = MappingProxyType(
    {
        Topic.PRODUCTION_ALERT: (ContactField.NON_EMERGENCY, ContactField.EMERGENCY),
        Topic.TECHNICAL_EMERGENCY: (),
        Topic.TECHNICAL_NOTICE: (ContactField.EMERGENCY,),
        Topic.MERCHANT_ISSUE: (ContactField.OPERATOR,),
        Topic.USER_ESCALATION: (),
    }
)
"""The fields that are told after the topic's own. The account's administrators and its partner manager follow."""


def overdue_facts(account: Account, topic: Topic, passed: int, *, is_urgent: bool = False) -> TopicFacts:
    """Return who is told that an answer is overdue, the `passed`th time (from 1): at once, and nobody climbs a ladder.

    They are the people of the topic's own field, and those of the next one that has somebody who can be reached: each
    time one further. The last time the partner manager hears of it in any case.
    """
    asked, *others = [Circle(reason, ask(account)) for reason, ask in _places(account, topic)]
    reachable = [circle for circle in others if any(person.blocked is None for person in circle.people)]
    told = [asked, *reachable[max(passed, 1) - 1 :][:1]] if reachable else [asked]
    if reachable and (passed >= MOST_REPEATS or passed > len(reachable)) and reachable[-1] not in told:
        told.append(reachable[-1])
    return TopicFacts(topic=topic, everyone=tuple(told), is_urgent=is_urgent)


def may_hear(account: Account, topic: Topic, recipient: Recipient) -> bool:
    """Say whether the recipient stands in one of the topic's places now, with the address, and unblocked."""
    address = _folded(recipient.address)
    return any(
        person.key == recipient.key
        and person.blocked is None
        and address in {_folded(way.address) for way in person.ways}
        for _reason, ask in _places(account, topic)
        for person in ask(account)
    )


def people_reminded(account: Account, topic: Topic, subject_kind: str, subject_id: str) -> tuple[Circle, ...]:
    """Return those who stand in the topic's places and were told that an answer about the subject is overdue.

    One query where nobody was. Whoever was, hears too that it is over.
    """
    rows = Delivery.objects.filter(
        announcement__subject_kind=subject_kind,
        announcement__subject_id=subject_id,
        announcement__topics__contains=[topic.value],
        announcement__facts__event=OVERDUE,
    )
    keys = set(rows.exclude(state=DeliveryState.SUPPRESSED).values_list("recipient_key", flat=True))
    if not keys:
        return ()
    found = (
        Circle(reason, tuple(person for person in ask(account) if person.key in keys))
        for reason, ask in _places(account, topic)
    )
    return tuple(circle for circle in found if circle.people)


def _places(account: Account, topic: Topic) -> list[tuple[Reason, _Ask]]:
    """Return the places in their order, each once: the fields that the account is offered, then its people by role."""
    entry, state = topics()[topic], state_of(account.pk).asked
    wanted = (*entry.contact_fields, *entry.otherwise, *_NEXT_FIELDS[topic])
    fields = [field for field in dict.fromkeys(wanted) if state.is_offered(field)] or [entry.contact_fields[0]]
    places: list[tuple[Reason, _Ask]] = [(_REASONS[field], partial(people_of_field, field=field)) for field in fields]
    return [
        *places,
        (Reason.ADMINISTRATOR, accounts.administrators_as_people),
        (Reason.PARTNER_MANAGER, _partner_manager),
    ]


def _partner_manager(account: Account) -> tuple[Person, ...]:
    manager = account.partner_manager
    return (accounts.person(manager),) if manager else ()


def _folded(address: str) -> str:
    return mailbox_key(address) if "@" in address else address
