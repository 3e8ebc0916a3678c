"""What is erased of the mails to people who were named, when it is old: their names and addresses."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from liaison.contacts.models import ContactRequest


def erase_old_requests(now: datetime) -> int:
    """Delete requests that are over for as long as people stay in deliveries; return how many. For the ticker.

    The last one of somebody who is named still is not over. What happened stays in history, by its id.
    """
    before = now - timedelta(days=settings.DELIVERY_PEOPLE_DAYS)
    deleted, _by_model = ContactRequest.objects.filter(closed_at__lt=before).delete()
    return deleted
