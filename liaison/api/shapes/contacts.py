"""Contact information (C2): what is read is what is sent back, with a few facts beside it."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, Moment, Person, Text, Version
from liaison.api.shapes.integrations import Brand, Integration
from liaison.catalog.vocabulary import ContactField, Requirement
from liaison.contacts.formshape import MOST_BRANDS, MOST_ENTRIES, MOST_HOURS
from liaison.contacts.score import Weakness
from liaison.contacts.vocabulary import Verification
from liaison.integrations.models import EnvironmentName


class ContactEntry(Body):
    """A user of the account (`identity`, its id) or an `address`. Empty language and zone: the person's own."""

    identity: Text = ""
    address: Text = ""
    name: Text = ""
    language: Text = ""
    time_zone: Text = ""
    is_shared_alias: bool = False
    pages_somebody: bool = False


class SharedContact(Body):
    """The alias that consumers of a brand get. `brand` is its id; empty means the default brand."""

    brand: Text = ""
    address: Text = ""


class SupportHours(Body):
    """`days` are ISO weekdays, 1 is Monday. An end before the start is on the next day; 24:00 is an end."""

    days: Annotated[list[Annotated[int, Field(strict=True, ge=1, le=7)]], Field(max_length=7)] = []
    start: Text = ""
    end: Text = ""
    time_zone: Text = ""


Entries = Annotated[list[ContactEntry], Field(max_length=MOST_ENTRIES)]
SharedContacts = Annotated[list[SharedContact], Field(max_length=MOST_BRANDS)]
AllHours = Annotated[list[SupportHours], Field(max_length=MOST_HOURS)]


class Digest(Schema):
    """Whether merchant issues and user escalations that are not urgent wait for the support hours.

    `holiday_region` is a code such as `KR` or `US-CA`, or empty: on its public holidays the hours do not open.
    `opens_at` is when something that waits and was raised now would go; null while the hours are open.
    """

    waits_for_hours: bool
    holiday_region: str
    opens_at: Moment | None


class DigestChange(Body):
    waits_for_hours: bool
    holiday_region: Annotated[str, Field(max_length=12)] = ""


class ContactFields(Body):
    """Every field of the form. What is left out is empty."""

    alert_contacts: Entries | None = None
    technical_emergency_contacts: Entries | None = None
    technical_non_emergency_contacts: Entries | None = None
    merchant_issue_contacts: Entries | None = None
    operator_contacts: Entries | None = None
    shared_contact: SharedContacts | None = None
    support_hours: AllHours | None = None

    def form(self) -> dict[str, Any]:
        """Return what the verbs take: a mapping from fields to rows."""
        names = {field.value for field in ContactField}
        return {name: rows for name, rows in self.model_dump(include=names).items() if rows is not None}


class ContactInformationChange(ContactFields):
    """The whole record as it should be. `version` is the one that was seen; another one answers 409.

    In the sandbox `alert_contacts` must be left out: they can be given in production only, and stay as they are.
    """

    version: Version
    draft_revision: Version = 0


class DraftChange(ContactFields):
    """The form as it is so far, right or wrong. `revision` is the draft that was seen, 0 for none."""

    version: Version
    revision: Version = 0


class Confirmation(Body):
    version: Version


class Completeness(Schema):
    """Whether everything that the account's integrations require is there. `is_gated`: the rest is locked."""

    is_complete: bool
    is_gated: bool
    missing: list[ContactField]
    requirements: dict[ContactField, Requirement]


class ContactInformation(ContactFields):
    """The record of an account, as one environment shows it. `read_only` names fields that it cannot change."""

    account: str
    environment: EnvironmentName
    version: int
    read_only: list[ContactField]
    completeness: Completeness
    integrations: list[Integration]
    brands: list[Brand]
    changed_at: Moment | None
    changed_by: Person | None
    confirmed_at: Moment | None
    confirmed_by: Person | None
    first_completed_at: Moment | None


class ReachabilityReason(Schema):
    """One thing that makes the account harder to reach. `points` are missing to 100; `count` is how many entries."""

    code: Weakness
    points: int
    count: int
    fields: list[ContactField]
    text: str


class NamedContact(Schema):
    """Whoever is named at one address, with all their fields, and how it stands with them.

    `answer` is what the other server said where mail does not arrive; `last_mail_at` when they were told last.
    """

    address: str
    name: str
    fields: list[ContactField]
    verification: Verification
    since: Moment | None
    why: str
    answer: str
    last_mail_at: Moment | None


class Reachability(Schema):
    """How well an account can be reached: 0 to 100 points, null where nothing is asked of it."""

    points: int | None
    reasons: list[ReachabilityReason]
    contacts: list[NamedContact]


class VerificationMail(Body):
    """Whom to mail: an address that is named, also that of a user."""

    address: Text


class VerificationCode(Body):
    """The six digits that the reader of an address read out."""

    address: Text
    code: Text


class ContactDraft(Schema):
    """What was typed so far, shared by everyone who may edit. `contacts` holds the fields as they were typed."""

    revision: int
    based_on_version: int
    saved_at: Moment
    saved_by: Person | None
    contacts: dict[str, Any]


class ContactChange(Schema):
    """One event of the record's history. `changes` has `[before, after]` for each changed field, as ids and values."""

    at: Moment
    event: str
    by: Person | None
    changes: dict[str, Any]
