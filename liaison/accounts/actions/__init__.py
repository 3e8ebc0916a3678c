"""The verbs of this room, one function each (`style.md`, rule 1)."""

from __future__ import annotations

from liaison.accounts.actions.accounts import (
    assign_partner_manager,
    change_account,
    create_account,
    set_support_tier,
)
from liaison.accounts.actions.api_tokens import create_api_token, revoke_api_token
from liaison.accounts.actions.forwarding import ask_to_forward, confirm_forwarding, stop_forwarding
from liaison.accounts.actions.groups import change_group, create_group, delete_group
from liaison.accounts.actions.invitations import (
    accept_invitation,
    invite_user,
    nudge_administrators,
    revoke_invitation,
)
from liaison.accounts.actions.mail_choices import change_mail_choices
from liaison.accounts.actions.people import (
    create_identity,
    delete_identity,
    restore_identity,
    suspend_identity,
)
from liaison.accounts.actions.quiet_hours import change_quiet_hours
from liaison.accounts.actions.roles import change_role, give_role, take_role
from liaison.accounts.actions.settings import (
    ask_for_password_reset,
    change_language,
    change_mailbox,
    change_password,
    change_settings,
    confirm_mailbox,
    note_sign_in,
    note_sign_out,
    sign_out_everywhere,
)
from liaison.accounts.actions.sharing import limit_sharing
from liaison.accounts.actions.sign_in_links import create_sign_in_link, use_sign_in_link

__all__ = [
    "accept_invitation",
    "ask_for_password_reset",
    "ask_to_forward",
    "assign_partner_manager",
    "change_account",
    "change_group",
    "change_language",
    "change_mail_choices",
    "change_mailbox",
    "change_password",
    "change_quiet_hours",
    "change_role",
    "change_settings",
    "confirm_forwarding",
    "confirm_mailbox",
    "create_account",
    "create_api_token",
    "create_group",
    "create_identity",
    "create_sign_in_link",
    "delete_group",
    "delete_identity",
    "give_role",
    "invite_user",
    "limit_sharing",
    "note_sign_in",
    "note_sign_out",
    "nudge_administrators",
    "restore_identity",
    "revoke_api_token",
    "revoke_invitation",
    "set_support_tier",
    "sign_out_everywhere",
    "stop_forwarding",
    "suspend_identity",
    "take_role",
    "use_sign_in_link",
]
