"""What this room adds to the portal's registries."""

from __future__ import annotations

from liaison.expectations.wording import WORDS
from liaison.web import wording


def register_everything() -> None:
    wording.register(WORDS)
