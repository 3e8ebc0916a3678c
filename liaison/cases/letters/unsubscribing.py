"""The links of case mails by which their reader hears nothing more, of one case or of all, without signing in (R5).

A token names an identity and, perhaps, a case. It gives no right but to be quiet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.core import signing

from liaison.accounts.models import Identity
from liaison.cases.models import Case, Share
from liaison.cases.readers import SHARE_KEY
from liaison.notifications.links import public_link

_SALT: Final = "liaison.cases.unsubscribe"


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Whose mails are meant, an identity's or those of a shared address, and of which case; None for all cases."""

    case: Case | None
    identity: Identity | None = None
    share: Share | None = None


def unsubscribe_links(case: Case, whose: str) -> tuple[str, str]:
    """Return the links for this case and for all cases; `whose` is an identity's public id, or the key of a share."""
    return _link(f"{whose}/{case.number}"), _link(whose)


def unsubscribing_of(token: str) -> Unsubscribing | None:
    """Return what the token was made for; None for any other text, and when whose it was or the case is gone."""
    try:
        whose, _, number = signing.Signer(salt=_SALT, sep=".").unsign(_unpacked(token)).partition("/")
    except (signing.BadSignature, ValueError):
        return None
    case = Case.objects.filter(number=number).first() if number else None
    if number and case is None:
        return None
    if whose.startswith(SHARE_KEY):
        share = Share.objects.filter(public_id=whose.removeprefix(SHARE_KEY)).select_related("identity").first()
        return Unsubscribing(case, share=share) if share else None
    identity = Identity.objects.with_account().filter(public_id=whose, is_active=True).first()
    return Unsubscribing(case, identity=identity) if identity else None


def _link(names: str) -> str:
    return public_link(f"/cases/mails/{token_of(names)}/")


def token_of(names: str) -> str:
    """Return the token of `<identity>` or `<identity>/<case number>`, fit to stand in an address."""
    signed = signing.Signer(salt=_SALT, sep=".").sign(names)
    return signing.b64_encode(signed.encode()).decode()


def _unpacked(token: str) -> str:
    return signing.b64_decode(token.encode("ascii")).decode()
