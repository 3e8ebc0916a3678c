"""Why a call to another machine came to nothing."""

from __future__ import annotations

from enum import StrEnum


class Obstacle(StrEnum):
    # The address itself.
    URL_UNUSABLE = "url_unusable"
    SCHEME_NOT_ALLOWED = "scheme_not_allowed"
    USER_INFO_NOT_ALLOWED = "user_info_not_allowed"
    HOST_UNUSABLE = "host_unusable"
    PORT_NOT_ALLOWED = "port_not_allowed"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    NEEDS_HTTPS = "needs_https"
    # The way there.
    HOST_UNKNOWN = "host_unknown"
    NO_CONNECTION = "no_connection"
    CERTIFICATE_REFUSED = "certificate_refused"
    # The exchange.
    NOT_SENT = "not_sent"
    ANSWER_LOST = "answer_lost"
    ANSWER_UNUSABLE = "answer_unusable"


NOT_ALLOWED = frozenset(
    {
        Obstacle.URL_UNUSABLE,
        Obstacle.SCHEME_NOT_ALLOWED,
        Obstacle.USER_INFO_NOT_ALLOWED,
        Obstacle.HOST_UNUSABLE,
        Obstacle.PORT_NOT_ALLOWED,
        Obstacle.ADDRESS_NOT_ALLOWED,
        Obstacle.NEEDS_HTTPS,
    }
)
"""What we refuse ourselves, before a single byte."""


class CallError(Exception):
    """A call that brought no answer. `is_sent`: the other side may have the whole request all the same."""

    def __init__(self, obstacle: Obstacle, *, is_sent: bool = False) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle
        self.is_sent = is_sent
