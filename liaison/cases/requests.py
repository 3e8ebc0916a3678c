"""What somebody asks of a case: the arguments of the verbs, as pages, API and inbound mail fill them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from liaison.accounts.models import Account
from liaison.cases.models import Case
from liaison.cases.vocabulary import CaseState, CloseReason, EscalationReason, LinkKind, Via
from liaison.catalog.vocabulary import CaseSeverity
from liaison.health.models import Incident
from liaison.integrations.models import Integration


@dataclass(frozen=True, slots=True)
class PersonalDataSaid:
    """Somebody sends personal data all the same: which kinds (values of `PersonalKind`), and why (D9)."""

    kinds: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be filed. Keys of the catalog in `product`, `category`, `answers` and `criterion`.

    `files` are public ids of files that the actor sent. `incidents` are about the same thing. `follows` is the closed
    case that this one goes on with. With a `submission` (up to 40 characters, made by the form or the program) the
    same one sent twice is one case.
    """

    account: Account
    product: str
    title: str
    description: str
    category: str
    answers: Mapping[str, Any]
    severity: CaseSeverity
    language: str
    time_zone: str
    integration: Integration | None = None
    criterion: str = ""
    files: tuple[str, ...] = ()
    incidents: tuple[Incident, ...] = ()
    follows: Case | None = None
    personal_data: PersonalDataSaid | None = None
    submission: str | None = None
    via: Via = Via.PORTAL


@dataclass(frozen=True, slots=True)
class DeletionAsked:
    """An attachment (public id) that support is asked to delete, and why."""

    attachment: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseLinked:
    """Another case, by its number, that the case is linked with."""

    number: str
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Sending:
    """One Send: what was written and every change collected before it (D7). Nothing of it at all is refused.

    `close` closes, with `text` as what is said about it. `escalate` needs `justification`. `set_state` is for staff.
    `expected_version` is the `Case.version` that the sender saw; None does not ask.
    """

    text: str = ""
    severity: CaseSeverity | None = None
    severity_reason: str = ""
    close: CloseReason | None = None
    escalate: EscalationReason | None = None
    justification: str = ""
    files: tuple[str, ...] = ()
    ask_deletion: tuple[DeletionAsked, ...] = ()
    set_state: CaseState | None = None
    personal_data: PersonalDataSaid | None = None
    expected_version: int | None = None
    via: Via = Via.PORTAL


@dataclass(frozen=True, slots=True)
class CloseResult:
    """What became of one case of many that were to be closed: closed, or refused with a code and its facts.

    `title` is empty where the actor does not see the case.
    """

    number: str
    title: str
    refusal: StrEnum | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
