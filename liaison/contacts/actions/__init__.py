"""The verbs of this room. Each is one transaction: check, write, history, and whom it tells."""

from __future__ import annotations

from liaison.contacts.actions.digest import change_digest
from liaison.contacts.actions.drafts import discard_draft, save_draft
from liaison.contacts.actions.endpoints import (
    add_endpoint,
    choose_endpoint_topics,
    disable_endpoint,
    enable_endpoint,
    leave_endpoints,
    remove_endpoint,
    rename_endpoint,
    rotate_endpoint_secret,
)
from liaison.contacts.actions.escalation import change_escalation_pace
from liaison.contacts.actions.reachability import mark_reached, mark_unreachable
from liaison.contacts.actions.refusals import notice_refusals
from liaison.contacts.actions.reminders import remind_of_onboarding
from liaison.contacts.actions.roles import leave_contact_roles
from liaison.contacts.actions.submission import confirm_contact_information, submit_contact_information
from liaison.contacts.actions.telling import tell_the_untold
from liaison.contacts.actions.verification import (
    decline_contact,
    enter_verification_code,
    leave_contact,
    send_verification,
    verify_contact,
    verify_contact_by_code,
)

__all__ = [
    "add_endpoint",
    "change_digest",
    "change_escalation_pace",
    "choose_endpoint_topics",
    "confirm_contact_information",
    "decline_contact",
    "disable_endpoint",
    "discard_draft",
    "enable_endpoint",
    "enter_verification_code",
    "leave_contact",
    "leave_contact_roles",
    "leave_endpoints",
    "mark_reached",
    "mark_unreachable",
    "notice_refusals",
    "remind_of_onboarding",
    "remove_endpoint",
    "rename_endpoint",
    "rotate_endpoint_secret",
    "save_draft",
    "send_verification",
    "submit_contact_information",
    "tell_the_untold",
    "verify_contact",
    "verify_contact_by_code",
]
