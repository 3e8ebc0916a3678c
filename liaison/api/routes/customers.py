"""Customers: those that a delegate works for, and all for staff, who keep their sales records (D1, D2, W11)."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Status

from liaison.accounts.access import account_for, require
from liaison.accounts.models import Account, Domain, Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import customers as shapes
from liaison.api.shapes.customer_access import Because
from liaison.delegation import access, actions, directory, recordaccess
from liaison.delegation.directory import Standing, Wanted
from liaison.delegation.vocabulary import DelegationCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import CommonCode, FieldProblem, Forbidden, Invalid

operations = Operations("customers")
BecauseQuery = Annotated[Because, Query()]
_ADMINISTER = TokenScope.ADMINISTER


@operations.get("/customers", Page[shapes.Customer], _("List the customers that you see"))
def list_customers(
    request: HttpRequest,
    window: Asked,
    q: Annotated[str, Query(max_length=200, description="Words of name, company or contact.")] = "",
    standing: Annotated[Standing | None, Query(alias="access")] = None,
) -> Page[shapes.Customer]:
    """List them by name: those of your domain, those that chose you as support partner, or all for staff."""
    actor = actor_of(request)
    _refuse_staff_without_contacts(actor)
    wanted = Wanted(directory.wanted_from(q).words, standing, window.cursor.replace("\x00", ""))
    found = directory.find(actor, wanted, window.limit)
    return Page(items=[shapes.Customer.of(row) for row in found.rows], next=found.next or None)


@operations.write(
    "POST", "/customers", shapes.CustomerWithRecord, _("Create a customer"), scope=_ADMINISTER, status=201
)
def create_customer(request: HttpRequest, body: shapes.NewCustomer) -> Status[shapes.CustomerWithRecord]:
    """Create an account of the kind *customer* with its sales record."""
    actor = actor_of(request)
    made = actions.create_customer(
        actor=actor,
        name=body.name,
        slug=body.slug,
        language=body.language,
        time_zone=body.time_zone,
        values=body.record.values(),
        now=utc_now(),
    )
    return Status(201, _shown(actor, made.slug))


@operations.get("/customers/{slug}", shapes.CustomerWithRecord, _("Read a customer with its sales record"))
def read_customer(request: HttpRequest, slug: str) -> shapes.CustomerWithRecord:
    return _shown(actor_of(request), slug)


@operations.write(
    "PUT",
    "/customers/{slug}/sales-record",
    shapes.CustomerWithRecord,
    _("Change the sales record of a customer"),
    scope=_ADMINISTER,
)
def change_sales_record(request: HttpRequest, slug: str, body: shapes.SalesRecordChange) -> shapes.CustomerWithRecord:
    """Change it as staff. After a change of the contact's address links wait until it is confirmed."""
    actor = actor_of(request)
    customer = _for_change(actor, slug)
    actions.change_sales_record(actor=actor, customer=customer, values=body.values(), now=utc_now())
    return _shown(actor, slug)


@operations.write(
    "PUT",
    "/customers/{slug}/sales-record/confirmation",
    shapes.CustomerWithRecord,
    _("Confirm the new address of the contact of a customer"),
    scope=_ADMINISTER,
)
def confirm_record_address(request: HttpRequest, slug: str) -> shapes.CustomerWithRecord:
    actor = actor_of(request)
    actions.confirm_new_address(actor=actor, customer=_for_change(actor, slug), now=utc_now())
    return _shown(actor, slug)


@operations.write(
    "PUT",
    "/customers/{slug}/manager",
    shapes.CustomerWithRecord,
    _("Set the manager of record of a customer"),
    scope=_ADMINISTER,
)
def set_customer_manager(request: HttpRequest, slug: str, body: shapes.ManagerChoice) -> shapes.CustomerWithRecord:
    """Let a reseller's domain manage the customer from now on; who managed until now loses its access at once."""
    actor = actor_of(request)
    customer = _for_change(actor, slug)
    actions.set_manager(actor=actor, customer=customer, domain=_domain(body.domain), why=body.why, now=utc_now())
    return _shown(actor, slug)


@operations.write(
    "DELETE", "/customers/{slug}/manager", None, _("End the management of a customer"), scope=_ADMINISTER, status=204
)
def end_customer_management(request: HttpRequest, slug: str, said: BecauseQuery) -> Status[None]:
    """End it; the customer then has no reseller, and what it granted the former one ends as well."""
    actor = actor_of(request)
    actions.end_management(actor=actor, customer=_for_change(actor, slug), why=said.why, now=utc_now())
    return Status(204, None)


@operations.write(
    "POST",
    "/customers/{slug}/corrections",
    shapes.Correction,
    _("Ask for a correction of a sales record"),
    status=201,
)
def ask_correction(request: HttpRequest, slug: str, body: shapes.NewCorrection) -> Status[shapes.Correction]:
    """Say what is wrong, as somebody who works for the customer. Staff deal with it."""
    actor = actor_of(request)
    customer = access.customer_for(actor, slug)
    made = actions.ask_correction(actor=actor, customer=customer, text=body.text, now=utc_now())
    return Status(201, shapes.Correction.of(made))


@operations.get("/corrections", Page[shapes.Correction], _("List the corrections that wait for staff"))
def list_corrections(request: HttpRequest, window: Asked) -> Page[shapes.Correction]:
    actor = actor_of(request)
    require(actor, Privilege.STAFF_VIEW_CONTACTS)
    return page_of(recordaccess.waiting_corrections(actor), window, shapes.Correction.of)


@operations.write(
    "PUT", "/corrections/{correction_id}/done", shapes.Correction, _("Deal with a correction"), scope=_ADMINISTER
)
def finish_correction(request: HttpRequest, correction_id: str) -> shapes.Correction:
    actor = actor_of(request)
    found = recordaccess.correction_for(actor, correction_id)
    actions.finish_correction(actor=actor, correction=found, now=utc_now())
    return shapes.Correction.of(recordaccess.correction_for(actor, correction_id))


@operations.write(
    "POST",
    "/accounts/{slug}/domains",
    shapes.Domain,
    _("Add a domain to a reseller or support partner"),
    scope=_ADMINISTER,
    status=201,
)
def add_domain(request: HttpRequest, slug: str, body: shapes.NewDomain) -> Status[shapes.Domain]:
    """Add a domain by staff's word. Users whose user names are in it see its customers from now on."""
    actor = actor_of(request)
    account = account_for(actor, slug)
    return Status(
        201, shapes.Domain.of(actions.add_domain(actor=actor, account=account, name=body.name, now=utc_now()))
    )


def _shown(actor: Identity, slug: str) -> shapes.CustomerWithRecord:
    _refuse_staff_without_contacts(actor)
    return shapes.CustomerWithRecord.of(directory.row_of(actor, access.customer_for(actor, slug)))


def _for_change(actor: Identity, slug: str) -> Account:
    """Return a customer that the actor sees. Raises Forbidden where it may not change who it is."""
    customer = access.customer_for(actor, slug)
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, customer)
    return customer


def _refuse_staff_without_contacts(actor: Identity) -> None:
    """Refuse before any look-up: contacts are found by their words here, and not all staff see them (W2)."""
    if actor.is_staff and not recordaccess.reads_records(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def _domain(name: str) -> Domain:
    resellers = Domain.objects.select_related("account").filter(account__kind=AccountKind.RESELLER)
    found = resellers.filter(name=name.replace("\x00", "").strip().lower()).first()
    if found is None:
        raise Invalid((FieldProblem("domain", DelegationCode.NOT_A_RESELLER),))
    return found
