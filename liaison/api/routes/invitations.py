"""Invitations (C4): any administrator invites, also while the gate is closed."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts import access, actions, queries
from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import people as shapes
from liaison.lib.clock import utc_now

operations = Operations("invitations")


@operations.get(
    "/accounts/{slug}/invitations",
    Page[shapes.Invitation],
    _("List the open invitations of an account"),
    open_at_the_gate=True,
)
def list_invitations(request: HttpRequest, slug: str, window: Asked) -> Page[shapes.Invitation]:
    account = access.account_with_people_for(actor_of(request), slug)
    open_ones = queries.open_invitations(account, utc_now()).select_related("account")
    return page_of(open_ones, window, shapes.Invitation.of, newest_first=True)


@operations.write(
    "POST",
    "/accounts/{slug}/invitations",
    shapes.Invitation,
    _("Invite somebody by e-mail"),
    scope=TokenScope.ADMINISTER,
    status=201,
    open_at_the_gate=True,
)
def invite_user(request: HttpRequest, slug: str, body: shapes.NewInvitation) -> Status[shapes.Invitation]:
    """Invite for 7 days. The link works once and takes the place of an earlier one to the same address."""
    actor = actor_of(request)
    account = access.account_for(actor, slug)
    made = actions.invite_user(actor=actor, account=account, now=utc_now(), **body.dict())
    return Status(201, shapes.Invitation.of(made))


@operations.write(
    "DELETE",
    "/invitations/{invitation_id}",
    None,
    _("Take an invitation back"),
    scope=TokenScope.ADMINISTER,
    status=204,
    open_at_the_gate=True,
)
def revoke_invitation(request: HttpRequest, invitation_id: str) -> Status[None]:
    actor = actor_of(request)
    invitation = access.invitation_for(actor, invitation_id)
    actions.revoke_invitation(actor=actor, invitation=invitation, now=utc_now())
    return Status(204, None)


@operations.public(
    "POST", "/invitation-acceptances", shapes.User, _("Accept an invitation with the link that was mailed"), status=201
)
def accept_invitation(request: HttpRequest, body: shapes.InvitationAcceptance) -> Status[shapes.User]:
    """Make the invited person's user. Who has the mailed link has proved the mailbox."""
    return Status(201, shapes.User.of(actions.accept_invitation(now=utc_now(), **body.dict())))
