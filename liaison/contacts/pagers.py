"""Addresses that probably page somebody: they only suggest the mark, it is the partner who sets it (C2)."""

from __future__ import annotations

from typing import Final

_PAGER_DOMAINS: Final = (
    "pagerduty.com",
    "opsgenie.net",
    "opsgenie.com",
    "victorops.com",
    "splunkoncall.com",
    "squadcast.com",
    "ilert.com",
    "spike.sh",
    "zenduty.com",
    "betteruptime.com",
    "incident.io",
)


def seems_to_page(address: str) -> bool:
    """Say whether the address is in a domain of a known pager service, or below one."""
    domain = address.rpartition("@")[2].strip().lower()
    return any(domain == known or domain.endswith(f".{known}") for known in _PAGER_DOMAINS)
