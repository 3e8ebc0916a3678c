"""Accounts and their people (`people`), and how they come in (`sign_in`)."""

from __future__ import annotations

from liaison.accounts.models.mail import MailChoice
from liaison.accounts.models.people import (
    Account,
    CustomRole,
    Domain,
    Group,
    Identity,
    IdentityManager,
    OrgUnit,
    RoleAssignment,
    privileges_of,
)
from liaison.accounts.models.sign_in import (
    ApiToken,
    ForwardingProof,
    Invitation,
    MailboxChange,
    Session,
    SignInLink,
)

__all__ = [
    "Account",
    "ApiToken",
    "CustomRole",
    "Domain",
    "ForwardingProof",
    "Group",
    "Identity",
    "IdentityManager",
    "Invitation",
    "MailChoice",
    "MailboxChange",
    "OrgUnit",
    "RoleAssignment",
    "Session",
    "SignInLink",
    "privileges_of",
]
