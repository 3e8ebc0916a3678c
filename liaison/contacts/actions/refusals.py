"""Mail that the other server refuses at once: no bounce ever comes, and it means the same (C7)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError, transaction

from liaison.contacts.actions.reachability import mark_unreachable
from liaison.contacts.mailcodes import enhanced_code, is_mailbox_gone
from liaison.contacts.models import RefusalLook
from liaison.contacts.vocabulary import UnreachableBecause
from liaison.notifications.facts import Channel
from liaison.notifications.models import Attempt, Message, MessageState

# A worker says when an attempt ended before its transaction does: what ended so lately may still appear.
SETTLED_AFTER: Final = timedelta(minutes=10)
FIRST_LOOK: Final = timedelta(days=1)

logger = logging.getLogger(__name__)


def notice_refusals(*, now: datetime) -> int:
    """Mark the entries unreachable whose mail was refused for good since the last look; return how many.

    Each refusal is looked at once, whoever else looks at the same time, and none is left out. One that breaks is
    logged, and costs the others nothing. For the ticker.
    """
    with transaction.atomic():
        look = _locked(now)
        since = look.looked_until - SETTLED_AFTER
        refused = Message.objects.filter(
            state=MessageState.REFUSED, channel=Channel.EMAIL, finished_at__gt=since, finished_at__lte=now
        )
        found = list(refused.order_by("finished_at", "pk").only("pk", "account_id", "address", "public_id", "attempt"))
        seen = set(look.seen)
        count = sum(_mark_or_log(message, now) for message in found if message.pk not in seen)
        look.looked_until = max(now, look.looked_until)
        look.seen = [message.pk for message in found]
        look.save(update_fields=["looked_until", "seen"])
    return count


def _locked(now: datetime) -> RefusalLook:
    RefusalLook.objects.get_or_create(pk=1, defaults={"looked_until": now - FIRST_LOOK})
    return RefusalLook.objects.select_for_update().get(pk=1)


def _mark_or_log(message: Message, now: datetime) -> int:
    try:
        with transaction.atomic():
            return _mark(message, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("What the refusal of message %s means could not be kept.", message.public_id)
        return 0


def _mark(message: Message, now: datetime) -> int:
    attempt = Attempt.objects.filter(message=message).order_by("-number").first()
    if attempt is None or message.account_id is None or not is_mailbox_gone(attempt.code, attempt.detail):
        return 0
    return mark_unreachable(
        account_id=message.account_id,
        address=message.address,
        because=UnreachableBecause.REFUSED,
        code=enhanced_code(attempt.detail) or str(attempt.code or ""),
        detail=attempt.detail,
        message=message.public_id,
        now=now,
    )
