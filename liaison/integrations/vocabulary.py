"""The codes with which this room refuses."""

from __future__ import annotations

from enum import StrEnum


class IntegrationCode(StrEnum):
    """Why something about an integration, a key or a brand is not done."""

    UNKNOWN_KIND = "integration_unknown_kind"
    KIND_IN_USE = "integration_kind_in_use"
    NOT_A_PARTNER = "integration_not_a_partner"
    STAGE_NOT_NEXT = "integration_stage_not_next"
    NOT_LAUNCHED = "integration_not_launched"
    NOT_PAUSED = "integration_not_paused"
    NOT_DISABLED = "integration_not_disabled"
    ALREADY_DISABLED = "integration_already_disabled"
    DISABLED_CANNOT_BE_PAUSED = "integration_disabled_cannot_be_paused"
    DISABLED_BY_THE_OPERATOR = "integration_disabled_by_the_operator"
    PAUSE_ENDS_IN_THE_PAST = "integration_pause_ends_in_the_past"
    PAUSE_ENDS_BEFORE_IT_STARTS = "integration_pause_ends_before_it_starts"
    PAUSE_STARTS_IN_THE_PAST = "integration_pause_starts_in_the_past"
    PAUSE_STARTS_TOO_FAR = "integration_pause_starts_too_far"
    PAUSE_TOO_LONG = "integration_pause_too_long"
    PAUSE_NEEDS_AN_END = "integration_pause_needs_an_end"
    PAUSE_OVERLAPS = "integration_pause_overlaps"
    PAUSE_NOT_PLANNED = "integration_pause_not_planned"
    PAUSE_IS_OVER = "integration_pause_is_over"
    TOO_MANY_PAUSES = "integration_too_many_pauses"
    UNKNOWN_MOMENT = "integration_unknown_moment"
    UNKNOWN_ENVIRONMENT = "integration_unknown_environment"
    REASON_UNUSABLE = "integration_reason_unusable"
    NAME_UNUSABLE = "integration_name_unusable"
    KEY_REVOKED = "intake_key_already_revoked"
    TOO_MANY_KEYS = "intake_key_too_many"
    SLUG_UNUSABLE = "brand_slug_unusable"
    SLUG_TAKEN = "brand_slug_taken"
    DEFAULT_BRAND_STAYS = "brand_default_stays"


class IntakeCode(StrEnum):
    """Why a sender of events gets no 2xx, whatever it sends."""

    KEY_MISSING = "intake_key_missing"
    KEY_UNKNOWN = "intake_key_unknown"
    WRONG_ENVIRONMENT = "intake_wrong_environment"
    METHOD_NOT_ALLOWED = "intake_method_not_allowed"
    NOT_JSON_TYPE = "intake_not_json_type"
    TOO_LARGE = "intake_too_large"
    BROKEN_JSON = "intake_broken_json"
    OVERLOADED = "intake_overloaded"
    DATABASE_LOST = "intake_database_lost"


class PauseEvent(StrEnum):
    """What an announcement about a pause says; kept in its facts."""

    SCHEDULED = "scheduled"
    STARTED = "started"
    CHANGED = "changed"
    ENDS_SOON = "ends_soon"
    PAST_ITS_END = "past_its_end"
    PAST_THE_CAP = "past_the_cap"
    ENDED = "ended"
    CANCELLED = "cancelled"


class CancelledBecause(StrEnum):
    """Why a planned pause never ran, where nobody cancelled it."""

    DISABLED = "disabled"
    MISSED = "missed"
