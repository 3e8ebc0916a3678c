"""The codes with which this room refuses, and why a request to a partner came to nothing."""

from __future__ import annotations

from enum import StrEnum


class ProbeCode(StrEnum):
    """Why a health check or a heartbeat is not changed, or not taken."""

    URL_UNUSABLE = "health_check_url_unusable"
    SCHEME_NOT_ALLOWED = "health_check_scheme_not_allowed"
    USER_INFO_NOT_ALLOWED = "health_check_user_info_not_allowed"
    HOST_UNUSABLE = "health_check_host_unusable"
    HOST_UNKNOWN = "health_check_host_unknown"
    PORT_NOT_ALLOWED = "health_check_port_not_allowed"
    ADDRESS_NOT_ALLOWED = "health_check_address_not_allowed"
    INTERVAL_UNUSABLE = "health_check_interval_unusable"
    TIMEOUT_UNUSABLE = "health_check_timeout_unusable"
    IS_OFF = "health_check_is_off"
    TRIED_JUST_NOW = "health_check_tried_just_now"
    BEAT_NAME_UNUSABLE = "heartbeat_name_unusable"
    BEAT_INTERVAL_UNUSABLE = "heartbeat_interval_unusable"
    TOO_MANY_BEATS = "heartbeat_too_many"


class Problem(StrEnum):
    """What was wrong with one request of a health check; kept with its result."""

    NONE = ""
    HOST_UNKNOWN = "host_unknown"
    NO_CONNECTION = "no_connection"
    CERTIFICATE_REFUSED = "certificate_refused"
    CLOSED = "closed"
    TOO_SLOW = "too_slow"
    NOT_HTTP = "not_http"
    REDIRECT = "redirect"
    STATUS = "status"
    NOT_ALLOWED = "not_allowed"
    OUR_NETWORK = "our_network"
