"""The gate (C3): until contact information was complete once, the rest of the account is locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.session_facts import facts_of
from liaison.accounts.slots import slot_of
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.codes import GateCode
from liaison.contacts.refusing import missing_facts
from liaison.contacts.state import RecordState, state_of, state_read
from liaison.lib.refusals import Forbidden
from liaison.web.gate import is_open_at_the_gate, is_public
from liaison.web.pages import redirect_to


@dataclass(frozen=True)
class GateState:
    """Whether the gate stands, and what the record lacks."""

    closed: bool
    missing: tuple[ContactField, ...]


def gate_state(account: Account) -> GateState:
    """Return whether the gate of this account is closed now, in one query at most."""
    if account.kind != AccountKind.PARTNER:
        return GateState(closed=False, missing=())
    state = state_of(account.pk)
    return GateState(closed=state.is_gated, missing=state.missing)


def refuse_if_closed(identity: Identity) -> None:
    """Raise Forbidden with the missing fields while the account is behind the gate. For the API (C3)."""
    state = gate_state(identity.account)
    if state.closed:
        raise Forbidden(GateCode.CONTACT_INFORMATION_MISSING, **missing_facts(state.missing))


def state_for(request: HttpRequest) -> RecordState | None:
    """Return the record's state of the signed-in partner identity, None for others. It is read once per request."""
    user = request.user
    if not isinstance(user, Identity) or user.account.kind != AccountKind.PARTNER:
        return None
    state: RecordState | None = getattr(request, "contact_state", None)
    if state is None:
        facts = facts_of(request)
        state = state_of(user.account.pk) if facts is None else state_read(user.account, facts)
        request.contact_state = state  # type: ignore[attr-defined]  # read above
    return state


class GateMiddleware:
    """Leads the people of a gated account to the gate, before anything is looked up (W12).

    What is marked open or public passes, and so does what has no identity slot: intake, links of mails, help
    and the API, which asks `refuse_if_closed` itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: object, named: object
    ) -> HttpResponse | None:
        if slot_of(request) is None or is_public(view) or is_open_at_the_gate(view):
            return None
        state = state_for(request)
        if state is None or not state.is_gated:
            return None
        return redirect_to(request, "gate")
