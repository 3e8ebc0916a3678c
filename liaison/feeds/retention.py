"""What is erased of feeds when it is old: runs. Feeds and what is expected of them stay."""

from __future__ import annotations

from datetime import datetime

from liaison.feeds.models import FeedRun
from liaison.feeds.reports import KEPT_FOR


def erase_old(now: datetime) -> int:
    """Erase the runs that began more than 400 days ago; return how many. For the ticker."""
    return FeedRun.objects.filter(started_at__lt=now - KEPT_FOR).delete()[0]
