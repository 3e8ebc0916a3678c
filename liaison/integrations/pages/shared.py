"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from liaison.accounts.access import account_for
from liaison.accounts.models import Account, Identity
from liaison.integrations.access import visible_account
from liaison.lib.refusals import Conflict, Invalid
from liaison.web import wording
from liaison.web.pages import redirect_to_address


def account_of_page(reader: Identity, slug: str) -> Account:
    """Return the account a page is about: the reader's own, or the named one where the reader may see it."""
    return visible_account(reader, account_for(reader, slug or reader.account.slug))


def address_of(reader: Identity, account: Account, page: str) -> str:
    """Return where a page of the account stands for this reader; see `back_to`."""
    if account.pk == reader.account.pk:
        return reverse(f"account_{page}")
    return reverse(f"{page}_of_account", kwargs={"slug": account.slug})


def back_to(request: HttpRequest, reader: Identity, account: Account, page: str) -> HttpResponse:
    """Lead to a page of the account: `account_<page>` for its own people, `<page>_of_account` for staff."""
    return redirect_to_address(request, address_of(reader, account, page))


def said(request: HttpRequest, verb: Callable[[], object], success: str) -> bool:
    """Do it and say so; where the state does not allow it, say why instead and return False."""
    try:
        verb()
    except Conflict as conflict:
        messages.error(request, wording.text_of(conflict))
        return False
    messages.success(request, success)
    return True


def mark(form: forms.Form, invalid: Invalid) -> None:
    """Write every problem next to its field, and what has no field on top."""
    for problem in invalid.problems:
        field = problem.field if problem.field in form.fields else None
        form.add_error(field, wording.text(problem.code, problem.facts))
