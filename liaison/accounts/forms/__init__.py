"""Forms of this room. They ask and show; verbs check and refuse."""

from __future__ import annotations

from liaison.accounts.forms.account import AccountForm
from liaison.accounts.forms.groups import GroupForm, MailChoicesForm, SharingForm
from liaison.accounts.forms.passwords import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from liaison.accounts.forms.people import AcceptInvitationForm, CreateIdentityForm, InviteForm, RoleForm
from liaison.accounts.forms.quiet_hours import QuietHoursForm
from liaison.accounts.forms.settings import ForwardingForm, MailboxForm, SettingsForm, TokenForm
from liaison.accounts.forms.sign_in import ResetPasswordForm, SignInForm

__all__ = [
    "AcceptInvitationForm",
    "AccountForm",
    "ChangePasswordForm",
    "CreateIdentityForm",
    "ForwardingForm",
    "GroupForm",
    "InviteForm",
    "MailChoicesForm",
    "MailboxForm",
    "QuietHoursForm",
    "ResetPasswordForm",
    "ResetPasswordKeyForm",
    "RoleForm",
    "SetPasswordForm",
    "SettingsForm",
    "SharingForm",
    "SignInForm",
    "TokenForm",
]
