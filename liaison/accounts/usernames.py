"""User names: e-mail-shaped, lower case, unique in the installation (`design.md`, "identity")."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Account, Domain, Identity

_SHAPE: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_SLUG: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_NOT_IN_LOCAL_PART: Final = re.compile(r"[^a-z0-9._+-]+", re.ASCII)
_FALLBACK_HOST: Final = "portal.test"
_LONGEST_LOCAL_PART: Final = 60


def is_username(text: str) -> bool:
    """Say whether the text can be a user name: like an e-mail address, lower case, ASCII, at most 254 characters."""
    return len(text) <= 254 and _SHAPE.fullmatch(text) is not None  # noqa: PLR2004  # the column's length


def is_slug(text: str) -> bool:
    """Say whether the text can name an account in addresses: one label of a host name."""
    return _SLUG.fullmatch(text) is not None


def validate_username(text: str) -> None:
    """Raise Django's ValidationError for what cannot be a user name (for allauth's forms)."""
    if not is_username(text.lower()):
        raise ValidationError(_("A user name looks like an e-mail address."), code="invalid")


validators = [validate_username]


def system_domain(slug: str) -> str:
    """Return the domain that an account is born with and that needs no proof: `<slug>.<portal host>`.

    A portal reached by number or by a bare name, as on a laptop, has no domain to hang it under: then it is
    `<slug>.portal.test`.
    """
    host = settings.PORTAL_HOST.lower()
    return f"{slug}.{host if _is_domain(host) else _FALLBACK_HOST}"


def free_username(address: str, account: Account) -> str:
    """Return the user name for somebody invited at this cleaned address.

    The address itself if it is free and its domain is nobody else's, else its local part at the account's system
    domain, with a number where that is taken too.
    """
    wanted = address.lower()
    if is_username(wanted) and not is_foreign(wanted, account) and not _is_taken(wanted):
        return wanted
    domain = account.domains.get(is_system=True).name
    local = _NOT_IN_LOCAL_PART.sub("", wanted.partition("@")[0])[:_LONGEST_LOCAL_PART].strip(".") or "user"
    return _first_free(local, domain)


def is_foreign(username: str, account: Account) -> bool:
    """Say whether the user name lies in a domain that another account owns."""
    return Domain.objects.filter(name=username.partition("@")[2]).exclude(account=account).exists()


def domain_of(username: str, account: Account) -> Domain:
    """Return the account's domain that the identity lives in: that of its user name, else the system domain."""
    owned = account.domains.filter(name=username.partition("@")[2]).first()
    return owned or account.domains.get(is_system=True)


def _first_free(local: str, domain: str) -> str:
    number = 1
    username = f"{local}@{domain}"
    while _is_taken(username):
        number += 1
        username = f"{local}{number}@{domain}"
    return username


def _is_taken(username: str) -> bool:
    return Identity.objects.filter(username=username).exists()


def _is_domain(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host
    return False
