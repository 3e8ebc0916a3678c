"""The verbs of this room. Each is one transaction: check, write, history, and whom it tells."""

from __future__ import annotations

from liaison.contacts.actions.drafts import discard_draft, save_draft
from liaison.contacts.actions.reminders import remind_of_onboarding
from liaison.contacts.actions.roles import leave_contact_roles
from liaison.contacts.actions.submission import confirm_contact_information, submit_contact_information

__all__ = [
    "confirm_contact_information",
    "discard_draft",
    "leave_contact_roles",
    "remind_of_onboarding",
    "save_draft",
    "submit_contact_information",
]
