"""Who sits at the desk: the operator's staff, each with the accounts that they may see (W2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from liaison.accounts.access import account_for
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account, Identity
from liaison.lib.refusals import Missing

Rest = ParamSpec("Rest")


def for_staff(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Let staff in; for everybody else who is signed in there is nothing here (invariant 6)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        require_staff(identity_of(request))
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def require_staff(actor: Identity) -> None:
    if not actor.is_staff:
        raise Missing


def desk_account_for(actor: Identity, slug: str) -> Account:
    """Return an account for its page at the desk, else raise Missing."""
    require_staff(actor)
    return account_for(actor, slug)
