"""Signed links to a sales record's contact (W11): single use, seven days, each for one decision.

Links are made when the mail is, so no row holds one. What a purpose shows, the room registers that decides it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core import signing

from liaison.delegation.models import ContactLink, SalesRecord
from liaison.delegation.vocabulary import LinkPurpose
from liaison.notifications.links import public_link

LIFETIME: Final = timedelta(days=7)
_SALT: Final = "liaison.delegation.contact_link"


@dataclass(frozen=True, slots=True)
class LinkLetter:
    """What the mail with a link says: its subject, a template of the room, and what the template needs beside it.

    The template also gets `link`, `until`, `company` and `operator`.
    """

    subject: str
    template: str
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LinkKind:
    """How a purpose is shown: the path before the token, its mail, and whether there still is something to decide."""

    path: str
    letter: Callable[[ContactLink], LinkLetter]
    still_counts: Callable[[ContactLink], bool] = lambda _link: True


_kinds: dict[LinkPurpose, LinkKind] = {}


def register_purpose(purpose: LinkPurpose, kind: LinkKind) -> None:
    """Fill one key, from `AppConfig.ready()`."""
    _kinds[purpose] = kind


def letter_of(link: ContactLink) -> LinkLetter:
    return _kinds[LinkPurpose(link.purpose)].letter(link)


def token_of(link: ContactLink) -> str:
    return signing.Signer(salt=_SALT, sep=".").sign(link.public_id)


def address_of(link: ContactLink) -> str:
    """Return the full address of the page that decides; it needs no sign-in."""
    return public_link(f"{_kinds[LinkPurpose(link.purpose)].path}{token_of(link)}/")


def find_link(token: str, purpose: LinkPurpose, now: datetime) -> ContactLink | None:
    """Return the link of a token as long as it counts, with its customer, sales record and account."""
    try:
        public_id = signing.Signer(salt=_SALT, sep=".").unsign(token)
    except signing.BadSignature:
        return None
    people = ("customer__sales_record", "account")
    found = ContactLink.objects.select_related(*people).filter(public_id=public_id, purpose=purpose).first()
    return found if found is not None and counts(found, now) else None


def counts(link: ContactLink, now: datetime) -> bool:
    """Say whether a link can still be used: not used or void, not too old, and its holder still the one to ask."""
    if link.used_at is not None or link.void_at is not None or now >= link.expires_at:
        return False
    purpose = LinkPurpose(link.purpose)
    return _goes_there(link, purpose) and _kinds[purpose].still_counts(link)


def _goes_there(link: ContactLink, purpose: LinkPurpose) -> bool:
    """Links go where the sales record says; the former contact alone answers whether that is a new address (W11)."""
    record = SalesRecord.objects.filter(customer=link.customer_id).first()
    if record is None:
        return False
    if purpose == LinkPurpose.NEW_ADDRESS:
        return not record.link_address and bool(record.contact_address)
    return link.address == record.link_address
