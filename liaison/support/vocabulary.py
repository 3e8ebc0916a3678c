"""The keys of this room that code names. Their words are in `wording.py`."""

from __future__ import annotations

from enum import StrEnum


class Situation(StrEnum):
    """Where a partner stands with an integration, and so what help it needs (S1). The furthest comes first."""

    LAUNCHED = "launched"
    INTEGRATING = "integrating"
    INTERESTED = "interested"


class InterestCode(StrEnum):
    """Why something is not done with an expression of interest."""

    UNKNOWN_KIND = "interest_unknown_kind"
    BAD_WEBSITE = "interest_bad_website"
    TOO_LONG = "interest_too_long"
    TOO_MANY = "interest_too_many"
    ELSEWHERE = "interest_elsewhere"
    DECIDED = "interest_decided"
    NOT_CONFIRMED = "interest_not_confirmed"
    REASON_NEEDED = "interest_reason_needed"
    KIND_NEEDED = "interest_kind_needed"


class InterestMail(StrEnum):
    """What is mailed to the address that somebody gave."""

    CONFIRM = "confirm"
    DECLINED = "declined"
