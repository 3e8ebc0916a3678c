"""The links of case mails by which their reader hears nothing more, of one case or of all, without signing in (R5).

A token names an identity and, perhaps, a case. It gives no right but to be quiet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.core import signing

from liaison.accounts.models import Identity
from liaison.cases.models import Case
from liaison.notifications.links import public_link

_SALT: Final = "liaison.cases.unsubscribe"


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Whose mails are meant, and of which case; None for all cases."""

    identity: Identity
    case: Case | None


def unsubscribe_links(case: Case, public_id: str) -> tuple[str, str]:
    """Return the links for this case and for all cases, for the identity with the public id."""
    return _link(f"{public_id}/{case.number}"), _link(public_id)


def unsubscribing_of(token: str) -> Unsubscribing | None:
    """Return what the token was made for; None for any other text, and when the identity or the case is gone."""
    try:
        public_id, _, number = signing.Signer(salt=_SALT, sep=".").unsign(_unpacked(token)).partition("/")
    except (signing.BadSignature, ValueError):
        return None
    identity = Identity.objects.with_account().filter(public_id=public_id, is_active=True).first()
    case = Case.objects.filter(number=number).first() if number else None
    if identity is None or (number and case is None):
        return None
    return Unsubscribing(identity, case)


def _link(names: str) -> str:
    return public_link(f"/cases/mails/{token_of(names)}/")


def token_of(names: str) -> str:
    """Return the token of `<identity>` or `<identity>/<case number>`, fit to stand in an address."""
    signed = signing.Signer(salt=_SALT, sep=".").sign(names)
    return signing.b64_encode(signed.encode()).decode()


def _unpacked(token: str) -> str:
    return signing.b64_decode(token.encode("ascii")).decode()
