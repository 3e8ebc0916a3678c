"""The states that people see, each with its words and its look. Colour never speaks alone: the word is always there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """How a state, a message or a callout looks."""

    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class State:
    """One state: what it is called and how it looks."""

    label: Promise
    kind: Kind


STATES: Final[dict[str, State]] = {
    # Integrations and environments.
    "interested": State(_("Interested"), Kind.NEUTRAL),
    "integrating": State(_("Integrating"), Kind.INFO),
    "launched": State(_("Launched"), Kind.GOOD),
    "live": State(_("Live"), Kind.GOOD),
    "paused": State(_("Paused"), Kind.WARNING),
    "disabled": State(_("Disabled"), Kind.BAD),
    "sandbox": State(_("Sandbox"), Kind.NEUTRAL),
    "production": State(_("Production"), Kind.INFO),
    # Contact information.
    "locked": State(_("Locked"), Kind.WARNING),
    "unlocked": State(_("Unlocked"), Kind.GOOD),
    "verified": State(_("Verified"), Kind.GOOD),
    "unreachable": State(_("Unreachable"), Kind.BAD),
    "required": State(_("Required"), Kind.INFO),
    "optional": State(_("Optional"), Kind.NEUTRAL),
    # Deliveries and messages.
    "pending": State(_("Pending"), Kind.NEUTRAL),
    "sending": State(_("Sending"), Kind.INFO),
    "handed_over": State(_("Handed over"), Kind.INFO),
    "delivered": State(_("Delivered"), Kind.GOOD),
    "bounced": State(_("Bounced"), Kind.BAD),
    "failed": State(_("Failed"), Kind.BAD),
    "unknown": State(_("Outcome unknown"), Kind.WARNING),
    "refused": State(_("Refused"), Kind.BAD),
    "cancelled": State(_("Cancelled"), Kind.NEUTRAL),
    "deferred": State(_("Deferred"), Kind.WARNING),
    "suppressed": State(_("Suppressed"), Kind.NEUTRAL),
    # Incidents.
    "firing": State(_("Firing"), Kind.BAD),
    "acknowledged": State(_("Acknowledged"), Kind.INFO),
    "resolved": State(_("Resolved"), Kind.GOOD),
    # Escalations; the acknowledged and the resolved ones as incidents.
    "running": State(_("Nobody has it yet"), Kind.BAD),
    "exhausted": State(_("Nobody answered"), Kind.BAD),
    # Cases.
    "new": State(_("New"), Kind.INFO),
    "in_progress": State(_("In progress"), Kind.INFO),
    "action_required": State(_("Action required"), Kind.WARNING),
    "solution_provided": State(_("Solution provided"), Kind.GOOD),
    "closed": State(_("Closed"), Kind.NEUTRAL),
    "reopened": State(_("Reopened"), Kind.INFO),
}


def state_of(key: str) -> State:
    """Return the words and look of a state. A state without words is a mistake of ours and raises `KeyError`."""
    return STATES[str(key)]
