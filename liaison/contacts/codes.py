"""Why contact information is refused."""

from __future__ import annotations

from enum import StrEnum


class ContactCode(StrEnum):
    # One field, while it is filled in.
    REQUIRED = "contact_required"
    STILL_REQUIRED = "contact_still_required"
    NOT_OFFERED = "contact_not_offered"
    ONLY_IN_PRODUCTION = "contact_only_in_production"
    USERS_ONLY = "contact_users_only"
    WHO_NEEDED = "contact_who_needed"
    USER_OR_ADDRESS = "contact_user_or_address"
    UNKNOWN_USER = "contact_unknown_user"
    SUSPENDED_USER = "contact_suspended_user"
    USER_WITHOUT_MAILBOX = "contact_user_without_mailbox"
    SAME_PERSON_TWICE = "contact_same_person_twice"
    UNKNOWN_BRAND = "contact_unknown_brand"
    BRAND_TWICE = "contact_brand_twice"
    ALIAS_NEEDED = "contact_alias_needed"
    UNKNOWN_LANGUAGE = "contact_unknown_language"
    UNKNOWN_ZONE = "contact_unknown_zone"
    DAYS_NEEDED = "contact_days_needed"
    CLOCK_UNUSABLE = "contact_clock_unusable"
    STARTS_AT_MIDNIGHT = "contact_starts_at_midnight"
    SAME_HOURS_TWICE = "contact_same_hours_twice"
    # The shape of what was sent.
    UNKNOWN_FIELD = "contact_unknown_field"
    WRONG_SHAPE = "contact_wrong_shape"
    TOO_MANY = "contact_too_many"
    TEXT_TOO_LONG = "contact_text_too_long"
    # The text itself.
    ADDRESS_CONTROL_CHARACTER = "contact_address_control_character"
    ADDRESS_SEVERAL_AT_SIGNS = "contact_address_several_at_signs"
    ADDRESS_TOO_LONG = "contact_address_too_long"
    ADDRESS_NON_ASCII = "contact_address_non_ascii"
    ADDRESS_INVALID = "contact_address_invalid"
    NAME_CONTROL_CHARACTER = "contact_name_control_character"
    NAME_TOO_LONG = "contact_name_too_long"
    # The whole record.
    CHANGED_BY_SOMEBODY = "contact_changed_by_somebody"
    DRAFT_SAVED_BY_SOMEBODY = "contact_draft_saved_by_somebody"
    DRAFT_IS_GONE = "contact_draft_is_gone"
    INCOMPLETE = "contact_incomplete"
    ONLY_ALERT_CONTACT = "contact_only_alert_contact"


class VerificationCode(StrEnum):
    LINK_OVER = "contact_link_over"
    CODE_WRONG = "contact_code_wrong"
    TOO_MANY_TRIES = "contact_too_many_tries"
    NO_CODE = "contact_no_code"
    DECLINED = "contact_declined"
    VERIFIED = "contact_verified"
    SENT_LATELY = "contact_sent_lately"
    TOO_MANY_POSTS = "contact_too_many_posts"


class GateCode(StrEnum):
    CONTACT_INFORMATION_MISSING = "contact_information_missing"


class EscalationPaceCode(StrEnum):
    OUT_OF_RANGE = "escalation_pace_out_of_range"


class DigestCode(StrEnum):
    UNKNOWN_REGION = "digest_unknown_region"


class EndpointCode(StrEnum):
    UNKNOWN_PERSON = "endpoint_unknown_person"
    NAME_UNUSABLE = "endpoint_name_unusable"
    TOO_MANY = "endpoint_too_many"
    ALREADY_DISABLED = "endpoint_already_disabled"
    NOT_DISABLED = "endpoint_not_disabled"
    CHANNEL_NOT_OFFERED = "endpoint_channel_not_offered"
    NOT_SIGNED = "endpoint_not_signed"
    # Why an address is not called.
    URL_UNUSABLE = "endpoint_url_unusable"
    SCHEME_NOT_ALLOWED = "endpoint_scheme_not_allowed"
    USER_INFO_NOT_ALLOWED = "endpoint_user_info_not_allowed"
    HOST_UNUSABLE = "endpoint_host_unusable"
    PORT_NOT_ALLOWED = "endpoint_port_not_allowed"
    ADDRESS_NOT_ALLOWED = "endpoint_address_not_allowed"
    NEEDS_HTTPS = "endpoint_needs_https"
    HOST_UNKNOWN = "endpoint_host_unknown"
    # Why a number or a service cannot be used.
    NUMBER_UNUSABLE = "endpoint_number_unusable"
    SERVICE_NOT_ALLOWED = "endpoint_service_not_allowed"
    SERVICE_UNUSABLE = "endpoint_service_unusable"
