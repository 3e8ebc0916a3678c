"""The verbs of this room, one function each (`style.md`, rule 1)."""

from __future__ import annotations

from liaison.delegation.actions.asking import answer_request, ask_access
from liaison.delegation.actions.bonds import begin_support, end_management, end_support, set_manager
from liaison.delegation.actions.contact_links import confirm_contact_address, send_contact_link, use_contact_link
from liaison.delegation.actions.grants import grant_access, revoke_access

__all__ = [
    "answer_request",
    "ask_access",
    "begin_support",
    "confirm_contact_address",
    "end_management",
    "end_support",
    "grant_access",
    "revoke_access",
    "send_contact_link",
    "set_manager",
    "use_contact_link",
]
