"""The keys of the catalog that code names: contact fields (C2), topics (section R) and severities."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class ContactField(StrEnum):
    ALERT = "alert_contacts"
    EMERGENCY = "technical_emergency_contacts"
    NON_EMERGENCY = "technical_non_emergency_contacts"
    MERCHANT = "merchant_issue_contacts"
    OPERATOR = "operator_contacts"
    SHARED = "shared_contact"
    HOURS = "support_hours"


class Requirement(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"
    NOT_OFFERED = "not_offered"


class Topic(StrEnum):
    PRODUCTION_ALERT = "production_alert"
    TECHNICAL_EMERGENCY = "technical_emergency"
    TECHNICAL_NOTICE = "technical_notice"
    MERCHANT_ISSUE = "merchant_issue"
    USER_ESCALATION = "user_escalation"
    MAINTENANCE = "maintenance"
    URGENT_CASE = "urgent_case"
    CASE_UPDATE = "case_update"
    RELATIONSHIP_CHANGE = "relationship_change"
    ONBOARDING_REMINDER = "onboarding_reminder"
    ACCOUNT_MAIL = "account_mail"
    STAFF_ALARM = "staff_alarm"
    DRILL = "drill"


class Severity(StrEnum):
    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class CaseSeverity(IntEnum):
    """How much a case weighs for whoever filed it, the worst first; `key` is its name in files and in the API."""

    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4

    @property
    def key(self) -> str:
        return self.name.lower()


class SupportTier(StrEnum):
    """What an account's support covers; *premium* may escalate cases (D7)."""

    STANDARD = "standard"
    PREMIUM = "premium"
