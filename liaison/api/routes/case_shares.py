"""With whom a case is shared, and who follows it. Never locked by the gate, as all of cases (C3)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import shares as shapes
from liaison.cases import access, actions
from liaison.cases.sharing import sees_shares, share_for, shares_of
from liaison.lib.clock import utc_now

operations = Operations("cases")


@operations.get(
    "/cases/{number}/shares", Page[shapes.Share], _("List with whom a case is shared"), open_at_the_gate=True
)
def list_case_shares(request: HttpRequest, number: str, window: Asked) -> Page[shapes.Share]:
    """List the shares that hold. Whoever sees the case by a share alone does not see them (403)."""
    actor, now = actor_of(request), utc_now()
    case = access.case_for(actor, number, now)
    if not sees_shares(actor, case, now):
        raise access.refusal_of(actor, case, now)
    return page_of(shares_of(case, now), window, shapes.Share.of)


@operations.write(
    "POST", "/cases/{number}/shares", shapes.Share, _("Share a case with an address"), status=201, open_at_the_gate=True
)
def share_case(request: HttpRequest, number: str, body: shapes.NewShare) -> Status[shapes.Share]:
    """Open a case to whoever has the address, and tell them by e-mail. The same address again changes its share."""
    actor, now = actor_of(request), utc_now()
    case = access.case_for(actor, number, now)
    made = actions.share_case(actor=actor, case=case, **body.dict(), now=now)
    return Status(201, shapes.Share.of(made))


@operations.write("PUT", "/case-shares/{share_id}", shapes.Share, _("Change a share of a case"), open_at_the_gate=True)
def change_case_share(request: HttpRequest, share_id: str, body: shapes.ShareChange) -> shapes.Share:
    actor, now = actor_of(request), utc_now()
    share = share_for(actor, share_id, now)
    return shapes.Share.of(actions.change_share(actor=actor, share=share, **body.dict(), now=now))


@operations.write(
    "DELETE",
    "/case-shares/{share_id}",
    None,
    _("End a share of a case"),
    status=204,
    open_at_the_gate=True,
)
def end_case_share(request: HttpRequest, share_id: str) -> Status[None]:
    """Close the case to them, from the next request on."""
    actor, now = actor_of(request), utc_now()
    share = share_for(actor, share_id, now)
    actions.end_share(actor=actor, share=share, now=now)
    return Status(204, None)


@operations.write("PUT", "/cases/{number}/following", None, _("Follow a case"), status=204, open_at_the_gate=True)
def follow_case(request: HttpRequest, number: str) -> Status[None]:
    """Get an e-mail with each update of a case."""
    actor, now = actor_of(request), utc_now()
    actions.follow_case(actor=actor, case=access.case_for(actor, number, now), now=now)
    return Status(204, None)


@operations.write(
    "DELETE", "/cases/{number}/following", None, _("Stop following a case"), status=204, open_at_the_gate=True
)
def unfollow_case(request: HttpRequest, number: str) -> Status[None]:
    """Get no e-mail about a case, for whatever reason one would."""
    actor, now = actor_of(request), utc_now()
    actions.unfollow_case(actor=actor, case=access.case_for(actor, number, now), now=now)
    return Status(204, None)
