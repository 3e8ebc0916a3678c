"""What an account chooses once for its whole record: a page that shows it, with a form for who may change it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.forms import Form
from django.http import HttpRequest, HttpResponse

from liaison.accounts.guards import identity_of
from liaison.accounts.models import Account
from liaison.contacts import access
from liaison.contacts.models import ContactRecord
from liaison.web.pages import render_page


def show_choice(
    request: HttpRequest,
    account: Account,
    template: str,
    *,
    form: Form | None,
    form_of: Callable[[ContactRecord], Form],
    context_of: Callable[[ContactRecord], dict[str, object]] = lambda _record: {},
) -> HttpResponse:
    """Return the page. `form` is one that was refused, as it was typed. Raises Missing and Forbidden."""
    actor = identity_of(request)
    record = access.contact_record_for(actor, account)
    context = {
        "account": account,
        "is_own": account == actor.account,
        "record": record,
        "form": (form or form_of(record)) if access.may_edit(actor, account) else None,
        **context_of(record),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None else HTTPStatus.OK
    return render_page(request, template, context, status=status)
