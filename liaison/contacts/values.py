"""Contact information as typed values: what a form becomes once it is right, and what the record holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from liaison.catalog.vocabulary import ContactField
from liaison.lib.addresses import mailbox_key
from liaison.lib.hours import HoursRow

ENTRY_FIELDS: Final = (
    ContactField.ALERT,
    ContactField.EMERGENCY,
    ContactField.NON_EMERGENCY,
    ContactField.MERCHANT,
    ContactField.OPERATOR,
)


@dataclass(frozen=True)
class EntryValue:
    """One person or alias: an identity of the account (by its row's id), or an address.

    An empty language or zone means the person's own, else the account's.
    """

    identity_id: int | None = None
    address: str = ""
    name: str = ""
    language: str = ""
    time_zone: str = ""
    is_shared_alias: bool = False
    pages_somebody: bool = False

    @property
    def key(self) -> str:
        """Names the person or alias, whatever else the entry says."""
        return f"identity:{self.identity_id}" if self.identity_id else f"address:{mailbox_key(self.address)}"


@dataclass(frozen=True)
class SharedValue:
    """The alias that the consumers of one brand get. No brand: the default brand that is still to be made."""

    brand_id: int | None
    address: str


@dataclass(frozen=True)
class RecordValues:
    """Everything a record says; fields that are not offered are absent from `entries`."""

    entries: Mapping[ContactField, tuple[EntryValue, ...]]
    shared: tuple[SharedValue, ...] = ()
    hours: tuple[HoursRow, ...] = ()


@dataclass(frozen=True)
class UserChoice:
    """A user of the account who may be named as a contact."""

    pk: int
    public_id: str
    name: str
    username: str
    mailbox: str
    is_active: bool


@dataclass(frozen=True)
class BrandChoice:
    """A brand of the account."""

    pk: int
    public_id: str
    name: str
    is_default: bool
