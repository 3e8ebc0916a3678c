"""Why an escalation cannot be acknowledged."""

from __future__ import annotations

from enum import StrEnum


class EscalationCode(StrEnum):
    OVER = "escalation_over"  # what it was about is resolved
    NONE = "escalation_none"  # nobody was called, so there is nothing to acknowledge
    NAME_TOO_LONG = "escalation_name_too_long"
    TOO_MANY = "escalation_too_many"  # from one network address in a short time
