"""Cases: found, read, filed, written to, closed and reopened."""

from __future__ import annotations

from typing import Annotated, Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema, Status
from pydantic import Field

from liaison.accounts.access import account_for
from liaison.accounts.models import Account, Identity
from liaison.api.bearer import actor_of
from liaison.api.codes import ValueCode
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import case_bodies as bodies
from liaison.api.shapes import cases as shapes
from liaison.cases import actions, queries
from liaison.cases.access import case_for, require_filing
from liaison.cases.delegated.proving import Way, note_seen
from liaison.cases.lists.asking import is_place, listing, reader_of
from liaison.cases.lists.facts import facts_of
from liaison.cases.lists.wanted import Sort, Wanted, Whose
from liaison.cases.models import CaseUpdate
from liaison.cases.requests import DeletionAsked, NewCase, Sending
from liaison.cases.vocabulary import CaseState, Via
from liaison.delegation.access import customer_for
from liaison.filing.vocabulary import FilingCode
from liaison.health.access import incident_for
from liaison.integrations.access import integration_for
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.web import wording

operations = Operations("cases")
_CASE: Final = "/cases/{number}"


class CaseFilter(Schema):
    """Which cases; nothing given means all that you see. `state` and `severity` may be given several times.

    `q` are words or a number; then at most 1,000 cases are found. `whose` narrows to those that you filed (mine), that
    are shared with you, or that you follow. `customer` is the same as `account`.
    """

    q: Annotated[str, Field(max_length=200)] = ""
    state: Annotated[list[CaseState], Field(max_length=10)] = []
    severity: Annotated[list[shapes.SeverityKey], Field(max_length=4)] = []
    account: Annotated[str, Field(max_length=63)] = ""
    customer: Annotated[str, Field(max_length=63)] = ""
    integration: shapes.Id = ""
    whose: Whose | None = None
    sort: Sort | None = None


FilterQuery = Annotated[CaseFilter, Query()]


@operations.get("/cases", Page[shapes.CaseLine], _("List and search the cases that you see"), open_at_the_gate=True)
def list_cases(request: HttpRequest, window: Asked, asked: FilterQuery) -> Page[shapes.CaseLine]:
    """List your account's cases and those that are shared with you; for staff, of all accounts that they see.

    Resellers and support partners also get the cases of their customers that they may see.

    The latest update comes first, unless you sort by something else.
    """
    actor, now = actor_of(request), utc_now()
    wanted = Wanted(
        keyword=asked.q.strip(),
        states=tuple(asked.state),
        severities=tuple(shapes.severity_of(key) for key in asked.severity),
        account=asked.account or asked.customer,
        integration=asked.integration,
        whose=asked.whose,
        sort=asked.sort,
        older=window.cursor,
    )
    page = listing(reader_of(actor, now), wanted, window.limit)
    # Among what was searched, a place that was found has something before it.
    is_known = page.newer if wanted.keyword else is_place(window.cursor, wanted.order)
    if window.cursor and not is_known:
        raise Invalid((FieldProblem("cursor", ValueCode.UNKNOWN_CURSOR),))
    found = facts_of([line.number for line in page.lines])
    return Page.model_construct(items=[shapes.CaseLine.of(case) for case in found], next=page.older or None)


@operations.write(
    "POST", "/cases", shapes.Case, _("File a case"), status=201, open_at_the_gate=True, body_names_object=True
)
def file_case(request: HttpRequest, body: bodies.NewCaseBody) -> Status[shapes.Case]:
    """File one issue. What is wrong is said all at once; then personal data that nobody gave a reason for."""
    actor, now = actor_of(request), utc_now()
    new = _new_case(actor, body)
    case = actions.file_case(actor=actor, new=new, now=now)
    if case.created_at == now:
        return Status(201, shapes.Case.of_filer(case, new, actor, now))
    # It was filed before with the same `submission`, and much may have happened to it since.
    before = case_for(actor, case.number, now)
    note_seen(actor, before, Way.API, now)
    return Status(201, shapes.Case.of_reader(before, actor, now))


@operations.get(_CASE, shapes.Case, _("Read a case"), open_at_the_gate=True)
def read_case(request: HttpRequest, number: str) -> shapes.Case:
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    note_seen(actor, case, Way.API, now)
    return shapes.Case.of_reader(case, actor, now)


