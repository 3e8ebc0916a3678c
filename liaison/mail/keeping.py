"""Keeping mail as it came: committed before anybody is told that we have it, and before it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from liaison.mail.models import LONGEST_ADDRESS, InboundMail
from liaison.mail.opening import readable
from liaison.notifications.return_addresses import return_address


def is_ours(address: str) -> bool:
    """Say whether mail to this address is taken. A wrong token is no reason to refuse it: somebody may look at it."""
    return len(address) <= LONGEST_ADDRESS and return_address(address) is not None


def keep_mail(*, raw: bytes, envelope_from: str, envelope_to: Sequence[str], now: datetime) -> tuple[InboundMail, ...]:
    """Keep one mail for each of its recipients, which are ours; return what is new.

    The sending server asks again when our answer was lost: the same bytes for the same recipient are kept once.
    Raises Django's database errors, and then nothing is kept.
    """
    digest = hashlib.sha256(raw).hexdigest()
    kept: list[InboundMail] = []
    with transaction.atomic():
        for address in dict.fromkeys(map(str.lower, envelope_to)):
            found = return_address(address)
            if found is None:
                continue
            mail, is_new = InboundMail.objects.get_or_create(
                sha256=digest,
                envelope_to=address,
                defaults={
                    "kind": found.kind,
                    "received_at": now,
                    "read_after": now,
                    "envelope_from": readable(envelope_from, LONGEST_ADDRESS),
                    "raw": raw,
                    "size": len(raw),
                },
            )
            if is_new:
                kept.append(mail)
    return tuple(kept)
