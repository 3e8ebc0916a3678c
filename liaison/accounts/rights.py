"""Privileges and the predefined roles. A role is a named set of privileges, given for an account or an org unit.

Source: requirements W1 (account roles), W2 (staff roles), W3 and D12 (the privilege tree).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class AccountKind(StrEnum):
    OPERATOR = "operator"
    PARTNER = "partner"
    RESELLER = "reseller"
    CUSTOMER = "customer"
    SUPPORT_PARTNER = "support_partner"


class Privilege(StrEnum):
    # Of an account's own people.
    VIEW_ACCOUNT = "account.view"
    EDIT_ACCOUNT = "account.edit"
    MANAGE_USERS = "users.manage"
    VIEW_CONTACTS = "contacts.view"
    EDIT_CONTACTS = "contacts.edit"
    PAUSE_INTEGRATIONS = "integrations.pause"
    MANAGE_INTAKE_KEYS = "intake_keys.manage"
    MANAGE_MONITORING = "monitoring.manage"
    EDIT_BRANDS = "brands.edit"
    VIEW_CASES = "cases.view"
    WRITE_CASES = "cases.write"
    MANAGE_GRANTS = "grants.manage"
    # Of staff, over every account ...
    STAFF = "staff"
    STAFF_VIEW_ALL = "staff.view_all"
    STAFF_VIEW_ASSIGNED = "staff.view_assigned"
    STAFF_MANAGE_ACCOUNTS = "staff.manage_accounts"
    STAFF_MANAGE_INTEGRATIONS = "staff.manage_integrations"
    STAFF_LAUNCH_ASSIGNED = "staff.launch_assigned"
    STAFF_VIEW_CONTACTS = "staff.view_contacts"
    STAFF_VIEW_INCIDENTS = "staff.view_incidents"
    STAFF_TAKE_INCIDENTS = "staff.take_incidents"
    STAFF_SEND_AGAIN = "staff.send_again"
    STAFF_HANDLE_MAIL = "staff.handle_mail"
    STAFF_RUN_DRILLS = "staff.run_drills"
    STAFF_RAISE_NOTICES = "staff.raise_notices"
    STAFF_MANAGE_RULES = "staff.manage_rules"
    STAFF_SEND_SIGNALS = "staff.send_signals"
    STAFF_VIEW_CASES = "staff.view_cases"
    STAFF_VIEW_URGENT_CASES = "staff.view_urgent_cases"
    STAFF_WORK_CASES = "staff.work_cases"
    STAFF_WRITE_HELP = "staff.write_help"
    STAFF_PUBLISH_HELP = "staff.publish_help"
    STAFF_HANDLE_INTEREST = "staff.handle_interest"
    STAFF_VIEW_AUDIT = "staff.view_audit"
    STAFF_MANAGE_CALENDARS = "staff.manage_calendars"
    STAFF_SETTINGS = "staff.settings"
    # The tree of D12, for resellers, customers and support partners.
    SUPPORT = "support"
    VIEW_CUSTOMERS = "reseller_tools.customers.view"
    ACCESS_CUSTOMER_CASES = "reseller_tools.customers.access_cases"
    LEGACY_RESELLER_SUPPORT = "legacy.reseller_enterprise_support"
    LEGACY_ENTERPRISE = "legacy.enterprise"


class PredefinedRole(StrEnum):
    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    READER = "reader"
    RESELLER_ADMINISTRATOR = "reseller_administrator"
    SUPPORT_AGENT = "support_agent"
    READ_ONLY_STAFF = "read_only_staff"
    ON_CALL_ENGINEER = "on_call_engineer"
    PARTNER_MANAGER = "partner_manager"
    OPERATOR_ADMINISTRATOR = "operator_administrator"


@dataclass(frozen=True)
class RoleDefinition:
    """What a predefined role may, and in which kinds of account it can be given."""

    privileges: frozenset[Privilege]
    account_kinds: frozenset[AccountKind]


_READER = frozenset({Privilege.VIEW_ACCOUNT, Privilege.VIEW_CONTACTS, Privilege.VIEW_CASES})
_EDITOR = _READER | {
    Privilege.EDIT_CONTACTS,
    Privilege.PAUSE_INTEGRATIONS,
    Privilege.MANAGE_MONITORING,
    Privilege.EDIT_BRANDS,
    Privilege.WRITE_CASES,
}
# What reading and managing customers' cases takes (D12): all of the first, or one of those that an earlier system gave.
DELEGATE = frozenset({Privilege.SUPPORT, Privilege.ACCESS_CUSTOMER_CASES})
LEGACY = frozenset({Privilege.LEGACY_RESELLER_SUPPORT, Privilege.LEGACY_ENTERPRISE})
# What lists customers (W3): the privilege itself, and each that implies it.
LISTS_CUSTOMERS = LEGACY | {Privilege.VIEW_CUSTOMERS, Privilege.ACCESS_CUSTOMER_CASES}
_ADMINISTRATOR = (
    _EDITOR
    | DELEGATE
    | {
        Privilege.VIEW_CUSTOMERS,
        Privilege.EDIT_ACCOUNT,
        Privilege.MANAGE_USERS,
        Privilege.MANAGE_INTAKE_KEYS,
        Privilege.MANAGE_GRANTS,
    }
)
_STAFF_SEES_ALL = frozenset(
    {
        Privilege.STAFF,
        Privilege.STAFF_VIEW_ALL,
        Privilege.STAFF_VIEW_CONTACTS,
        Privilege.STAFF_VIEW_INCIDENTS,
    }
)
_OUTSIDE = frozenset({AccountKind.PARTNER, AccountKind.RESELLER, AccountKind.CUSTOMER, AccountKind.SUPPORT_PARTNER})
_OPERATOR = frozenset({AccountKind.OPERATOR})

PREDEFINED_ROLES: Mapping[PredefinedRole, RoleDefinition] = MappingProxyType(
    {
        PredefinedRole.ADMINISTRATOR: RoleDefinition(_ADMINISTRATOR, _OUTSIDE),
        PredefinedRole.EDITOR: RoleDefinition(_EDITOR, _OUTSIDE),
        PredefinedRole.READER: RoleDefinition(_READER, _OUTSIDE),
        PredefinedRole.RESELLER_ADMINISTRATOR: RoleDefinition(
            DELEGATE | {Privilege.VIEW_CUSTOMERS},
            frozenset({AccountKind.RESELLER}),
        ),
        PredefinedRole.SUPPORT_AGENT: RoleDefinition(
            _STAFF_SEES_ALL
            | {
                Privilege.STAFF_VIEW_CASES,
                Privilege.STAFF_WORK_CASES,
                Privilege.STAFF_WRITE_HELP,
                Privilege.STAFF_TAKE_INCIDENTS,
                Privilege.STAFF_SEND_AGAIN,
                Privilege.STAFF_HANDLE_MAIL,
                Privilege.STAFF_RAISE_NOTICES,
            },
            _OPERATOR,
        ),
        PredefinedRole.READ_ONLY_STAFF: RoleDefinition(_STAFF_SEES_ALL | {Privilege.STAFF_VIEW_CASES}, _OPERATOR),
        # W2: sees incidents and all integrations; contact information is not named there.
        PredefinedRole.ON_CALL_ENGINEER: RoleDefinition(
            frozenset(
                {
                    Privilege.STAFF,
                    Privilege.STAFF_VIEW_ALL,
                    Privilege.STAFF_VIEW_INCIDENTS,
                    Privilege.STAFF_VIEW_URGENT_CASES,
                    Privilege.STAFF_TAKE_INCIDENTS,
                    Privilege.STAFF_SEND_AGAIN,
                }
            ),
            _OPERATOR,
        ),
        PredefinedRole.PARTNER_MANAGER: RoleDefinition(
            frozenset(
                {
                    Privilege.STAFF,
                    Privilege.STAFF_VIEW_ASSIGNED,
                    Privilege.STAFF_LAUNCH_ASSIGNED,
                    Privilege.STAFF_VIEW_CASES,
                    Privilege.STAFF_HANDLE_INTEREST,
                    Privilege.STAFF_VIEW_CONTACTS,
                    Privilege.STAFF_VIEW_INCIDENTS,
                    Privilege.STAFF_TAKE_INCIDENTS,
                    Privilege.STAFF_SEND_AGAIN,
                    Privilege.STAFF_RAISE_NOTICES,
                    Privilege.STAFF_RUN_DRILLS,
                }
            ),
            _OPERATOR,
        ),
        PredefinedRole.OPERATOR_ADMINISTRATOR: RoleDefinition(
            frozenset(
                {
                    Privilege.STAFF,
                    Privilege.STAFF_VIEW_ALL,
                    Privilege.STAFF_MANAGE_ACCOUNTS,
                    Privilege.STAFF_MANAGE_INTEGRATIONS,
                    Privilege.STAFF_VIEW_CONTACTS,
                    Privilege.STAFF_VIEW_INCIDENTS,
                    Privilege.STAFF_TAKE_INCIDENTS,
                    Privilege.STAFF_SEND_AGAIN,
                    Privilege.STAFF_RAISE_NOTICES,
                    Privilege.STAFF_MANAGE_RULES,
                    Privilege.STAFF_SEND_SIGNALS,
                    Privilege.STAFF_RUN_DRILLS,
                    Privilege.STAFF_HANDLE_MAIL,
                    Privilege.STAFF_WRITE_HELP,
                    Privilege.STAFF_PUBLISH_HELP,
                    Privilege.STAFF_HANDLE_INTEREST,
                    Privilege.STAFF_VIEW_AUDIT,
                    Privilege.STAFF_MANAGE_CALENDARS,
                    Privilege.STAFF_SETTINGS,
                    Privilege.MANAGE_USERS,
                }
            ),
            _OPERATOR,
        ),
    }
)


def roles_for(kind: AccountKind) -> tuple[PredefinedRole, ...]:
    """Return the predefined roles that can be given in an account of this kind, strongest first."""
    return tuple(role for role, definition in PREDEFINED_ROLES.items() if kind in definition.account_kinds)
