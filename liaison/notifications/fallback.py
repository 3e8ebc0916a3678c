"""The next in place of somebody who could not be told (R3), and the staff when there is no next (R4)."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import InterfaceError, OperationalError, connection, transaction

from liaison.catalog.vocabulary import Topic
from liaison.notifications import engine
from liaison.notifications.escalation.climbing import advance_escalation
from liaison.notifications.models import FIRST_ROUND_BY_HAND, Announcement, DeliveryState, Escalation
from liaison.notifications.registry import handler_of
from liaison.notifications.rows import counting_topics, subject_of

_REACHED: Final = frozenset({DeliveryState.PENDING, DeliveryState.ACCEPTED})

logger = logging.getLogger(__name__)


def fall_back(announcement_id: int, *, now: datetime) -> None:
    """Plan again for the topics that reach nobody any more, without those who could not be told.

    A topic that is escalated has its own next: its escalation takes the next step at once when everybody of the
    last one failed. A mistake in a handler is logged and does not undo the outcome that led here.
    """
    try:
        with transaction.atomic():
            # The escalation is locked before the announcement, here as everywhere.
            escalation = Escalation.objects.filter(announcement=announcement_id).first()
            if escalation is not None:
                advance_escalation(escalation.pk, now=now, waits=True)
            announcement = Announcement.objects.select_for_update(no_key=True).get(pk=announcement_id)
            _fall_back(announcement, escalated=escalation.topic if escalation else "", now=now)
            # Somebody of the new plan may just have been deleted. Found out at the commit, it would undo the outcome.
            connection.check_constraints()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("No fallback could be planned for announcement %s.", announcement_id)


def _fall_back(announcement: Announcement, *, escalated: str, now: datetime) -> None:
    deliveries = [one for one in announcement.deliveries.all() if one.state != DeliveryState.SUPPRESSED]
    reached = {topic for one in deliveries if one.state in _REACHED for topic in counting_topics(one)}
    owed = {topic for one in deliveries for topic in counting_topics(one)} - reached
    subject = subject_of(announcement)
    topics = tuple(
        topic
        for topic in map(Topic, announcement.topics)
        if topic in owed - {escalated}
        and topic not in announcement.nobody_for
        and handler_of(topic).still_relevant(subject)
    )
    if not topics:
        return
    in_vain = frozenset((one.channel, one.destination) for one in deliveries if one.state not in _REACHED)
    outcome = engine.plan_for(topics, subject, now, unreachable=in_vain)
    next_round = max((one.round for one in deliveries if one.round < FIRST_ROUND_BY_HAND), default=0) + 1
    engine.store_deliveries(announcement, outcome.told, now=now, round_number=next_round)
    if outcome.nobody:
        announcement.nobody_for = [*announcement.nobody_for, *outcome.nobody]
        announcement.save(update_fields=["nobody_for"])
        engine.raise_alarm(announcement, outcome, now=now)


__all__ = ["counting_topics", "fall_back", "subject_of"]
