"""What this room shows on the home page: how well one's own account can be reached (C7)."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from liaison.accounts.guards import identity_of
from liaison.accounts.rights import AccountKind, Privilege
from liaison.contacts.gate import state_for
from liaison.contacts.reachability import reachability_of
from liaison.contacts.reachwords import score_view
from liaison.lib.clock import utc_now
from liaison.web.panels import Panel

SHOWN: Final = 3


def reachability_panel(request: HttpRequest) -> Panel | None:
    """Return the score with its heaviest reasons, for the people of a partner whose record was completed once."""
    reader = identity_of(request)
    if reader.account.kind != AccountKind.PARTNER or not reader.may(Privilege.VIEW_CONTACTS):
        return None
    state = state_for(request)
    if state is None or state.first_completed_at is None:
        return None
    score = score_view(reachability_of(reader.account, utc_now()))
    return (
        None if score is None else Panel("contacts/reachability_panel.html", {"score": score, "most": SHOWN}, order=30)
    )
