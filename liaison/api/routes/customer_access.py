"""Who sees the cases of a customer: read, grant, revoke, ask and answer, begin and end support (D3, D11, W5)."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Status

from liaison.accounts.models import Account, Identity
from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import customer_access as shapes
from liaison.delegation import access, actions
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.choosing import partner_for
from liaison.delegation.relations import history_of, relation_with, relations_now, requests_waiting
from liaison.delegation.vocabulary import DelegationCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing

operations = Operations("customers")
BecauseQuery = Annotated[shapes.Because, Query()]


@operations.get("/customers/{slug}/access", shapes.CustomerAccess, _("List who can see the cases of a customer"))
def list_customer_access(request: HttpRequest, slug: str) -> shapes.CustomerAccess:
    """List who manages and supports the customer, what it granted, and what was asked. Delegates get 403."""
    customer = _readable(actor_of(request), slug)
    return shapes.CustomerAccess(
        relations=[shapes.Relation.of(one) for one in relations_now(customer)],
        requests=[shapes.AccessRequest.of(one) for one in requests_waiting(customer)],
    )


@operations.get(
    "/customers/{slug}/access-history",
    list[shapes.AccessSpan],
    _("List who could see the cases of a customer, and when"),
)
def list_customer_access_history(request: HttpRequest, slug: str) -> list[shapes.AccessSpan]:
    """List every relation and grant there ever was, the newest first."""
    return [shapes.AccessSpan.of(one) for one in history_of(_readable(actor_of(request), slug))]


@operations.write(
    "PUT",
    "/customers/{slug}/access/{account}",
    shapes.Relation,
    _("Grant an account access to the cases of a customer"),
    scope=TokenScope.ADMINISTER,
)
def grant_customer_access(request: HttpRequest, slug: str, account: str, body: shapes.NewGrant) -> shapes.Relation:
    """Let the account view, or file and manage. Widening needs an administrator, narrowing any user of the customer."""
    actor, customer, other = _bound(request, slug, account)
    actions.grant_access(
        actor=signed_in(actor),
        customer=customer,
        account=other,
        level=body.level,
        why=body.why,
        now=utc_now(),
    )
    return _shown(customer, other)


@operations.write(
    "DELETE",
    "/customers/{slug}/access/{account}",
    None,
    _("Revoke the access of an account to the cases of a customer"),
    status=204,
)
def revoke_customer_access(request: HttpRequest, slug: str, account: str, said: BecauseQuery) -> Status[None]:
    """Take back what was granted; it counts from the next request of anybody."""
    actor, customer, other = _bound(request, slug, account)
    actions.revoke_access(actor=signed_in(actor), customer=customer, account=other, why=said.why, now=utc_now())
    return Status(204, None)


@operations.write(
    "POST",
    "/customers/{slug}/support-partners",
    shapes.Relation,
    _("Begin a support relationship"),
    scope=TokenScope.ADMINISTER,
    status=201,
)
def begin_customer_support(request: HttpRequest, slug: str, body: shapes.NewSupportPartner) -> Status[shapes.Relation]:
    """Make an account a support partner of the customer. Nobody approves it; access is granted apart from it."""
    actor = actor_of(request)
    customer = access.customer_for(actor, slug)
    access.require_granting(actor, customer)
    partner = _partner(body.partner)
    actions.begin_support(actor=actor, customer=customer, partner=partner, why=body.why, now=utc_now())
    return Status(201, _shown(customer, partner))


@operations.write(
    "DELETE",
    "/customers/{slug}/support-partners/{account}",
    None,
    _("End a support relationship"),
    status=204,
)
def end_customer_support(request: HttpRequest, slug: str, account: str, said: BecauseQuery) -> Status[None]:
    """End it, by a user of the customer or an administrator of the partner; what was granted ends with it."""
    actor = actor_of(request)
    bond = access.support_bond_for(actor, access.customer_for(actor, slug), account)
    actions.end_support(actor=actor, bond=bond, why=said.why, now=utc_now())
    return Status(204, None)


@operations.write(
    "POST",
    "/customers/{slug}/access-requests",
    shapes.AccessRequest,
    _("Ask a customer for access to its cases"),
    status=201,
)
def ask_customer_access(request: HttpRequest, slug: str, body: shapes.NewAccessRequest) -> Status[shapes.AccessRequest]:
    """Ask the customer's administrators, or its contact by a signed link. Again after 7 days at the earliest."""
    actor = actor_of(request)
    customer = access.customer_for(actor, slug)
    asked = actions.ask_access(actor=actor, customer=customer, level=body.level, now=utc_now())
    return Status(201, shapes.AccessRequest.of(asked))


@operations.write(
    "PUT",
    "/customers/{slug}/access-requests/{request_id}",
    shapes.AccessRequest,
    _("Answer a request for access"),
    scope=TokenScope.ADMINISTER,
)
def answer_customer_access(
    request: HttpRequest, slug: str, request_id: str, body: shapes.AnswerToRequest
) -> shapes.AccessRequest:
    """Grant what was asked, or another level, or decline."""
    actor = actor_of(request)
    customer = _readable(actor, slug)
    asked = access.request_for(customer, request_id)
    return shapes.AccessRequest.of(
        actions.answer_request(actor=actor, request=asked, level=body.level, why=body.why, now=utc_now())
    )


@operations.write(
    "POST",
    "/customers/{slug}/contact-links",
    None,
    _("Send the contact of a customer a link to decide about access"),
    scope=TokenScope.ADMINISTER,
    status=204,
)
def send_customer_contact_link(request: HttpRequest, slug: str, body: shapes.NewContactLink) -> Status[None]:
    """Mail a link that works once, for 7 days, to the contact of the sales record. For the operator's staff."""
    actor = actor_of(request)
    customer = access.customer_for(actor, slug)
    access.require_sending_links(actor, customer)
    try:
        account = access.bound_account_for(customer, body.account)
    except Missing:
        raise Conflict(DelegationCode.NOT_BOUND) from None
    actions.send_contact_link(actor=actor, customer=customer, account=account, now=utc_now())
    return Status(204, None)


def _readable(actor: Identity, slug: str) -> Account:
    customer = access.customer_for(actor, slug)
    access.require_reading_relations(actor, customer)
    return customer


def _bound(request: HttpRequest, slug: str, account: str) -> tuple[Identity, Account, Account]:
    actor = actor_of(request)
    customer = access.customer_for(actor, slug)
    access.require_revoking(actor, customer)
    return actor, customer, access.bound_account_for(customer, account)


def _shown(customer: Account, account: Account) -> shapes.Relation:
    relation = relation_with(customer, account)
    if relation is None:  # it ended at this moment
        raise Missing
    return shapes.Relation.of(relation)


def _partner(slug: str) -> Account:
    try:
        return partner_for(slug)
    except Missing:
        raise Invalid((FieldProblem("partner", DelegationCode.UNKNOWN_PARTNER),)) from None
