"""The keys of cases that code names. Their words are made at the edge (`wording.py`)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

CASE: Final = "case"
"""The kind of audit subject that a case is."""
CASE_UPDATE: Final = "case_update"
"""The kind of notification subject that one Send is."""


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
    """Read and write internal notes: staff."""
    WORK = "work"
    """Answer as staff, set the state, delete attachments: support agents."""


class ChangeKind(StrEnum):
    """One thing that a Send changed; `CaseUpdate.changes` is a list of `{"kind": …}` with the facts named here."""

    FILED = "filed"
    SEVERITY = "severity"
    """`before`, `after` (1 to 4), `reason`."""
    STATE = "state"
    """`before`, `after`."""
    CLOSED = "closed"
    """`reason` (CloseReason), `text`."""
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
