"""Customers with their sales records, corrections of them, and domains."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from liaison.accounts import models as accounts
from liaison.api.shapes.common import Body, Moment, Person, Text
from liaison.api.shapes.customer_access import Party, party_of
from liaison.api.shapes.people import person_of
from liaison.delegation import models
from liaison.delegation.actions.records import LONGEST_CORRECTION, RecordValues, address_waits
from liaison.delegation.directory import Row
from liaison.delegation.vocabulary import GrantLevel


class SalesRecord(Schema):
    """What the operator's sales know of a customer. `address_waits`: no link goes to the contact's address yet."""

    company: str
    address: str
    contact_name: str
    contact_address: str
    contact_phone: str
    address_waits: bool
    changed_at: Moment

    @classmethod
    def of(cls, record: models.SalesRecord) -> SalesRecord:
        return cls(
            company=record.company,
            address=record.address,
            contact_name=record.contact_name,
            contact_address=record.contact_address,
            contact_phone=record.contact_phone,
            address_waits=address_waits(record),
            changed_at=record.changed_at,
        )


class Customer(Schema):
    """A customer, and how it stands to your account.

    `by` is the account whose relation shows it to you; to staff its manager of record. `level` is what the customer
    lets your account do with its cases, null for nothing; `asked_at` when your account asked and has no answer yet.
    """

    slug: str
    name: str
    company: str
    language: str
    by: Party | None
    domain: str | None
    since: Moment | None
    level: GrantLevel | None
    level_since: Moment | None
    asked_at: Moment | None

    @classmethod
    def of(cls, row: Row) -> Customer:
        return cls(**_facts(row))


class CustomerWithRecord(Customer):
    record: SalesRecord

    @classmethod
    def of(cls, row: Row) -> CustomerWithRecord:
        return cls(**_facts(row), record=SalesRecord.of(row.record))


class SalesRecordChange(Body):
    company: Text
    address: Text = ""
    contact_name: Text = ""
    contact_address: Text = ""
    contact_phone: Text = ""

    def values(self) -> RecordValues:
        names = ("company", "address", "contact_name", "contact_address", "contact_phone")
        return RecordValues(**{name: getattr(self, name) for name in names})


class NewCustomer(Body):
    name: Text
    slug: Text
    language: Text
    time_zone: Text
    record: SalesRecordChange


class ManagerChoice(Body):
    """The domain of a reseller, and the reason, which stands in the history."""

    domain: Text
    why: Annotated[str, Field(max_length=1000)] = ""


class NewCorrection(Body):
    text: Annotated[str, Field(max_length=LONGEST_CORRECTION)]


class Correction(Schema):
    """What somebody says is wrong in a sales record. `done_at` is null while it waits for staff."""

    id: str
    customer: str
    text: str
    asked_by: Person | None
    asked_at: Moment
    done_at: Moment | None

    @classmethod
    def of(cls, correction: models.Correction) -> Correction:
        return cls(
            id=correction.public_id,
            customer=correction.record.customer.slug,
            text=correction.text,
            asked_by=person_of(correction.asked_by),
            asked_at=correction.asked_at,
            done_at=correction.done_at,
        )


class NewDomain(Body):
    name: Text


class Domain(Schema):
    """A domain of an account."""

    name: str
    is_primary: bool
    verified_at: Moment | None

    @classmethod
    def of(cls, domain: accounts.Domain) -> Domain:
        return cls(name=domain.name, is_primary=domain.is_primary, verified_at=domain.verified_at)


def _facts(row: Row) -> dict[str, Any]:
    bond, granted = row.bond, row.granted
    return {
        "slug": row.customer.slug,
        "name": row.customer.name,
        "company": row.record.company,
        "language": row.customer.language,
        "by": party_of(bond.account) if bond else None,
        "domain": bond.domain.name if bond and bond.domain else None,
        "since": bond.begun_at if bond else None,
        "level": row.level,
        "level_since": granted.begun_at if granted else None,
        "asked_at": row.asked_at,
    }
