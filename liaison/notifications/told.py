"""Who was told of something, and under which topics: whoever heard that it began hears that it is over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from liaison.catalog.vocabulary import Topic
from liaison.notifications.facts import Reason
from liaison.notifications.models import Delivery, DeliveryState
from liaison.notifications.wording import FailedBecause

# Whom nothing can have reached. Where the answer was lost twice, something may have arrived.
_NOT_TOLD = Q(state__in=(DeliveryState.SUPPRESSED, DeliveryState.CANCELLED, DeliveryState.BOUNCED)) | (
    Q(state=DeliveryState.FAILED) & ~Q(state_reason=FailedBecause.OUTCOME_UNKNOWN)
)


@dataclass(frozen=True)
class Told:
    """The keys of the people to whom something was sent or is still owed, and the topics that counted.

    `on_call` are the keys of those who were told because they were on call then.
    """

    keys: frozenset[str]
    topics: frozenset[Topic]
    on_call: frozenset[str] = frozenset()


def told_about(subject_kind: str, subject_id: str) -> Told:
    """Return who was told anything about the subject so far: one query, nobody for one without an id."""
    return told_about_each(subject_kind, [subject_id])[subject_id]


def told_about_each(subject_kind: str, subject_ids: Collection[str]) -> dict[str, Told]:
    """Return, for each of the subjects, who was told anything about it so far: one query for all."""
    rows = Delivery.objects.filter(
        announcement__subject_kind=subject_kind, announcement__subject_id__in=subject_ids
    ).exclude(_NOT_TOLD)
    keys: dict[str, set[str]] = {subject_id: set() for subject_id in subject_ids}
    topics: dict[str, set[Topic]] = {subject_id: set() for subject_id in subject_ids}
    on_call: dict[str, set[str]] = {subject_id: set() for subject_id in subject_ids}
    columns = ("announcement__subject_id", "recipient_key", "readers", "reasons")
    for subject_id, key, readers, reasons in rows.values_list(*columns):
        keys[subject_id] |= {key, *(reader["key"] for reader in readers)}
        counted = [reason for reason in reasons if reason["withheld"] is None]
        topics[subject_id] |= {Topic(reason["topic"]) for reason in counted}
        on_call[subject_id] |= {key for reason in counted if reason["reason"] == Reason.ON_CALL}
    return {one: Told(frozenset(keys[one]), frozenset(topics[one]), frozenset(on_call[one])) for one in subject_ids}
