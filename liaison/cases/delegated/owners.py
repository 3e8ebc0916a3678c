"""A customer's administrators hear once of a case that a delegate filed for it (D4); then as they choose (R5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from liaison.accounts.models import Account, MailChoice
from liaison.accounts.queries import administrators_as_people
from liaison.accounts.rights import AccountKind
from liaison.accounts.vocabulary import MailWish
from liaison.cases.models import CaseUpdate
from liaison.catalog.vocabulary import Topic
from liaison.notifications.facts import Person, Withheld
from liaison.notifications.registry import Subject

_FACT: Final = "for_customer"


def facts_of_owner(filing: CaseUpdate) -> dict[str, int]:
    """Return what the announcement of a filing keeps: for which account, where a delegate filed."""
    case = filing.case
    if case.account.kind != AccountKind.CUSTOMER or filing.by is None:
        return {}
    is_delegated = filing.by.account.pk != case.account_id and not filing.by.is_staff
    return {_FACT: case.account_id} if is_delegated else {}


def owners_told(subject: Subject) -> tuple[Person, ...]:
    """Return the customer's administrators for whom the filing is news; who wants no case mail is among them, blocked.

    Nobody, without a query, for whatever is not a delegate's filing.
    """
    account = subject.facts.get(_FACT)
    if not account:
        return ()
    people = administrators_as_people(Account(pk=account, kind=AccountKind.CUSTOMER))
    quiet = set(
        MailChoice.objects.filter(
            identity__in=[one.identity_id for one in people], topic=Topic.CASE_UPDATE, wish=MailWish.NOTHING
        ).values_list("identity_id", flat=True)
    )
    return tuple(_quiet(one) if one.identity_id in quiet else one for one in people)


def _quiet(person: Person) -> Person:
    return replace(person, blocked=person.blocked or Withheld.NOT_WANTED)
