"""What mail people want: which topics leave a choice (R5), what was chosen, and who is left out because of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from django.db.models import Q

from liaison.accounts.models import Identity, MailChoice
from liaison.accounts.rights import AccountKind, Privilege
from liaison.accounts.vocabulary import MailWish
from liaison.catalog.vocabulary import Topic
from liaison.notifications.facts import Person, Withheld

_CHOICES: Final[Mapping[Topic, tuple[MailWish, ...]]] = MappingProxyType(
    {
        Topic.CASE_UPDATE: (MailWish.USUAL, MailWish.EVERYTHING, MailWish.NOTHING),
        Topic.MAINTENANCE: (MailWish.USUAL, MailWish.NOTHING),
    }
)


def offered_to(identity: Identity) -> dict[Topic, tuple[MailWish, ...]]:
    """Return the topics that the identity may choose about, with its answers; the usual one first. No query.

    Everything of the account is for those who see its cases; to staff an account is one of many.
    """
    sees_cases = identity.may(Privilege.VIEW_CASES) and identity.account.kind != AccountKind.OPERATOR
    return {
        topic: wishes if sees_cases else tuple(wish for wish in wishes if wish is not MailWish.EVERYTHING)
        for topic, wishes in _CHOICES.items()
    }


def wishes_of(identity: Identity) -> dict[Topic, MailWish]:
    """Return what the identity wants of each topic that leaves a choice. One query."""
    rows = MailChoice.objects.filter(identity=identity).values_list("topic", "wish")
    chosen = {topic: MailWish(wish) for topic, wish in rows}
    return {topic: chosen.get(topic.value, MailWish.USUAL) for topic in offered_to(identity)}


def without_unwanted(topic: Topic, people: tuple[Person, ...]) -> tuple[Person, ...]:
    """Return the same people; those who chose to hear nothing of the topic are blocked. One query."""
    asked = Q(topic=topic.value, wish=MailWish.NOTHING, identity__in=[one.identity_id for one in people])
    silent = set(MailChoice.objects.filter(asked).values_list("identity_id", flat=True))
    return tuple(
        replace(one, blocked=one.blocked or Withheld.NOT_WANTED) if one.identity_id in silent else one for one in people
    )
