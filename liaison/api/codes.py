"""Why the API itself refuses a request, before any verb is asked."""

from __future__ import annotations

from enum import StrEnum


class ApiCode(StrEnum):
    """`wording.py` has the sentences. Programs may rely on the values: they never change."""

    TOKEN_NEEDED = "token_needed"  # noqa: S105  # the name of a reason
    SCOPE_MISSING = "scope_missing"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_JSON_TYPE = "not_json_type"
    BROKEN_JSON = "broken_json"
    UNUSABLE_TEXT = "unusable_text"
    TOO_LARGE = "too_large"
    TOO_MANY_FIELDS = "too_many_fields"
    DATABASE_LOST = "database_lost"
    SERVER_ERROR = "server_error"


class ValueCode(StrEnum):
    """What is wrong with one value of a request, before the verb looks at it."""

    NEEDED = "value_needed"
    UNKNOWN_NAME = "value_unknown_name"
    WRONG_KIND = "value_wrong_kind"
    NOT_OFFERED = "value_not_offered"
    TOO_LONG = "value_too_long"
    TOO_SHORT = "value_too_short"
    OUT_OF_RANGE = "value_out_of_range"
    NOT_A_MOMENT = "value_not_a_moment"
    UNKNOWN_CURSOR = "value_unknown_cursor"
    NOT_A_SCOPE_OF_YOURS = "value_not_a_scope_of_yours"
    UNKNOWN_MANAGER = "value_unknown_manager"
    UNKNOWN_INTEGRATION = "value_unknown_integration"
    OTHER_ENVIRONMENT = "value_other_environment"
