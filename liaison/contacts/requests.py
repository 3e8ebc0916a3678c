"""Verification mails: their links and codes, made from the request and the key of the installation (C7).

A link is good for one thing alone. Nothing here is secret in the database: whoever reads the rows can make neither.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from liaison.contacts.models import ContactRecord, ContactRequest
from liaison.contacts.vocabulary import Purpose
from liaison.notifications.links import public_link

LIFETIME: Final = timedelta(days=7)
PAUSE: Final = timedelta(minutes=10)
MOST_A_DAY: Final = 5
_DIGITS: Final = 6
_LINK_SALT: Final = "liaison.contacts.request.{}"
_CODE_SALT: Final = "liaison.contacts.request.code"
_BETWEEN_DIGITS: Final = re.compile(r"[\s\-‐-―]+")


def code_of(request: ContactRequest) -> str:
    """Return the six digits that the mail of this request tells its reader."""
    mac = salted_hmac(_CODE_SALT, request.public_id, secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return f"{int.from_bytes(mac[:8], 'big') % 10**_DIGITS:0{_DIGITS}d}"


def is_code_of(request: ContactRequest, typed: str) -> bool:
    """Say whether these are its digits, however they were typed: with spaces, hyphens, or in full width."""
    digits = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", typed[:50]))
    return hmac.compare_digest(code_of(request).encode(), digits.encode())


def token_of(purpose: Purpose, request: ContactRequest) -> str:
    return _signer(purpose).sign(request.public_id)


def link_of(purpose: Purpose, request: ContactRequest) -> str:
    """Return the address of the page for one purpose; it needs no sign-in."""
    return public_link(f"/contacts/{purpose}/{token_of(purpose, request)}/")


def find_request(purpose: Purpose, token: str, now: datetime) -> ContactRequest | None:
    """Return the request that a link of this purpose was made for, as long as it counts."""
    try:
        public_id = _signer(purpose).unsign(token)
    except signing.BadSignature:
        return None
    return open_requests(now).filter(public_id=public_id).first()


def open_requests(now: datetime) -> QuerySet[ContactRequest]:
    """Return the requests whose links and codes count now."""
    people = ("record__account", "identity__domain__account", "asked_by")
    return ContactRequest.objects.filter(closed_at=None, expires_at__gt=now).select_related(*people)


def latest_requests(record: ContactRecord) -> dict[str, ContactRequest]:
    """Return the newest request for each mailbox of the record. One query."""
    if record.pk is None:
        return {}
    rows = record.requests.order_by("mailbox", "-sent_at", "-pk").distinct("mailbox")
    return {request.mailbox: request for request in rows}


def next_moment(record: ContactRecord, mailbox: str, now: datetime) -> datetime | None:
    """Return from when on another mail may be asked for; None when it may be now."""
    lately = record.requests.filter(mailbox=mailbox, sent_at__gt=now - timedelta(days=1)).order_by("-sent_at")
    sent = list(lately.values_list("sent_at", flat=True)[:MOST_A_DAY])
    if len(sent) == MOST_A_DAY:
        return sent[-1] + timedelta(days=1)
    return sent[0] + PAUSE if sent and sent[0] + PAUSE > now else None


def had_enough(record: ContactRecord, mailbox: str, now: datetime) -> bool:
    """Say whether a mailbox got as many mails within a day as anybody may send it by hand."""
    return record.requests.filter(mailbox=mailbox, sent_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY


def _signer(purpose: Purpose) -> signing.Signer:
    return signing.Signer(salt=_LINK_SALT.format(purpose), sep=".")
