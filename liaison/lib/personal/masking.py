"""Enough of a place to recognise it, and not enough to use it."""

from __future__ import annotations

DOT = "•"
_LONGEST = 60


def masked_number(written: str, *, first: int, last: int) -> str:
    """Return a number with its first and last digits and letters standing, dots for the others, separators kept."""
    places = [place for place, character in enumerate(written) if character.isalnum()]
    shown = {*places[:first], *(places[-last:] if last else ())}
    return "".join(
        character if place in shown or place not in places else DOT for place, character in enumerate(written)
    )


def masked_address(address: str) -> str:
    """Return `k•••@acme.com` of an e-mail address: the first letter and the domain."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}{DOT * 3}@{domain}"[:_LONGEST]


def masked_secret(before: str, secret: str, *, first: int = 0) -> str:
    """Return what names a secret (`password=`), its first characters where they tell the kind, and three dots."""
    return f"{before[-_LONGEST:]}{secret[:first]}{DOT * 3}"
