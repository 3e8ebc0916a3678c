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


class SourceCode(StrEnum):
    """What is wrong with what was said about a source."""

    NEEDED = "signal_source_field_needed"
    TOO_LONG = "signal_source_field_too_long"
    URL_UNUSABLE = "signal_source_url_unusable"
    TOKEN_UNUSABLE = "signal_source_token_unusable"  # noqa: S105  # the name of a reason
    TOO_MANY = "signal_source_too_many"


class SourceProblem(StrEnum):
    """Why a source did not say what it was asked for."""

    NOT_REACHED = "signal_source_not_reached"
    QUERY_REFUSED = "signal_source_query_refused"
    TOKEN_REFUSED = "signal_source_token_refused"  # noqa: S105  # the name of a reason
    TOKEN_LOST = "signal_source_token_lost"  # noqa: S105  # as above
    NO_ANSWER = "signal_source_no_answer"
    NOT_A_VECTOR = "signal_source_not_a_vector"
    TOO_MANY_SERIES = "signal_source_too_many_series"


class RefusedLine(StrEnum):
    """Why a line that is well-formed does not count; the rest of its batch does."""

    UNKNOWN_INTEGRATION = "signal_unknown_integration"
    OTHER_ENVIRONMENT = "signal_other_environment"
    TOO_OLD = "signal_too_old"
    IN_THE_FUTURE = "signal_in_the_future"
    TOO_MANY_ACTIONS = "signal_too_many_actions"
