"""The verbs of this room. Each is one transaction: check, write, history, and whom it tells."""

from __future__ import annotations

from liaison.contacts.actions.digest import change_digest
from liaison.contacts.actions.drafts import discard_draft, save_draft
from liaison.contacts.actions.endpoints import (
    add_endpoint,
    disable_endpoint,
    enable_endpoint,
    leave_endpoints,
    remove_endpoint,
    rename_endpoint,
    rotate_endpoint_secret,
)
from liaison.contacts.actions.escalation import change_escalation_pace
from liaison.contacts.actions.reachability import mark_reached, mark_unreachable
from liaison.contacts.actions.reminders import remind_of_onboarding
from liaison.contacts.actions.roles import leave_contact_roles
from liaison.contacts.actions.submission import confirm_contact_information, submit_contact_information

__all__ = [
    "add_endpoint",
    "change_digest",
    "change_escalation_pace",
    "confirm_contact_information",
    "disable_endpoint",
    "discard_draft",
    "enable_endpoint",
    "leave_contact_roles",
    "leave_endpoints",
    "mark_reached",
    "mark_unreachable",
    "remind_of_onboarding",
    "remove_endpoint",
    "rename_endpoint",
    "rotate_endpoint_secret",
    "save_draft",
    "submit_contact_information",
]
