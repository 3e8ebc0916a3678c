"""What is sent to cases: a new one, a Send, a note, what links them, which are to be closed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.cases import Id, Number, SeverityKey
from liaison.api.shapes.common import Body, Version
from liaison.cases.requests import PersonalDataSaid
from liaison.cases.vocabulary import CloseReason, EscalationReason, LinkKind


class PersonalData(Body):
    """Which kinds of personal data are sent all the same, and why."""

    kinds: Annotated[list[Id], Field(max_length=20)]
    reason: Annotated[str, Field(max_length=500)]

    def said(self) -> PersonalDataSaid:
        return PersonalDataSaid(frozenset(self.kinds), self.reason)


class NewCaseBody(Body):
    """A case to be filed: one issue. Without `account` and `customer` it is filed for your own account.

    `customer` is one whose cases your account files and manages; where it has not granted that, the answer is 403 with
    the reason. Without `language` and `time_zone` the customer's are taken.
    With a `submission` of your own choosing, the same one sent twice is one case. `files` are ids of files that you
    sent before. `product`, `category`, `answers` and `criterion` are keys of the catalog.
    """

    account: Annotated[str, Field(max_length=63)] = ""
    customer: Annotated[str, Field(max_length=63)] = ""
    product: Id
    title: str
    description: str
    category: Annotated[str, Field(max_length=64)]
    answers: dict[str, Any] = {}
    severity: SeverityKey
    language: str = ""
    time_zone: str = ""
    integration: Id | None = None
    criterion: Id = ""
    files: Annotated[list[Id], Field(max_length=100)] = []
    incidents: Annotated[list[Id], Field(max_length=50)] = []
    follows: Number | None = None
    personal_data: PersonalData | None = None
    submission: Annotated[str, Field(max_length=40)] | None = None


class DeletionAskedBody(Body):
    attachment: Id
    reason: str


class SendBody(Body):
    """One Send: everything in it takes effect at once, or nothing does. `set_state` is for support."""

    text: str = ""
    severity: SeverityKey | None = None
    severity_reason: str = ""
    close: CloseReason | None = None
    escalate: EscalationReason | None = None
    justification: str = ""
    files: Annotated[list[Id], Field(max_length=100)] = []
    ask_deletion: Annotated[list[DeletionAskedBody], Field(max_length=100)] = []
    set_state: Literal["in_progress", "action_required", "solution_provided"] | None = None
    personal_data: PersonalData | None = None
    expected_version: Version | None = None


class ReopenBody(Body):
    reason: str
    personal_data: PersonalData | None = None
    expected_version: Version | None = None


class NewNote(Body):
    text: str
    files: Annotated[list[Id], Field(max_length=100)] = []
    personal_data: PersonalData | None = None
    expected_version: Version | None = None


class DeletionBody(Body):
    reason: str


class Linked(Schema):
    """What a case is linked with: another case by its number, or an incident by its id."""

    case: Number = ""
    incident: Id = ""


class LinkBody(Body):
    """What to link a case with; `kind` is for cases."""

    case: Number = ""
    incident: Id = ""
    kind: LinkKind = LinkKind.RELATED


class ClosingBody(Body):
    """Cases to be closed for one reason; `other` needs a text."""

    numbers: Annotated[list[Number], Field(max_length=200)]
    reason: CloseReason
    text: str = ""
