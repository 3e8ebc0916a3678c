"""The sentences for the reasons of this room, and the names of its roles, scopes and states."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.vocabulary import AccountCode, MailWish, TokenScope
from liaison.catalog.vocabulary import SupportTier, Topic
from liaison.lib.addresses import AddressProblem, LineProblem

ADDRESSES: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        AddressProblem.EMPTY: _("Enter an e-mail address."),
        AddressProblem.CONTROL_CHARACTER: _("The e-mail address contains a line break or another hidden character."),
        AddressProblem.SEVERAL_AT_SIGNS: _("Enter one e-mail address only, with one @ sign."),
        AddressProblem.TOO_LONG: _("The e-mail address is too long."),
        AddressProblem.NON_ASCII_LOCAL_PART: _(
            "The part before the @ sign may only have Latin letters without accents, digits and signs."
        ),
        AddressProblem.INVALID: _("This is not a valid e-mail address."),
    }
)

LINES: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        LineProblem.CONTROL_CHARACTER: _("This contains a line break or another hidden character."),
        LineProblem.TOO_LONG: _("This is too long."),
    }
)

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        AccountCode.NAME_NEEDED: _("This is required."),
        AccountCode.UNKNOWN_LANGUAGE: _("Choose one of the languages of the list."),
        AccountCode.UNKNOWN_ZONE: _("Choose one of the time zones of the list."),
        AccountCode.BAD_SLUG: _("Use small Latin letters, digits and hyphens, at most 63 of them."),
        AccountCode.SLUG_TAKEN: _("Another account has this short name already."),
        AccountCode.OPERATOR_EXISTS: _("There is one operator account already."),
        AccountCode.BAD_USERNAME: _("A user name looks like an e-mail address."),
        AccountCode.FOREIGN_USERNAME: _("A user name must be in a domain of this account."),
        AccountCode.USERNAME_TAKEN: _("Somebody has this user name already."),
        AccountCode.WEAK_PASSWORD: _("This password is too easy to guess. Choose a longer one."),
        AccountCode.ROLE_NOT_OFFERED: _("Choose one of the roles of the list."),
        AccountCode.ROLE_NOT_HELD: _("The user does not have this role any more."),
        AccountCode.NEEDS_A_ROLE: _("Every user needs a role. Give another role first."),
        AccountCode.LAST_ADMINISTRATOR: _(
            "This is the only administrator of the account. Make somebody else an administrator first."
        ),
        AccountCode.NOT_YOURSELF: _("You cannot do this to yourself. Ask another administrator."),
        AccountCode.ALREADY_SUSPENDED: _("This user is suspended."),
        AccountCode.NOT_SUSPENDED: _("This user is not suspended."),
        AccountCode.ALREADY_A_USER: _("Somebody with this e-mail address is a user of this account already."),
        AccountCode.TOO_MANY_INVITATIONS: _(
            "This account has sent too many invitations within an hour. Try again later."
        ),
        AccountCode.INVITATION_OVER: _(
            "This invitation cannot be used any more: it was used, replaced or taken back, or it is older than "
            "7 days. Ask an administrator of the account for a new one."
        ),
        AccountCode.ALREADY_NUDGED: _("You have asked your administrators within the last 24 hours."),
        AccountCode.NOBODY_TO_NUDGE: _("No administrator of your account can be reached by e-mail."),
        AccountCode.HAS_MAILBOX: _(
            "This user has a mailbox. They can reset the password themselves on the sign-in page."
        ),
        AccountCode.LINK_OVER: _("This link cannot be used any more: it was used or replaced, or it is too old."),
        AccountCode.SAME_MAILBOX: _("This is your mailbox already."),
        AccountCode.FORWARDED_THERE: _("Your e-mails are forwarded to this address already."),
        AccountCode.BAD_EXPIRY: _("Choose a day within the next 12 months."),
        AccountCode.NO_SCOPE: _("Choose at least one thing that the token may do."),
        AccountCode.NOT_A_PARTNER_MANAGER: _("Only an active partner manager can be assigned."),
        AccountCode.NOT_A_PARTNER: _("Only partner accounts have a partner manager."),
        AccountCode.UNKNOWN_DAY: _("Choose days of the week, numbered 1 (Monday) to 7 (Sunday)."),
        AccountCode.CLOCK_UNUSABLE: _("Enter a time between 00:00 and 24:00, for example 09:30."),
        AccountCode.QUIET_ALL_DAY: _("Quiet hours cannot last the whole day. Choose another end."),
        AccountCode.NOT_OFFERED: _("Choose one of the answers of the list."),
        AccountCode.BAD_DOMAIN: _("Enter domains only, for example example.com, one in each line."),
        AccountCode.GROUP_ADDRESS_TAKEN: _("Somebody else uses this address already. Choose another one."),
        AccountCode.FOREIGN_GROUP_ADDRESS: _("The address of a group must be in a domain of this account."),
        AccountCode.TOO_MANY_GROUPS: _("This account has as many groups as it can have. Delete one first."),
        AccountCode.NOT_OF_THE_ACCOUNT: _("Only users of this account can be members."),
    }
)

ROLES: Mapping[PredefinedRole, Promise] = MappingProxyType(
    {
        PredefinedRole.ADMINISTRATOR: _("Administrator"),
        PredefinedRole.EDITOR: _("Editor"),
        PredefinedRole.READER: _("Reader"),
        PredefinedRole.RESELLER_ADMINISTRATOR: _("Reseller administrator"),
        PredefinedRole.SUPPORT_AGENT: _("Support agent"),
        PredefinedRole.READ_ONLY_STAFF: _("Read-only staff"),
        PredefinedRole.ON_CALL_ENGINEER: _("On-call engineer"),
        PredefinedRole.PARTNER_MANAGER: _("Partner manager"),
        PredefinedRole.OPERATOR_ADMINISTRATOR: _("Operator administrator"),
    }
)

ROLE_HELP: Mapping[PredefinedRole, Promise] = MappingProxyType(
    {
        PredefinedRole.ADMINISTRATOR: _("May do everything in the account, also manage users."),
        PredefinedRole.EDITOR: _("Works with contact information and integrations, but does not manage users."),
        PredefinedRole.READER: _("Sees everything of the account and changes nothing."),
        PredefinedRole.RESELLER_ADMINISTRATOR: _("Works for the customers of the reseller."),
        PredefinedRole.SUPPORT_AGENT: _("Helps partners and sees every account."),
        PredefinedRole.READ_ONLY_STAFF: _("Sees every account and changes nothing."),
        PredefinedRole.ON_CALL_ENGINEER: _("Sees incidents and all integrations."),
        PredefinedRole.PARTNER_MANAGER: _("Looks after the accounts that are assigned to them."),
        PredefinedRole.OPERATOR_ADMINISTRATOR: _("Manages accounts, integrations, settings and staff."),
    }
)

ACCOUNT_KINDS: Mapping[AccountKind, Promise] = MappingProxyType(
    {
        AccountKind.OPERATOR: _("Operator"),
        AccountKind.PARTNER: _("Partner"),
        AccountKind.RESELLER: _("Reseller"),
        AccountKind.CUSTOMER: _("Customer"),
        AccountKind.SUPPORT_PARTNER: _("Support partner"),
    }
)

SUPPORT_TIERS: Mapping[SupportTier, Promise] = MappingProxyType(
    {SupportTier.STANDARD: _("Standard"), SupportTier.PREMIUM: _("Premium")}
)

WISHES: Mapping[tuple[Topic, MailWish], Promise] = MappingProxyType(
    {
        (Topic.CASE_UPDATE, MailWish.USUAL): _("Cases that I filed, follow or that are shared with me"),
        (Topic.CASE_UPDATE, MailWish.EVERYTHING): _("All cases of my account"),
        (Topic.CASE_UPDATE, MailWish.NOTHING): _("No case"),
        (Topic.MAINTENANCE, MailWish.USUAL): _("When an integration that concerns me is paused"),
        (Topic.MAINTENANCE, MailWish.NOTHING): pgettext_lazy("mail", "Nothing"),
    }
)
"""What somebody can want of a topic that leaves a choice (R5)."""

SCOPES: Mapping[TokenScope, Promise] = MappingProxyType(
    {
        TokenScope.READ: _("Read"),
        TokenScope.WRITE: _("Change what you may change"),
        TokenScope.ADMINISTER: _("Manage users, tokens and keys"),
    }
)
