"""The dead man: somebody outside who calls when it does not hear from us. It hears only after an audit that passed.

Whoever stops the ticker, the worker or the database, or lets deliveries go wrong, makes it silent; nothing here has to
notice that.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db.models import Max

from liaison.lib.http import CallError, Guard, HttpClient, Limits, PortRange, Request, network_of
from liaison.notifications.models import DeliveryAudit

NEWEST_AUDIT: Final = timedelta(seconds=30)
_LIMITS: Final = Limits(connect_seconds=2.0, answer_seconds=3.0, body_bytes=4096, body_seconds=0.5)
# The operator says which address: it may be one of its own network, without encryption, at any port.
_GUARD: Final = Guard(
    exempt=(network_of("0.0.0.0/0"), network_of("::/0")), ports=(PortRange(1, 65_535),), plain_http=True
)

logger = logging.getLogger(__name__)


def beat(now: datetime) -> bool:
    """Tell the dead man that all is well, if it is and if it is time to; returns whether it heard us."""
    if not settings.DEAD_MAN_URL:
        return False
    audit = DeliveryAudit.objects.order_by("-at").first()
    if audit is None or not audit.passed or now - audit.at > NEWEST_AUDIT or not _is_time(now):
        return False
    if not _heard():
        return False
    DeliveryAudit.objects.filter(pk=audit.pk).update(beat_at=now)
    return True


def has_beaten_lately(now: datetime) -> bool:
    """Say whether the dead man heard us within three times the interval."""
    last = DeliveryAudit.objects.aggregate(last=Max("beat_at"))["last"]
    return last is not None and now - last <= 3 * timedelta(seconds=settings.DEAD_MAN_SECONDS)


def _is_time(now: datetime) -> bool:
    last = DeliveryAudit.objects.aggregate(last=Max("beat_at"))["last"]
    return last is None or now - last >= timedelta(seconds=settings.DEAD_MAN_SECONDS)


def _heard() -> bool:
    try:
        with HttpClient(_GUARD, limits=_LIMITS) as client:
            answer = client.send(Request("GET", settings.DEAD_MAN_URL))
    except CallError as problem:
        # The address holds a secret, so it is not named.
        logger.warning("The dead man could not be told that all is well: %s.", problem)
        return False
    if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        logger.warning("The dead man answered with status %s.", answer.status)
        return False
    return True
