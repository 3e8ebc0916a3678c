"""The link by which somebody says that an address is theirs. It is made when the mail is, so no row holds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core import signing

from liaison.notifications.links import public_link
from liaison.support.models import Interest, InterestState

LIFETIME: Final = timedelta(days=7)
_SALT: Final = "liaison.support.interest"


def token_of(interest: Interest) -> str:
    return signing.Signer(salt=_SALT, sep=".").sign(interest.public_id)


def link_of(interest: Interest) -> str:
    """Return the address of the page that confirms; it needs no sign-in."""
    return public_link(f"/support/interest/{token_of(interest)}/")


def find_interest(token: str, now: datetime) -> Interest | None:
    """Return what the link was made for, as long as it counts: 7 days, and until staff have decided."""
    try:
        public_id = signing.Signer(salt=_SALT, sep=".").unsign(token)
    except signing.BadSignature:
        return None
    rows = Interest.objects.filter(state=InterestState.NEW, created_at__gt=now - LIFETIME)
    return rows.filter(public_id=public_id).first()
