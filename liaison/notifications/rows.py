"""What kept rows say: the subject of an announcement, and the topics under which a delivery counts."""

from __future__ import annotations

from liaison.catalog.vocabulary import Topic
from liaison.notifications.models import Announcement, Delivery
from liaison.notifications.registry import Subject


def subject_of(announcement: Announcement) -> Subject:
    return Subject(
        kind=announcement.subject_kind,
        id=announcement.subject_id,
        account_id=announcement.account_id,
        facts=announcement.facts,
    )


def counting_topics(delivery: Delivery) -> frozenset[Topic]:
    """Return the topics under which this recipient was to be told."""
    return frozenset(Topic(reason["topic"]) for reason in delivery.reasons if reason["withheld"] is None)
