"""What is erased of people who were interested: addresses that nobody proved, and names of those who were declined."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from liaison.support.links import LIFETIME
from liaison.support.models import Interest, InterestState


def erase_old(now: datetime) -> int:
    """Delete what was not confirmed within 7 days, and what was declined long ago; return how many. For the ticker."""
    unproved = Q(state=InterestState.NEW, confirmed_at=None, created_at__lt=now - LIFETIME)
    long_ago = now - timedelta(days=settings.DELIVERY_PEOPLE_DAYS)
    declined = Q(state=InterestState.DECLINED, decided_at__lt=long_ago)
    deleted, _by_model = Interest.objects.filter(unproved | declined).delete()
    return deleted
