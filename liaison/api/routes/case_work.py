"""What belongs to a case: its attachments, internal notes and links."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from ninja import Query, Status

from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import case_bodies as bodies
from liaison.api.shapes import cases as shapes
from liaison.cases import access, actions, queries
from liaison.cases.access import attachment_for, case_for
from liaison.cases.delegated.proving import Way, note_seen
from liaison.cases.opening import note_opened
from liaison.cases.vocabulary import CaseCode, CaseRight
from liaison.files import scanning
from liaison.files.codes import FileCode
from liaison.files.serving import file_response
from liaison.files.vocabulary import ScanState
from liaison.health.access import incident_for
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, FieldProblem, Invalid

operations = Operations("cases")
LinkedQuery = Annotated[bodies.Linked, Query()]
_CASE: Final = "/cases/{number}"
_ATTACHMENT: Final = "/case-attachments/{attachment_id}"
_HELD: Final = {
    ScanState.INFECTED.value: FileCode.FOUND_INFECTED,
    ScanState.TOO_LARGE.value: FileCode.NOT_SCANNED_TOO_LARGE,
}


@operations.get(
    f"{_CASE}/attachments", list[shapes.Attachment], _("List the attachments of a case"), open_at_the_gate=True
)
def list_case_attachments(request: HttpRequest, number: str) -> list[shapes.Attachment]:
    """List them in the order in which they came, deleted ones too."""
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    note_seen(actor, case, Way.API, now)
    return [shapes.Attachment.of(one) for one in queries.attachments_of(actor, case, now)]


@operations.get(f"{_ATTACHMENT}/content", None, _("Download an attachment"), open_at_the_gate=True)
def download_case_attachment(request: HttpRequest, attachment_id: str) -> HttpResponseBase:
    """Answer with the file itself, whole or the range asked for. A deleted or infected one is refused (409)."""
    actor, now = actor_of(request), utc_now()
    attachment = attachment_for(actor, attachment_id, now)
    if attachment.deleted_at is not None:
        raise Conflict(CaseCode.ATTACHMENT_DELETED)
    if not scanning.may_be_given_out(attachment.file):
        raise Conflict(_HELD.get(attachment.file.scan_state, FileCode.HELD), name=attachment.file.name)
    response = file_response(request, attachment.file)
    if response.status_code in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        note_opened(actor=actor, attachment=attachment, now=now)
    return response


@operations.write(
    "POST",
    f"{_ATTACHMENT}/deletion",
    shapes.Attachment,
    _("Delete the content of an attachment"),
    open_at_the_gate=True,
)
def delete_case_attachment(request: HttpRequest, attachment_id: str, body: bodies.DeletionBody) -> shapes.Attachment:
    """Delete it, as support: name, size, SHA-256 and the reason stay. Others ask for it with an update."""
    actor, now = actor_of(request), utc_now()
    attachment = attachment_for(actor, attachment_id, now)
    done = actions.delete_attachment(actor=actor, attachment=attachment, reason=body.reason, now=now)
    return shapes.Attachment.of(done)


@operations.get(f"{_CASE}/notes", list[shapes.Note], _("Read the internal notes of a case"), open_at_the_gate=True)
def list_case_notes(request: HttpRequest, number: str) -> list[shapes.Note]:
    """Read what staff say to staff. No account has this right."""
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    access.require(actor, case, CaseRight.NOTE, now)
    return [shapes.Note.of(note) for note in queries.notes_of(actor, case, now)]


@operations.write(
    "POST",
    f"{_CASE}/notes",
    shapes.Note,
    _("Write an internal note"),
    status=201,
    open_at_the_gate=True,
)
def create_case_note(request: HttpRequest, number: str, body: bodies.NewNote) -> Status[shapes.Note]:
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    note = actions.add_note(
        actor=actor,
        case=case,
        text=body.text,
        files=body.files,
        personal_data=body.personal_data.said() if body.personal_data else None,
        expected_version=body.expected_version,
        now=now,
    )
    return Status(201, shapes.Note.of(queries.notes_of(actor, case, now).get(pk=note.pk)))


@operations.write(
    "POST",
    f"{_CASE}/links",
    shapes.Case,
    _("Link a case with another one, or with an incident"),
    open_at_the_gate=True,
    body_names_object=True,
)
def link_case(request: HttpRequest, number: str, body: bodies.LinkBody) -> shapes.Case:
    """Name a `case` or an `incident` of the same account that you see. The link is shown to whoever sees both."""
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    access.require(actor, case, CaseRight.CHANGE, now)
    _one_of(body.case, body.incident)
    if body.case:
        other = case_for(actor, body.case, now)
        actions.link_case(actor=actor, case=case, other=other, kind=body.kind, now=now)
    else:
        actions.link_incident(actor=actor, case=case, incident=incident_for(actor, body.incident), now=now)
    now = utc_now()
    linked = case_for(actor, number, now)
    note_seen(actor, linked, Way.API, now)
    return shapes.Case.of_reader(linked, actor, now)


@operations.write("DELETE", f"{_CASE}/links", None, _("Take a link of a case away"), status=204, open_at_the_gate=True)
def unlink_case(request: HttpRequest, number: str, linked: LinkedQuery) -> Status[None]:
    """Name the `case` or the `incident` that the case is no longer linked with."""
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    access.require(actor, case, CaseRight.CHANGE, now)
    _one_of(linked.case, linked.incident)
    if linked.case:
        actions.unlink_case(actor=actor, case=case, other=case_for(actor, linked.case, now), now=now)
    else:
        actions.unlink_incident(actor=actor, case=case, incident=incident_for(actor, linked.incident), now=now)
    return Status(204, None)


def _one_of(case: str, incident: str) -> None:
    if bool(case) == bool(incident):
        raise Invalid((FieldProblem("case", CaseCode.LINK_WITH_WHAT),))
