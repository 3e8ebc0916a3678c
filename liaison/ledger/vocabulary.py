"""The codes of this room."""

from __future__ import annotations

from enum import StrEnum


class LedgerCode(StrEnum):
    """Why something is not done with a delivery."""

    NOTHING_TO_SEE = "delivery_nothing_to_see"
    NOT_DEFERRED = "delivery_not_deferred"
    GIVES_ANSWER = "delivery_gives_answer"  # what was sent holds a link that answers what is expected
    TAKES_ESCALATION = "delivery_takes_escalation"  # what was sent holds a link that takes an escalation
