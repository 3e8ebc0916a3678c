"""Case numbers: random, so that they tell nobody how many cases there are (`design.md`)."""

from __future__ import annotations

import secrets
from typing import Final

LENGTH: Final = 10


def new_case_number() -> str:
    """Return ten digits, the first of them not 0. The database refuses the rare one that is taken."""
    return str(10 ** (LENGTH - 1) + secrets.randbelow(9 * 10 ** (LENGTH - 1)))


def shown(number: str) -> str:
    """Return a number as it is read: `408-271-9365`; one of an earlier system as it is."""
    if len(number) == LENGTH and number.isdigit():
        return f"{number[:3]}-{number[3:6]}-{number[6:]}"
    return number


def plain(text: str) -> str:
    """Return what somebody typed or pasted as a number is kept: without `#`, spaces and, among digits, hyphens."""
    kept = text.strip().lstrip("#").replace(" ", "")
    digits = kept.replace("-", "")
    return digits if digits.isdigit() and digits.isascii() else kept
