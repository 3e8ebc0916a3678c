"""What need not be sent any more, because the escalation for which it was planned has ended."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q

from liaison.catalog.vocabulary import Topic
from liaison.notifications.models import FIRST_ROUND_BY_HAND, Delivery, EscalationState


def called_off(delivery_ids: Collection[int]) -> dict[int, Topic]:
    """Return, for those of these deliveries that an ended escalation planned, its topic. One query for all.

    Once somebody has it, nobody else is called. Once it is over, or its maintenance began, only the first step is
    still told of it: a problem that was there is told at least once (section R), also when it is sent again by hand.
    An exhausted one calls nobody off.
    """
    acknowledged = Q(announcement__escalation__state=EscalationState.ACKNOWLEDGED)
    resolved = Q(announcement__escalation__state__in=(EscalationState.RESOLVED, EscalationState.PAUSED))
    of_first_round = Q(round=F("announcement__escalation__steps__round")) | Q(round__gte=FIRST_ROUND_BY_HAND)
    is_first = of_first_round & Q(step=F("announcement__escalation__steps__step"))
    rows = Delivery.objects.filter(
        acknowledged | (resolved & ~is_first),
        pk__in=list(delivery_ids),
        step__gt=0,
        announcement__escalation__steps__number=1,
    )
    return {pk: Topic(topic) for pk, topic in rows.values_list("pk", "announcement__escalation__topic")}
