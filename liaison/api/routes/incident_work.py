"""People's work on an incident: its story, comments, who has it, and what was learned."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import incident_work as shapes
from liaison.api.shapes import incidents as incident_shapes
from liaison.health.access import incident_for, sees_addresses, visible_comments, who_may_have
from liaison.health.actions import comment_incident, give_incident, write_note
from liaison.health.lately import changed_lately
from liaison.health.proof import proof_of
from liaison.health.timeline import timeline_of
from liaison.health.vocabulary import IncidentCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid

operations = Operations("incidents")


@operations.get(
    "/incidents/{incident_id}/timeline", shapes.Timeline, _("Read the story of an incident, and what changed before")
)
def read_timeline(request: HttpRequest, incident_id: str) -> shapes.Timeline:
    """Show everything in order, the newest last, in your language: seen, told, said and done."""
    actor = actor_of(request)
    incident = incident_for(actor, incident_id)
    addresses = sees_addresses(actor, incident.environment.integration.account)
    proof = proof_of(incident, language=get_language() or "en", addresses=addresses, staff=actor.is_staff)
    return shapes.Timeline(
        entries=[shapes.TimelineEntry.of(line) for line in timeline_of(incident, actor, proof)],
        changed_before=[shapes.ChangeBefore.of(change) for change in changed_lately(incident, actor)],
    )


@operations.get("/incidents/{incident_id}/comments", list[shapes.Comment], _("List the comments on an incident"))
def list_comments(request: HttpRequest, incident_id: str) -> list[shapes.Comment]:
    """List them in their order. Internal ones are for staff alone."""
    actor = actor_of(request)
    return [shapes.Comment.of(one) for one in visible_comments(actor, incident_for(actor, incident_id))]


@operations.write(
    "POST", "/incidents/{incident_id}/comments", shapes.Comment, _("Comment on an incident"), status=HTTPStatus.CREATED
)
def create_comment(request: HttpRequest, incident_id: str, body: shapes.CommentBody) -> Status[shapes.Comment]:
    actor = actor_of(request)
    incident = incident_for(actor, incident_id)
    made = comment_incident(actor=actor, incident=incident, text=body.text, is_internal=body.is_internal, now=utc_now())
    return Status(HTTPStatus.CREATED, shapes.Comment.of(made))


@operations.write(
    "PUT", "/incidents/{incident_id}/owner", incident_shapes.Incident, _("Take an incident, or give it to somebody")
)
def set_owner(request: HttpRequest, incident_id: str, body: shapes.OwnerBody) -> incident_shapes.Incident:
    """Let `owner` have it: the id of a user, your own or a colleague's; null lets nobody have it."""
    actor = actor_of(request)
    incident = incident_for(actor, incident_id)
    owner = None
    if body.owner is not None:
        candidates = (actor, *who_may_have(actor, incident))
        owner = next((one for one in candidates if one.public_id == body.owner), None)
        if owner is None:
            raise Invalid((FieldProblem("owner", IncidentCode.UNKNOWN_OWNER),))
    return incident_shapes.Incident.of(give_incident(actor=actor, incident=incident, owner=owner, now=utc_now()))


@operations.write(
    "PUT", "/incidents/{incident_id}/note", incident_shapes.Incident, _("Write what was learned from an incident")
)
def set_note(request: HttpRequest, incident_id: str, body: shapes.NoteBody) -> incident_shapes.Incident:
    """Write it once the incident is over; an empty text takes it away."""
    actor = actor_of(request)
    incident = incident_for(actor, incident_id)
    return incident_shapes.Incident.of(write_note(actor=actor, incident=incident, text=body.text, now=utc_now()))
