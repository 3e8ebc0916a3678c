"""The verbs of this room, one function each (`style.md`, rule 1)."""

from __future__ import annotations

from liaison.delegation.actions.asking import answer_request, ask_access
from liaison.delegation.actions.bonds import begin_support, end_management, end_support, set_manager
from liaison.delegation.actions.contact_links import confirm_contact_address, send_contact_link, use_contact_link
from liaison.delegation.actions.domains import add_domain
from liaison.delegation.actions.grants import grant_access, revoke_access
from liaison.delegation.actions.records import (
    ask_correction,
    change_sales_record,
    confirm_new_address,
    create_customer,
    finish_correction,
)

__all__ = [
    "add_domain",
    "answer_request",
    "ask_access",
    "ask_correction",
    "begin_support",
    "change_sales_record",
    "confirm_contact_address",
    "confirm_new_address",
    "create_customer",
    "end_management",
    "end_support",
    "finish_correction",
    "grant_access",
    "revoke_access",
    "send_contact_link",
    "set_manager",
    "use_contact_link",
]