@operations.get(
    f"{_CASE}/updates", Page[shapes.Update], _("Read what was sent in a case, oldest first"), open_at_the_gate=True
)
def list_case_updates(request: HttpRequest, number: str, window: Asked) -> Page[shapes.Update]:
    """Read every message with what it changed; the first is how the case was filed."""
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    note_seen(actor, case, Way.API, now)
    read: list[CaseUpdate] = []

    def keep(update: CaseUpdate) -> CaseUpdate:
        read.append(update)
        return update

    page = page_of(queries.updates_of(case), window, keep)
    known = queries.known_to(actor, case, read, now)
    return Page(items=[shapes.Update.of(update, known) for update in read], next=page.next)


@operations.write(
    "POST", f"{_CASE}/updates", shapes.Update, _("Write to a case and change it"), status=201, open_at_the_gate=True
)
def send_case_update(request: HttpRequest, number: str, body: bodies.SendBody) -> Status[shapes.Update]:
    """Send a message and any changes. All of it takes effect at once, or nothing does."""
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    update = actions.send_update(actor=actor, case=case, sending=_sending(body), now=now)
    return Status(201, _shown(actor, update))


@operations.write(
    "POST", f"{_CASE}/reopening", shapes.Update, _("Reopen a closed case"), status=201, open_at_the_gate=True
)
def reopen_case(request: HttpRequest, number: str, body: bodies.ReopenBody) -> Status[shapes.Update]:
    """Reopen it until `reopenable_until`; support can always. After that file a new case that `follows` this one."""
    actor, now = actor_of(request), utc_now()
    update = actions.reopen_case(
        actor=actor,
        case=case_for(actor, number, now),
        reason=body.reason,
        personal_data=body.personal_data.said() if body.personal_data else None,
        expected_version=body.expected_version,
        via=Via.API,
        now=now,
    )
    return Status(201, _shown(actor, update))


@operations.write("POST", "/case-closings", list[shapes.Closed], _("Close several cases"), open_at_the_gate=True)
def close_cases(request: HttpRequest, body: bodies.ClosingBody) -> list[shapes.Closed]:
    """Close up to 100 cases for one reason, each by itself: the answer says of each what became of it."""
    results = actions.close_cases(
        actor=actor_of(request), numbers=body.numbers, reason=body.reason, text=body.text, via=Via.API, now=utc_now()
    )
    return [
        shapes.Closed.of(one, "" if one.refusal is None else wording.text(one.refusal, one.facts)) for one in results
    ]


def _shown(actor: Identity, update: CaseUpdate) -> shapes.Update:
    known = queries.known_to(actor, update.case, [update], update.at)
    return shapes.Update.of(queries.updates_of(update.case).get(pk=update.pk), known)


def _new_case(actor: Identity, body: bodies.NewCaseBody) -> NewCase:
    now, account = utc_now(), _account_of(actor, body)
    speaks = account if body.customer else None
    return NewCase(
        account=account,
        product=body.product,
        title=body.title,
        description=body.description,
        category=body.category,
        answers=body.answers,
        severity=shapes.severity_of(body.severity),
        language=body.language or (speaks.language if speaks else actor.effective_language),
        time_zone=body.time_zone or (speaks.time_zone if speaks else actor.effective_time_zone),
        integration=integration_for(actor, body.integration) if body.integration else None,
        criterion=body.criterion,
        files=tuple(body.files),
        incidents=tuple(incident_for(actor, one) for one in dict.fromkeys(body.incidents)),
        follows=case_for(actor, body.follows, now) if body.follows else None,
        personal_data=body.personal_data.said() if body.personal_data else None,
        submission=body.submission,
        via=Via.API,
    )


def _account_of(actor: Identity, body: bodies.NewCaseBody) -> Account:
    """Return whose case it will be. Of a customer that granted too little the reason is said before anything else."""
    if body.customer and body.account not in {"", body.customer}:
        raise Invalid((FieldProblem("account", FilingCode.TWO_ACCOUNTS),))
    if not body.customer:
        return account_for(actor, body.account) if body.account else actor.account
    customer = customer_for(actor, body.customer)
    require_filing(actor, customer)
    return customer


def _sending(body: bodies.SendBody) -> Sending:
    values: dict[str, Any] = {
        "severity": shapes.severity_of(body.severity) if body.severity else None,
        "set_state": CaseState(body.set_state) if body.set_state else None,
        "files": tuple(body.files),
        "ask_deletion": tuple(DeletionAsked(one.attachment, one.reason) for one in body.ask_deletion),
        "personal_data": body.personal_data.said() if body.personal_data else None,
    }
    return Sending(
        text=body.text,
        severity_reason=body.severity_reason,
        close=body.close,
        escalate=body.escalate,
        justification=body.justification,
        expected_version=body.expected_version,
        via=Via.API,
        **values,
    )
