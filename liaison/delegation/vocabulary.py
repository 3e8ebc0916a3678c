"""The keys of delegation that code names. Their words are made at the edge (`wording.py`)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

CUSTOMER: Final = "customer"
"""The kind of audit subject that a customer's relations are recorded under: its account's key."""


class GrantLevel(StrEnum):
    """What a customer lets the grantee do with the cases that its relation opens (D5)."""

    VIEW = "view"
    MANAGE = "manage"
    """File and manage; includes view."""


class Tie(StrEnum):
    """How an account is bound to a customer whose cases it may see."""

    MANAGES = "manages"
    """Manager of record: a reseller's domain."""
    SUPPORTS = "supports"
    """A support partner's account, by a relationship that the customer began (D11)."""


class Rule(StrEnum):
    """Which sentence of D5 (and of D4, D10, W2, W14) decided.

    The first five open a case, the next four keep it shut. The last four say why whoever sees it may do no more.
    """

    OWN = "own"
    STAFF = "staff"
    SHARED = "shared"
    BOUND_WHEN_FILED = "bound_when_filed"
    HANDED_OVER = "handed_over"
    NOT_BOUND = "not_bound"
    NOT_BOUND_WHEN_FILED = "not_bound_when_filed"
    NOT_GRANTED = "not_granted"
    NO_PRIVILEGE = "no_privilege"
    ONLY_VIEW = "only_view"
    ONLY_READS = "only_reads"
    ONLY_SHARED = "only_shared"
    NOT_FOR_DELEGATES = "not_for_delegates"


class DelegationCode(StrEnum):
    """Why something is not done; `wording.py` has the sentences."""

    NOT_GRANTED = "delegation_not_granted"
    ONLY_VIEW = "delegation_only_view"
    MANAGED_ALREADY = "delegation_managed_already"
    NOT_MANAGED = "delegation_not_managed"
    NOT_A_RESELLER = "delegation_not_a_reseller"
    NOT_A_CUSTOMER = "delegation_not_a_customer"
    NOT_BOUND = "delegation_not_bound"
    RELATED_ALREADY = "delegation_related_already"
    UNKNOWN_PARTNER = "delegation_unknown_partner"
    NEEDS_ADMINISTRATOR = "delegation_needs_administrator"
    ASKED_ALREADY = "delegation_asked_already"
    NO_CONTACT = "delegation_no_contact"
    LINK_OVER = "delegation_link_over"
    REASON_TOO_LONG = "delegation_reason_too_long"
    ADDRESS_WAITS = "delegation_address_waits"
    GRANTED_ALREADY = "delegation_granted_already"
    ANSWERED_ALREADY = "delegation_answered_already"
    UNKNOWN_LEVEL = "delegation_unknown_level"
    TOO_MANY_TRIES = "delegation_too_many_tries"


class RecordCode(StrEnum):
    """Why a sales record, a correction of one, or a domain is not taken."""

    TOO_LONG = "record_too_long"
    NEEDED = "record_needed"
    DONE_ALREADY = "correction_done_already"
    TOO_MANY_WAIT = "correction_too_many_wait"
    NOTHING_WAITS = "record_nothing_waits"
    BAD_DOMAIN = "domain_bad"
    DOMAIN_TAKEN = "domain_taken"
    PUBLIC_DOMAIN = "domain_public"
    NO_DOMAINS = "domain_not_here"


class Asking(StrEnum):
    """How a request for access stands."""

    WAITS = "waits"
    GRANTED = "granted"
    DECLINED = "declined"
    OVER = "over"
    """The relation ended before it was answered."""


class Change(StrEnum):
    """What those concerned are told: by the mails of the topic *relationship change*."""

    GRANTED = "granted"
    NARROWED = "narrowed"
    REVOKED = "revoked"
    ASKED = "asked"
    DECLINED = "declined"
    MANAGED = "managed"
    UNMANAGED = "unmanaged"
    SUPPORT_BEGAN = "support_began"
    SUPPORT_ENDED = "support_ended"


class LinkPurpose(StrEnum):
    """What the holder of a signed link decides."""

    GRANTS = "grants"
    """What the customer grants to one account: give, narrow, revoke."""
    HAND_OVER = "hand_over"
    """Which open cases go to the new reseller."""
    NEW_ADDRESS = "new_address"
    """Whether links go to the sales record's new address."""
