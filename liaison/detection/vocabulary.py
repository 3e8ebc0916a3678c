"""The codes with which a change of a rule is refused."""

from __future__ import annotations

from enum import StrEnum


class RuleCode(StrEnum):
    UNKNOWN_PARAMETER = "rule_unknown_parameter"
    UNKNOWN_PLACE = "rule_unknown_place"
    NOT_FOR_KIND = "rule_not_for_kind"
    NOT_A_NUMBER = "rule_not_a_number"
    NOT_WHOLE = "rule_not_whole"
    OUT_OF_RANGE = "rule_out_of_range"
    CLEARS_ABOVE = "rule_clears_above"
    NOT_LONGER = "rule_not_longer"
    NEVER_REACHED = "rule_never_reached"
    ONLY_CRITICAL_DISABLES = "rule_only_critical_disables"
    NOT_A_CHOICE = "rule_not_a_choice"
    NOT_CHANGED = "rule_not_changed"
