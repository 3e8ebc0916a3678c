"""What can be wrong with deliveries."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Trouble(StrEnum):
    """One kind of trouble. The keys stand in stored audits and in the facts of alarms."""

    OVERDUE = "overdue"  # due for a while, and nobody takes it
    STUCK = "stuck"  # in a worker's hand for longer than any worker holds it
    UNKNOWN = "unknown"  # handed over, the answer lost, and not tried again
    UNREACHABLE = "unreachable"  # late, because no mail server can be spoken to
    UNPLANNED = "unplanned"  # announced, and people who must be told have no delivery
    LEFT_BEHIND = "left_behind"  # owed, and the message that carried it is over
    ESCALATION_OVERDUE = "escalation_overdue"  # the next step should have been taken
    UNANNOUNCED = "unannounced"  # it happened, and nothing was announced
    ALARM_FAILED = "alarm_failed"  # the staff themselves cannot be told
    PUT_OFF = "put_off"  # late, because the other side asked for patience
    FAILED = "failed"  # given up, and nobody of the staff has looked at it
    REFUSED = "refused"
    BOUNCED = "bounced"


SERIOUS: Final = frozenset(
    {
        Trouble.OVERDUE,
        Trouble.STUCK,
        Trouble.UNKNOWN,
        Trouble.UNREACHABLE,
        Trouble.UNPLANNED,
        Trouble.LEFT_BEHIND,
        Trouble.ESCALATION_OVERDUE,
        Trouble.UNANNOUNCED,
        Trouble.ALARM_FAILED,
    }
)
"""With one of these the engine does not do its work, and the audit has failed. The others are for people to look at."""

AUDIT_SUBJECT: Final = "delivery_audit"
"""The subject kind of the staff alarm that the auditor raises. Its facts: `troubles`, kinds with their counts."""
