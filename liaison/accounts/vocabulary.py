"""The words that code of this room uses: why something is refused, which mail is sent, what a token may."""

from __future__ import annotations

from enum import StrEnum


class AccountCode(StrEnum):
    """Why a verb of this room is refused; `wording.py` has the sentences."""

    NAME_NEEDED = "name_needed"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_ZONE = "unknown_zone"
    BAD_SLUG = "bad_slug"
    SLUG_TAKEN = "slug_taken"
    OPERATOR_EXISTS = "operator_exists"
    BAD_USERNAME = "bad_username"
    FOREIGN_USERNAME = "foreign_username"
    USERNAME_TAKEN = "username_taken"
    WEAK_PASSWORD = "weak_password"  # noqa: S105  # the name of a reason
    ROLE_NOT_OFFERED = "role_not_offered"
    ROLE_NOT_HELD = "role_not_held"
    NEEDS_A_ROLE = "needs_a_role"
    LAST_ADMINISTRATOR = "last_administrator"
    NOT_YOURSELF = "not_yourself"
    ALREADY_SUSPENDED = "already_suspended"
    NOT_SUSPENDED = "not_suspended"
    ALREADY_A_USER = "already_a_user"
    TOO_MANY_INVITATIONS = "too_many_invitations"
    INVITATION_OVER = "invitation_over"
    ALREADY_NUDGED = "already_nudged"
    NOBODY_TO_NUDGE = "nobody_to_nudge"
    HAS_MAILBOX = "has_mailbox"
    LINK_OVER = "link_over"
    SAME_MAILBOX = "same_mailbox"
    FORWARDED_THERE = "forwarded_there"
    BAD_EXPIRY = "bad_expiry"
    NO_SCOPE = "no_scope"
    NOT_A_PARTNER_MANAGER = "not_a_partner_manager"
    NOT_A_PARTNER = "not_a_partner"
    UNKNOWN_DAY = "unknown_day"
    CLOCK_UNUSABLE = "clock_unusable"
    QUIET_ALL_DAY = "quiet_all_day"
    NOT_OFFERED = "not_offered"
    BAD_DOMAIN = "bad_domain"
    GROUP_ADDRESS_TAKEN = "group_address_taken"
    FOREIGN_GROUP_ADDRESS = "foreign_group_address"
    TOO_MANY_GROUPS = "too_many_groups"
    NOT_OF_THE_ACCOUNT = "not_of_the_account"


class MailKind(StrEnum):
    """What one account mail is about."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    MAILBOX_VERIFICATION = "mailbox_verification"
    MAILBOX_CHANGED = "mailbox_changed"
    FORWARDING_VERIFICATION = "forwarding_verification"
    FORWARDING_BEGAN = "forwarding_began"
    ROLE_CHANGED = "role_changed"
    TOKEN_CREATED = "token_created"  # noqa: S105
    NUDGE = "nudge"


class MailWish(StrEnum):
    """What somebody wants of an optional topic (R5)."""

    EVERYTHING = "everything"  # of the whole account
    USUAL = "usual"  # what concerns them
    NOTHING = "nothing"


class TokenScope(StrEnum):
    """What an API token may at most; its owner's rights bound it as well.

    `read` fetches, `write` works as an editor does, `administer` also manages users, tokens and keys.
    """

    READ = "read"
    WRITE = "write"
    ADMINISTER = "administer"
