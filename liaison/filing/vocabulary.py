"""The keys of filing: the steps of the form, and why something of it is refused."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

DRAFTS_LIVE: Final = timedelta(days=30)
"""How long a draft is kept after it was saved last."""
MOST_DRAFTS: Final = 50
MOST_FILES: Final = 20
LONGEST_DRAFT: Final = 300_000
"""How much of a form is kept, in characters of JSON; what is longer is shown again and not kept."""
LONGEST_REASON: Final = 500


class Step(StrEnum):
    """The steps of the form in their order; each is a page of its own, and its address names it."""

    SUBJECT = "subject"
    DESCRIPTION = "description"
    SEVERITY = "severity"
    REVIEW = "review"


STEPS: Final = tuple(Step)


class FilingCode(StrEnum):
    SUBJECT_MISSING = "filing_subject_missing"
    TITLE_MISSING = "filing_title_missing"
    TITLE_TOO_LONG = "filing_title_too_long"
    CATEGORY_MISSING = "filing_category_missing"
    CRITERION_MISSING = "filing_criterion_missing"
    NOT_IN_PRODUCTION = "filing_not_in_production"
    DESCRIPTION_MISSING = "filing_description_missing"
    DESCRIPTION_TOO_LONG = "filing_description_too_long"
    FILE_UNUSABLE = "filing_file_unusable"
    TOO_MANY_FILES = "filing_too_many_files"
    SEVERITY_MISSING = "filing_severity_missing"
    LANGUAGE_UNKNOWN = "filing_language_unknown"
    ZONE_UNKNOWN = "filing_zone_unknown"
    PERSONAL_DATA_FOUND = "filing_personal_data_found"
    REASON_MISSING = "filing_reason_missing"
    REASON_TOO_LONG = "filing_reason_too_long"
    INCIDENT_GONE = "filing_incident_gone"
    CASE_GONE = "filing_case_gone"
    DRAFT_TOO_LONG = "filing_draft_too_long"
    TOO_MANY_DRAFTS = "filing_too_many_drafts"
    CHANGED_ELSEWHERE = "filing_changed_elsewhere"
    DRAFT_IS_GONE = "filing_draft_is_gone"
    CUSTOMER_GONE = "filing_customer_gone"
    TWO_ACCOUNTS = "filing_two_accounts"
