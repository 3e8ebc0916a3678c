"""Cases, and what happens in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from ninja import Schema
from pydantic import Field

from liaison.accounts.models import Identity
from liaison.api.shapes.common import Moment
from liaison.cases import access, models, near, queries
from liaison.cases.lists.facts import Facts
from liaison.cases.lists.statements import moment_of
from liaison.cases.requests import CloseResult, NewCase
from liaison.cases.saying import Known, sentences
from liaison.cases.vocabulary import (
    CaseRight,
    CaseState,
    CloseReason,
    LinkKind,
    UrgentState,
    Via,
)
from liaison.catalog.vocabulary import CaseSeverity
from liaison.files.vocabulary import ScanState
from liaison.health.models import Incident
from liaison.lib.refusals import Missing

SeverityKey = Literal["critical", "high", "medium", "low"]
Number = Annotated[str, Field(max_length=40)]
Id = Annotated[str, Field(max_length=40)]


def severity_of(key: SeverityKey) -> CaseSeverity:
    return CaseSeverity[key.upper()]


def key_of(severity: int) -> SeverityKey:
    return CaseSeverity(severity).key  # type: ignore[return-value]  # the four names


def _moment_of(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else moment_of(microseconds)


class CaseLine(Schema):
    """A case in a list. `version` counts what was sent: give it as `expected_version` and nothing is overwritten."""

    number: str
    account: str
    title: str
    state: CaseState
    severity: SeverityKey
    product: str
    category: str
    integration: str | None
    urgent_state: UrgentState | None
    filed_by: str
    created_at: Moment
    updated_at: Moment
    escalated_at: Moment | None
    closed_at: Moment | None
    version: int

    @classmethod
    def of(cls, case: Facts) -> CaseLine:
        """Show a case of a list. Our own values are not checked again, which would take as long as reading them."""
        return cls.model_construct(
            number=case.number,
            account=case.account,
            title=case.title,
            state=CaseState(case.state),
            severity=key_of(case.severity),
            product=case.product,
            category=case.category,
            integration=case.integration,
            urgent_state=UrgentState(case.urgent_state) if case.urgent_state else None,
            filed_by=case.filed_by,
            created_at=moment_of(case.created_at),
            updated_at=moment_of(case.updated_at),
            escalated_at=_moment_of(case.escalated_at),
            closed_at=_moment_of(case.closed_at),
            version=case.version,
        )

    @staticmethod
    def values_of(case: models.Case) -> dict[str, Any]:
        return {
            "number": case.number,
            "account": case.account.slug,
            "title": case.title,
            "state": CaseState(case.state),
            "severity": key_of(case.severity),
            "product": case.product,
            "category": case.category,
            "integration": case.integration.public_id if case.integration else None,
            "urgent_state": UrgentState(case.urgent_state) if case.urgent_state else None,
            "filed_by": case.filed_by.name if case.filed_by else "",
            "created_at": case.created_at,
            "updated_at": case.updated_at,
            "escalated_at": case.escalated_at,
            "closed_at": case.closed_at,
            "version": case.version,
        }


class RelatedCase(Schema):
    """A case that this one follows, that follows it, or that is linked with it; then `link` says how."""

    number: str
    title: str
    state: CaseState
    link: LinkKind | None


class Case(CaseLine):
    """A whole case. `related` and `incidents` are those that you see; `may` is what you may do with it.

    `reopenable_until` is the last moment at which your account can reopen it, in your time zone; null while it is
    open. What was written to it are its updates.
    """

    language: str
    time_zone: str
    filed_via: Via
    answers: dict[str, Any]
    criterion: str
    closed_by: str
    close_reason: CloseReason | None
    reopenable_until: Moment | None
    follows: str | None
    related: list[RelatedCase]
    incidents: list[str]
    may: list[CaseRight]

    @classmethod
    def of_reader(cls, case: models.Case, reader: Identity, now: datetime) -> Case:
        """Show a case as `access.case_for` read it."""
        related = near.related_cases(reader, case, now)
        return cls._of(case, related, near.near_incidents(reader, case), reader, now)

    @classmethod
    def of_filer(cls, case: models.Case, new: NewCase, filer: Identity, now: datetime) -> Case:
        """Show a case to whoever filed it right now: it has to do with what it was filed with, and with nothing else.

        Raises Missing for a filer who sees no cases.
        """
        related = (near.Related.of(new.follows),) if new.follows else ()
        shown = cls._of(case, related, new.incidents, filer, now)
        if not shown.may:
            raise Missing
        return shown

    @classmethod
    def _of(
        cls,
        case: models.Case,
        related: Sequence[near.Related],
        incidents: Sequence[Incident | near.NearIncident],
        reader: Identity,
        now: datetime,
    ) -> Case:
        until = queries.last_moment_to_reopen(case)
        return cls(
            **CaseLine.values_of(case),
            language=case.language,
            time_zone=case.time_zone,
            filed_via=Via(case.filed_via),
            answers=case.answers,
            criterion=case.criterion,
            closed_by=case.closed_by.name if case.closed_by else "",
            close_reason=CloseReason(case.close_reason) if case.close_reason else None,
            reopenable_until=until.astimezone(ZoneInfo(reader.effective_time_zone)) if until else None,
            follows=next((one.number for one in related if one.pk == case.follows_id), None),
            related=[
                RelatedCase(
                    number=one.number,
                    title=one.title,
                    state=CaseState(one.state),
                    link=LinkKind(one.link) if one.link else None,
                )
                for one in related
            ],
            incidents=[one.public_id for one in sorted(incidents, key=lambda one: one.pk, reverse=True)],
            may=sorted(access.rights_on(reader, case, now)),
        )


class Attachment(Schema):
    """A file in a case. Of a deleted one everything stays but the content; `is_internal` ones only staff see."""

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    scan_state: ScanState
    is_internal: bool
    deleted_at: Moment | None
    deleted_by: str
    deleted_because: str

    @classmethod
    def of(cls, attachment: models.Attachment) -> Attachment:
        file = attachment.file
        return cls(
            id=attachment.public_id,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            scan_state=ScanState(file.scan_state),
            is_internal=attachment.note_id is not None,
            deleted_at=attachment.deleted_at,
            deleted_by=attachment.deleted_by.name if attachment.deleted_by else "",
            deleted_because=attachment.deleted_because,
        )


class Update(Schema):
    """One Send: what was written and what it changed. `sentences` say the changes in your language.

    `by` is a name, empty for a user who is gone and for the portal itself.
    """

    id: str
    position: int
    at: Moment
    by: str
    is_by_staff: bool
    via: Via
    text: str
    changes: list[dict[str, Any]]
    sentences: list[str]
    attachments: list[Attachment]
    personal_data: dict[str, Any]

    @classmethod
    def of(cls, update: models.CaseUpdate, known: Known) -> Update:
        return cls(
            id=update.public_id,
            position=update.position,
            at=update.at,
            by=update.by.name if update.by else "",
            is_by_staff=update.is_by_staff,
            via=Via(update.via),
            text=update.text,
            changes=queries.without_unseen(update.changes, known),
            sentences=list(sentences(update.changes, known)),
            attachments=[Attachment.of(one) for one in update.attachments.all()],
            personal_data=update.personal_data,
        )


class Note(Schema):
    """What staff say to staff: no account ever sees it."""

    id: str
    at: Moment
    by: str
    text: str
    attachments: list[Attachment]

    @classmethod
    def of(cls, note: models.InternalNote) -> Note:
        return cls(
            id=note.public_id,
            at=note.at,
            by=note.by.name if note.by else "",
            text=note.text,
            attachments=[Attachment.of(one) for one in note.attachments.all()],
        )


class Closed(Schema):
    """What became of one case: `refusal` is empty where it was closed, else a code, which `detail` puts into words."""

    number: str
    title: str
    refusal: str
    detail: str

    @classmethod
    def of(cls, result: CloseResult, detail: str) -> Closed:
        refusal = result.refusal.value if result.refusal is not None else ""
        return cls(number=result.number, title=result.title, refusal=refusal, detail=detail)
