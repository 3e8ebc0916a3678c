"""The keys of cases that code names. Their words are made at the edge (`wording.py`)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

CASE: Final = "case"
"""The kind of audit subject that a case is."""
CASE_UPDATE: Final = "case_update"
"""The kind of notification subject that one Send is."""


class CaseCode(StrEnum):
    """Why something is not done in a case; `wording.py` has the sentences and with them the facts."""

    CHANGED_MEANWHILE = "case_changed_meanwhile"
    CLOSED = "case_closed"
    NOT_CLOSED = "case_not_closed"
    TOO_LATE_TO_REOPEN = "case_too_late_to_reopen"
    NO_PREMIUM = "case_no_premium"
    ESCALATED_ALREADY = "case_escalated_already"
    NOTHING_SENT = "case_nothing_sent"
    NOT_ABOUT_ITSELF = "case_not_about_itself"
    LINKED_ALREADY = "case_linked_already"
    NOT_LINKED = "case_not_linked"
    UNKNOWN_CASE = "case_unknown"
    UNKNOWN_INCIDENT = "case_unknown_incident"
    UNKNOWN_INTEGRATION = "case_unknown_integration"
    UNKNOWN_PRODUCT = "case_unknown_product"
    UNKNOWN_CATEGORY = "case_unknown_category"
    UNKNOWN_LANGUAGE = "case_unknown_language"
    UNKNOWN_ZONE = "case_unknown_zone"
    UNKNOWN_ATTACHMENT = "case_unknown_attachment"
    ATTACHMENT_DELETED = "case_attachment_deleted"
    REQUIRED = "case_required"
    TOO_LONG = "case_too_long"
    TOO_MANY = "case_too_many"
    REASON_NEEDED = "case_reason_needed"
    STATE_NOT_SET = "case_state_not_set"
    FOLLOWS_OPEN = "case_follows_open"
    CRITERION_NEEDED = "case_criterion_needed"
    CRITERION_NOT_ASKED = "case_criterion_not_asked"
    URGENT_IS_CRITICAL = "case_urgent_is_critical"
    URGENT_NEEDS_LAUNCHED = "case_urgent_needs_launched"
    PERSONAL_DATA = "case_personal_data"
    NO_PERSONAL_DATA = "case_no_personal_data"
    SUBMISSION_TAKEN = "case_submission_taken"
    CONTRADICTION = "case_contradiction"
    UNKNOWN_ANSWER = "case_unknown_answer"
    REASON_NOT_YOURS = "case_reason_not_yours"
    LINK_WITH_WHAT = "case_link_with_what"


class ShareCode(StrEnum):
    """Why a case is not shared; `sharewords.py` has the sentences."""

    OUTSIDE = "share_outside"
    TOO_MANY = "share_too_many"
    TOO_OFTEN = "share_too_often"
    BAD_EXPIRY = "share_bad_expiry"
    BAD_RIGHT = "share_bad_right"
    OVER = "share_over"


class HandOverCode(StrEnum):
    """Why a case is not handed over or taken back; `wording.py` has the sentences."""

    NOTHING_CHOSEN = "hand_over_nothing_chosen"
    TOO_MANY = "hand_over_too_many"
    UNKNOWN_CASE = "hand_over_unknown_case"
    NOT_HANDED_OVER = "hand_over_not_given"


class CaseState(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    ACTION_REQUIRED = "action_required"
    SOLUTION_PROVIDED = "solution_provided"
    CLOSED = "closed"
    REOPENED = "reopened"


class Via(StrEnum):
    """How something came into a case."""

    PORTAL = "portal"
    API = "api"
    MAIL = "mail"
    IMPORT = "import"


class CloseReason(StrEnum):
    SOLVED = "solved"
    SOLVED_BY_US = "solved_by_us"
    NO_LONGER_NEEDED = "no_longer_needed"
    DUPLICATE = "duplicate"
    NO_ANSWER = "no_answer"
    OTHER = "other"


# Support alone says that nobody answered.
CLOSE_REASONS_OF_ACCOUNT: Final = tuple(reason for reason in CloseReason if reason is not CloseReason.NO_ANSWER)


class EscalationReason(StrEnum):
    """Why a customer with premium support escalates (D7)."""

    NO_ANSWER = "no_answer"
    WORSENED = "worsened"
    DEADLINE = "deadline"
    WRONG_DIRECTION = "wrong_direction"
    OTHER = "other"


class ShareRight(StrEnum):
    VIEW = "view"
    COMMENT = "comment"


class LinkKind(StrEnum):
    RELATED = "related"
    DUPLICATE = "duplicate"


class UrgentState(StrEnum):
    """Of a case in *urgent technical support*: what the triage says (S4)."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"


class CaseRight(StrEnum):
    """What somebody may do with a case that it sees."""

    READ = "read"
    COMMENT = "comment"
    """Write and attach."""
    CHANGE = "change"
    """Also severity, close, reopen, escalate, share."""
    NOTE = "note"
    """Read internal notes: staff."""
    WORK = "work"
    """Answer as staff, set the state, write internal notes, delete attachments: support agents (W2)."""


class ChangeKind(StrEnum):
    """One thing that a Send changed; `CaseUpdate.changes` is a list of `{"kind": …}` with the facts named here."""

    FILED = "filed"
    SEVERITY = "severity"
    """`before`, `after` (1 to 4), `reason`."""
    STATE = "state"
    """`before`, `after`."""
    CLOSED = "closed"
    """`before` (CaseState), `reason` (CloseReason). What was said about it is the update's text."""
    REOPENED = "reopened"
    """`reason`."""
    ESCALATED = "escalated"
    """`reason` (EscalationReason), `justification`."""
    ATTACHED = "attached"
    """`attachments`: public ids."""
    DELETION_ASKED = "deletion_asked"
    """`attachment` (public id), `reason`."""
    ATTACHMENT_DELETED = "attachment_deleted"
    """`attachment` (public id), `reason`."""
    LINKED = "linked"
    """`case` (number) or `incident` (public id), `link` (LinkKind)."""
    UNLINKED = "unlinked"
    """The same."""
    FOLLOWED_UP = "followed_up"
    """`case`: the number of the follow-up case."""
    SHARED = "shared"
    """`share` (public id), `right`, `expires_at`."""
    SHARE_ENDED = "share_ended"
    """`share` (public id)."""
    URGENT_STATE = "urgent_state"
    """`before`, `after` (UrgentState), `reason`."""
