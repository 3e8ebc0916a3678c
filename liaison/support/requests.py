"""What is given to the verbs of this room."""

from __future__ import annotations

from dataclasses import dataclass

from liaison.accounts.models import Identity
from liaison.integrations.models import Stage


@dataclass(frozen=True, kw_only=True)
class NewInterest:
    """An expression of interest as somebody typed it; an empty `time_zone` is guessed from the language."""

    company: str
    website: str
    name: str
    address: str
    kinds: tuple[str, ...]
    message: str
    language: str
    time_zone: str = ""


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """What staff make of one. `name`, `slug`, `language` and `time_zone` are those of the new account.

    They do not count for what a user of a partner asked for: its account gets the integrations.
    """

    kinds: tuple[str, ...]
    stage: Stage
    name: str = ""
    slug: str = ""
    language: str = ""
    time_zone: str = ""
    manager: Identity | None = None
