"""Cases that a customer hands over to whoever works for it now; and who could see a case (D5)."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema, Status

from liaison.accounts.models import Account, Identity
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import hand_overs as shapes
from liaison.api.shapes.common import GivenMoment
from liaison.cases import actions
from liaison.cases.access import case_for, refusal_of, require_changing
from liaison.cases.delegated.audience import audience_of, looks_at, reads_access
from liaison.cases.delegated.handing import account_bound, require_handing_over, require_taking_back, targets_of
from liaison.delegation.access import own_customer
from liaison.delegation.actions.writing import signed_in
from liaison.lib.clock import utc_now

operations = Operations("cases")


class At(Schema):
    """Without a moment it is now; one that has not come counts as now."""

    at: GivenMoment | None = None


AtQuery = Annotated[At, Query()]


@operations.get(
    "/hand-overs",
    list[shapes.HandOverTarget],
    _("List whom open cases can be handed over to"),
    open_at_the_gate=True,
    own_alone=True,
)
def list_hand_over_targets(request: HttpRequest) -> list[shapes.HandOverTarget]:
    """List the accounts that work for your account now, with how many open cases each of them cannot see."""
    _actor, customer = _handing_over(request)
    return [shapes.HandOverTarget.of(one) for one in targets_of(customer)]


@operations.write("POST", "/hand-overs", list[str], _("Hand cases over"), open_at_the_gate=True, body_names_object=True)
def hand_over_cases(request: HttpRequest, body: shapes.NewHandOver) -> list[str]:
    """Open cases of your account to one that came later. The answer has the numbers of those that it newly sees."""
    actor, customer = _handing_over(request)
    account = account_bound(customer, body.account)
    numbers = None if body.all_open and not body.numbers else body.numbers
    given = actions.hand_over_cases(
        actor=signed_in(actor), customer=customer, account=account, numbers=numbers, now=utc_now()
    )
    return [one.number for one in given]


@operations.write(
    "DELETE",
    "/cases/{number}/hand-overs/{account}",
    None,
    _("Take a case back that was handed over"),
    status=204,
    open_at_the_gate=True,
)
def take_case_back(request: HttpRequest, number: str, account: str) -> Status[None]:
    """Close the case to the account, from the next request on."""
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    require_taking_back(actor, case, now)
    other = account_bound(case.account, account)
    actions.take_back_case(actor=signed_in(actor), case=case, account=other, now=now)
    return Status(204, None)


@operations.get(
    "/cases/{number}/access", shapes.CaseAudience, _("Read who could see a case, and why"), open_at_the_gate=True
)
def read_case_access(request: HttpRequest, number: str, asked: AtQuery) -> shapes.CaseAudience:
    """Read it for a moment. For the case's own account and staff; whoever works for the account gets 403."""
    actor, now = actor_of(request), utc_now()
    case = case_for(actor, number, now)
    if not reads_access(actor, case):
        raise refusal_of(actor, case, now)
    at = min(asked.at or now, now)
    found = audience_of(case, at)
    return shapes.CaseAudience(
        at=at,
        seeing=[shapes.Viewer.of(one) for one in found.seeing],
        others=[shapes.Viewer.of(one) for one in found.others],
        looks=[shapes.CaseLook.of(one) for one in looks_at(case, at)],
    )


def _handing_over(request: HttpRequest) -> tuple[Identity, Account]:
    """Return who hands over, and its customer. Raises Forbidden, and Missing for users of other accounts."""
    actor = actor_of(request)
    require_changing(actor)
    customer = own_customer(actor)
    require_handing_over(actor, customer)
    return actor, customer
