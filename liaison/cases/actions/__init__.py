"""The verbs of a case. All of them check access, lock the case, write, and tell, in one transaction."""

from __future__ import annotations

from liaison.cases.actions.attaching import delete_attachment
from liaison.cases.actions.closing import close_cases, reopen_case
from liaison.cases.actions.filing import file_case
from liaison.cases.actions.following import follow_case, unfollow_case
from liaison.cases.actions.handing_over import hand_over_by_link, hand_over_cases, take_back_case
from liaison.cases.actions.linking import link_case, link_incident, unlink_case, unlink_incident
from liaison.cases.actions.noting import add_note
from liaison.cases.actions.sending import send_update
from liaison.cases.actions.sharing import change_share, end_share, share_case
from liaison.cases.actions.silencing import end_case_mails

__all__ = [
    "add_note",
    "change_share",
    "close_cases",
    "delete_attachment",
    "end_case_mails",
    "end_share",
    "file_case",
    "follow_case",
    "hand_over_by_link",
    "hand_over_cases",
    "link_case",
    "link_incident",
    "reopen_case",
    "send_update",
    "share_case",
    "take_back_case",
    "unfollow_case",
    "unlink_case",
    "unlink_incident",
]
