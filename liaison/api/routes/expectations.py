"""What is expected of partners: reading it, answering it, and, for staff, changing and closing it (S7)."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema, Status
from pydantic import Field

from liaison.accounts.models import Identity
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import expectations as shapes
from liaison.expectations import access, actions
from liaison.expectations.models import Expectation
from liaison.expectations.subjects import describe
from liaison.expectations.vocabulary import AnsweredVia
from liaison.lib.clock import utc_now

operations = Operations("expectations")
_ONE = "/expectations/{expectation_id}"


class ExpectationFilter(Schema):
    """Which ones are asked for."""

    overdue: Annotated[bool | None, Field(description="Only what is overdue, or only what is not.")] = None
    open: Annotated[bool | None, Field(description="Only what is open, or only what is closed.")] = None
    account: Annotated[str, Field(max_length=63, description="Only of this account.")] = ""


@operations.get(
    "/expectations",
    Page[shapes.Expectation],
    _("List what is expected of partners, newest first"),
    open_at_the_gate=True,
)
def list_expectations(
    request: HttpRequest, window: Asked, wanted: Annotated[ExpectationFilter, Query()]
) -> Page[shapes.Expectation]:
    actor, now = actor_of(request), utc_now()
    access.require_expectations(actor)
    found = access.visible_expectations(actor)
    if wanted.open is not None:
        found = found.filter(closed_at__isnull=wanted.open)
    if wanted.overdue is not None:
        overdue = {"closed_at": None, "due_at__lte": now}
        found = found.filter(**overdue) if wanted.overdue else found.exclude(**overdue)
    if wanted.account:
        found = found.filter(account__slug=wanted.account.replace("\x00", ""))
    return page_of(found, window, lambda one: shapes.Expectation.of(one, now), newest_first=True)


@operations.get(
    _ONE, shapes.ExpectationWithAnswers, _("Read what is expected, and what was answered"), open_at_the_gate=True
)
def read_expectation(request: HttpRequest, expectation_id: str) -> shapes.ExpectationWithAnswers:
    return _shown(access.expectation_for(actor_of(request), expectation_id))


@operations.write(
    "POST",
    f"{_ONE}/answers",
    shapes.ExpectationWithAnswers,
    _("Answer what is expected: seen, working or solved"),
    status=201,
    open_at_the_gate=True,
)
def answer_expectation(
    request: HttpRequest, expectation_id: str, body: shapes.NewAnswer
) -> Status[shapes.ExpectationWithAnswers]:
    actor = actor_of(request)
    found = access.expectation_for(actor, expectation_id)
    actions.answer_expectation(actor=actor, expectation=found, **body.dict(), via=AnsweredVia.API, now=utc_now())
    return Status(201, _again(actor, found))


@operations.write("PUT", _ONE, shapes.ExpectationWithAnswers, _("Change what is expected, or by when"))
def change_expectation(
    request: HttpRequest, expectation_id: str, body: shapes.ExpectationChange
) -> shapes.ExpectationWithAnswers:
    actor = actor_of(request)
    found = access.expectation_for(actor, expectation_id)
    return _shown(actions.change_expectation(actor=actor, expectation=found, **body.dict(), now=utc_now()))


@operations.write("PUT", f"{_ONE}/closure", shapes.ExpectationWithAnswers, _("Expect nothing any more"))
def close_expectation(request: HttpRequest, expectation_id: str) -> shapes.ExpectationWithAnswers:
    actor = actor_of(request)
    found = access.expectation_for(actor, expectation_id)
    return _shown(actions.close_expectation(actor=actor, expectation=found, now=utc_now()))


def _again(actor: Identity, found: Expectation) -> shapes.ExpectationWithAnswers:
    return _shown(access.expectation_for(actor, found.public_id))


def _shown(found: Expectation) -> shapes.ExpectationWithAnswers:
    subject = describe([found]).get((found.subject_kind, found.subject_id))
    return shapes.ExpectationWithAnswers(
        **shapes.Expectation.of(found, utc_now()).dict(),
        about=subject.title if subject else "",
        page=subject.path if subject else "",
        answers=[shapes.AnswerGiven.of(one) for one in found.answers.select_related("by").order_by("pk")],
    )
