"""Who was told of something, and under which topics: whoever heard that it began hears that it is over."""

from __future__ import annotations

from dataclasses import dataclass

from liaison.catalog.vocabulary import Topic
from liaison.notifications.models import Delivery, DeliveryState


@dataclass(frozen=True)
class Told:
    """The keys of the people to whom something was sent or is still owed, and the topics that counted."""

    keys: frozenset[str]
    topics: frozenset[Topic]


def told_about(subject_kind: str, subject_id: str) -> Told:
    """Return who was told anything about the subject so far: one query, nobody for one without an id."""
    rows = Delivery.objects.filter(
        announcement__subject_kind=subject_kind, announcement__subject_id=subject_id
    ).exclude(state__in=(DeliveryState.SUPPRESSED, DeliveryState.CANCELLED))
    keys: set[str] = set()
    topics: set[Topic] = set()
    for key, readers, reasons in rows.values_list("recipient_key", "readers", "reasons"):
        keys |= {key, *(reader["key"] for reader in readers)}
        topics |= {Topic(reason["topic"]) for reason in reasons if reason["withheld"] is None}
    return Told(frozenset(keys), frozenset(topics))
