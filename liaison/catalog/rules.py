"""What a rule is: the numbers that decide when the calls, feeds and signs of life of an integration are a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from liaison.catalog.entries import WithName
from liaison.catalog.vocabulary import Severity


class Measure(StrEnum):
    """What a rule looks at; the unit of its threshold is in brackets."""

    ERROR_RATE = "error_rate"  # failures of calls (share, 0 to 1)
    DECLINED_RATE = "declined_rate"  # declined payments of calls (share)
    LATENCY = "latency"  # mean duration of a call (ms)
    BURN_RATE = "burn_rate"  # failures in two windows, as multiples of what the objective allows (factor)
    SILENCE = "silence"  # no calls where there used to be some (minutes without any)
    FEED_ERROR_RATE = "feed_error_rate"  # failed entities of the last run (share)
    FEED_STALE_SHARE = "feed_stale_share"  # entities of the last run not updated for three days (share)
    FEED_MISSING = "feed_missing"  # time since the last run ended, as multiples of the expected interval (factor)
    CHECK_FAILING = "check_failing"  # time since the health check last was healthy (minutes)
    CHECK_UNANSWERED = "check_unanswered"  # unanswered requests in a row (number)
    HEARTBEAT_MISSING = "heartbeat_missing"  # time since the last one, as multiples of the interval (factor)


class Effect(StrEnum):
    """What a rule does besides telling people."""

    NONE = ""
    DISABLE = "disable"  # the integration is disabled, and restored by itself once the finding is over


@dataclass(frozen=True, slots=True)
class Rule(WithName):
    """A rule as it holds for one integration: the catalog's, with the operator's overrides.

    It is bad when its value is at or over `threshold` (over it alone where `is_over`, as "> 50 %" says), and good
    again when it is below `clear_below` (hysteresis; at most the threshold). `minutes` and `long_minutes` are windows,
    `for_minutes` how long it must be bad before it fires, `clear_minutes` how long good before it is over.
    """

    key: str
    measure: Measure
    severity: Severity
    threshold: float
    is_over: bool = False
    clear_below: float | None = None
    actions: tuple[str, ...] = ()  # empty: every action, each by itself
    together: bool = False  # the actions are added up and judged as one; the scope is then the rule's key
    kinds: tuple[str, ...] = ()  # empty: every kind of integration
    effect: Effect = Effect.NONE
    minutes: int = 0
    long_minutes: int = 0
    objective: float = 0.0
    min_calls: int = 0
    min_errors: int = 0
    min_merchants: int = 0
    min_entities: int = 0
    for_minutes: int = 0
    clear_minutes: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
