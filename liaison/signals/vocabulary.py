"""The codes of this room: why a batch, a line of it or a source is not taken."""

from __future__ import annotations

from enum import StrEnum


class BatchCode(StrEnum):
    """Why a whole batch is not taken; nothing of it is stored."""

    ID_UNUSABLE = "signals_batch_id_unusable"
    OTHER_CONTENT = "signals_batch_with_other_content"
    NOT_LINES_TYPE = "signals_not_lines_type"
    UNKNOWN_ENCODING = "signals_unknown_encoding"
    BROKEN_GZIP = "signals_broken_gzip"
    TOO_LARGE = "signals_too_large"
    TOO_MANY_LINES = "signals_too_many_lines"


class LineCode(StrEnum):
    """What is wrong with one line, so that its whole batch is not taken."""

    NOT_AN_OBJECT = "signal_line_not_an_object"
    NEEDED = "signal_line_field_needed"
    UNKNOWN_NAME = "signal_line_field_unknown"
    NOT_A_MOMENT = "signal_line_not_a_moment"
    NOT_OFFERED = "signal_line_not_offered"
    OUT_OF_RANGE = "signal_line_out_of_range"
    TOO_LONG = "signal_line_too_long"
    EMPTY = "signal_line_empty"
    WRONG_KIND = "signal_line_wrong_kind"


class RefusedLine(StrEnum):
    """Why a line that is well-formed does not count; the rest of its batch does."""

    UNKNOWN_INTEGRATION = "signal_unknown_integration"
    OTHER_ENVIRONMENT = "signal_other_environment"
    TOO_OLD = "signal_too_old"
    IN_THE_FUTURE = "signal_in_the_future"
    TOO_MANY_ACTIONS = "signal_too_many_actions"
