"""Drills and test messages: whether the people of an account answer, and how fast."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts.access import account_for
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import drills as shapes
from liaison.drills import access, actions
from liaison.drills.models import Drill, TestMessage
from liaison.drills.proof import proof_of
from liaison.drills.results import results_of, summaries_of
from liaison.lib.clock import utc_now
from liaison.notifications.models import AcknowledgedVia

operations = Operations("drills")
_DRILLS = "/accounts/{slug}/drills"
_SCHEDULE = "/accounts/{slug}/drill-schedule"
_TESTS = "/accounts/{slug}/test-messages"


@operations.get(_DRILLS, Page[shapes.Drill], _("List the drills of an account, the newest first"))
def list_drills(request: HttpRequest, slug: str, window: Asked) -> Page[shapes.Drill]:
    actor = actor_of(request)
    drills = access.drills_for(actor, account_for(actor, slug))
    return page_of(drills, window, lambda drill: shapes.Drill.of(summaries_of([drill])[0]), newest_first=True)


@operations.write("POST", _DRILLS, shapes.DrillWithTimes, _("Start a drill"), status=201)
def start_drill(request: HttpRequest, slug: str, body: shapes.NewDrill) -> Status[shapes.DrillWithTimes]:
    """Tell the people of the field at once, marked as a drill. Nobody else is told, and nobody is alarmed."""
    actor = actor_of(request)
    drill = actions.start_drill(
        actor=actor,
        account=account_for(actor, slug),
        field=body.field,
        everybody=body.everybody,
        is_announced=body.announced,
        now=utc_now(),
    )
    return Status(201, _shown(drill))


@operations.get("/drills/{drill_id}", shapes.DrillWithTimes, _("Read a drill with everybody’s times"))
def read_drill(request: HttpRequest, drill_id: str) -> shapes.DrillWithTimes:
    return _shown(access.drill_for(actor_of(request), drill_id))


@operations.write("POST", "/drills/{drill_id}/stop", shapes.DrillWithTimes, _("Stop a drill that is under way"))
def end_drill(request: HttpRequest, drill_id: str) -> shapes.DrillWithTimes:
    actor = actor_of(request)
    return _shown(actions.end_drill(actor=actor, drill=access.drill_for(actor, drill_id), now=utc_now()))


@operations.write(
    "POST", "/drills/{drill_id}/answer", shapes.DrillWithTimes, _("Answer a drill, as somebody whom it told")
)
def answer_drill(request: HttpRequest, drill_id: str) -> shapes.DrillWithTimes:
    """Keep the first answer: a second of the same person changes nothing."""
    actor = actor_of(request)
    drill = access.drill_for(actor, drill_id)
    return _shown(actions.answer_drill(actor=actor, drill=drill, via=AcknowledgedVia.API, now=utc_now()))


@operations.get(_SCHEDULE, shapes.Schedule | None, _("Read the schedule of an account’s drills"))
def read_drill_schedule(request: HttpRequest, slug: str) -> shapes.Schedule | None:
    """Null where no drill begins by itself."""
    actor = actor_of(request)
    found = access.schedule_for(actor, account_for(actor, slug))
    return None if found is None else shapes.Schedule.of(found)


@operations.write("PUT", _SCHEDULE, shapes.Schedule, _("Change, pause or resume the schedule of an account’s drills"))
def change_drill_schedule(request: HttpRequest, slug: str, body: shapes.ScheduleChange) -> shapes.Schedule:
    actor = actor_of(request)
    kept = actions.change_drill_schedule(actor=actor, account=account_for(actor, slug), wish=body.wish(), now=utc_now())
    return shapes.Schedule.of(kept)


@operations.write("POST", _TESTS, shapes.TestMessage, _("Send a test message to a contact"), status=201)
def send_test_message(request: HttpRequest, slug: str, body: shapes.NewTestMessage) -> Status[shapes.TestMessage]:
    """At most five to one contact within an hour."""
    actor = actor_of(request)
    test = actions.send_test_message(
        actor=actor, account=account_for(actor, slug), contact=body.contact, way=body.way, now=utc_now()
    )
    return Status(201, _shown_test(test))


@operations.get("/test-messages/{test_id}", shapes.TestMessage, _("Read what became of a test message"))
def read_test_message(request: HttpRequest, test_id: str) -> shapes.TestMessage:
    return _shown_test(access.tested_for(actor_of(request), test_id))


def _shown(drill: Drill) -> shapes.DrillWithTimes:
    return shapes.DrillWithTimes.with_times(results_of(drill))


def _shown_test(test: TestMessage) -> shapes.TestMessage:
    return shapes.TestMessage.of(test, proof_of(test, utc_now()))
