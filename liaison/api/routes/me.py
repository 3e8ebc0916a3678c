"""Oneself: settings, mailbox, sessions, tokens, and asking the administrators. Never locked by the gate (C3)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts import access, actions
from liaison.accounts.models import ApiToken, Identity
from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import actor_of, bearer_of, reaches
from liaison.api.codes import ValueCode
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import people as shapes
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid

operations = Operations("me")


@operations.get("/me", shapes.Me, _("Read who you are and what you may"), open_at_the_gate=True)
def read_me(request: HttpRequest) -> shapes.Me:
    return _me(request, actor_of(request))


@operations.write("PUT", "/me", shapes.Me, _("Change your settings"), open_at_the_gate=True)
def change_my_settings(request: HttpRequest, body: shapes.MySettings) -> shapes.Me:
    return _me(request, actions.change_settings(actor=actor_of(request), now=utc_now(), **body.dict()))


@operations.write("PUT", "/me/quiet-hours", shapes.Me, _("Choose your quiet hours"), open_at_the_gate=True)
def change_my_quiet_hours(request: HttpRequest, body: shapes.QuietHoursChange) -> shapes.Me:
    """Hold back only what can wait: emergencies, urgent cases, account mail, alarms and drills come at once."""
    return _me(request, actions.change_quiet_hours(actor=actor_of(request), now=utc_now(), **body.dict()))


@operations.write("PUT", "/me/language", None, _("Change your language"), status=204, open_at_the_gate=True)
def change_my_language(request: HttpRequest, body: shapes.LanguageChoice) -> Status[None]:
    actions.change_language(actor=actor_of(request), language=body.language, now=utc_now())
    return Status(204, None)


@operations.write(
    "PUT",
    "/me/mailbox",
    shapes.WaitingMailbox,
    _("Ask for another mailbox"),
    scope=TokenScope.ADMINISTER,
    status=202,
    open_at_the_gate=True,
)
def change_my_mailbox(request: HttpRequest, body: shapes.MailboxWish) -> Status[shapes.WaitingMailbox]:
    """Mail a link to the new mailbox, which counts once that was opened.

    Whoever has the mailbox can set a new password, so a token that may only write cannot move it.
    """
    change = actions.change_mailbox(actor=actor_of(request), address=body.address, now=utc_now())
    return Status(202, shapes.WaitingMailbox(address=change.address, expires_at=change.expires_at))


@operations.public(
    "POST", "/mailbox-proofs", None, _("Prove a mailbox with the link that was mailed to it"), status=204
)
def confirm_mailbox(request: HttpRequest, body: shapes.MailboxProof) -> Status[None]:
    actions.confirm_mailbox(token=body.token, now=utc_now())
    return Status(204, None)


@operations.write(
    "PUT",
    "/me/forwarding",
    shapes.WaitingMailbox,
    _("Ask to forward your e-mails to another address"),
    scope=TokenScope.ADMINISTER,
    status=202,
    open_at_the_gate=True,
)
def forward_my_mail(request: HttpRequest, body: shapes.MailboxWish) -> Status[shapes.WaitingMailbox]:
    """Mail a link to the address. Once it was opened, notifications go there instead of the mailbox (D10).

    What is about your sign-in, and what the contact information names your mailbox for, stays there.
    """
    proof = actions.ask_to_forward(actor=actor_of(request), address=body.address, now=utc_now())
    return Status(202, shapes.WaitingMailbox(address=proof.address, expires_at=proof.expires_at))


@operations.write(
    "DELETE", "/me/forwarding", None, _("Stop forwarding your e-mails"), status=204, open_at_the_gate=True
)
def stop_forwarding_my_mail(request: HttpRequest) -> Status[None]:
    actions.stop_forwarding(actor=actor_of(request), now=utc_now())
    return Status(204, None)


@operations.public(
    "POST",
    "/forwarding-proofs",
    None,
    _("Prove an address to forward to with the link that was mailed to it"),
    status=204,
)
def confirm_forwarding(request: HttpRequest, body: shapes.ForwardingToken) -> Status[None]:
    actions.confirm_forwarding(token=body.token, now=utc_now())
    return Status(204, None)


@operations.write("DELETE", "/me/sessions", None, _("Sign out in all browsers"), status=204, open_at_the_gate=True)
def end_my_sessions(request: HttpRequest) -> Status[None]:
    """End the sessions; tokens go on, each is revoked by itself."""
    actions.sign_out_everywhere(actor=actor_of(request), now=utc_now())
    return Status(204, None)


@operations.write(
    "POST",
    "/me/nudges",
    None,
    _("Ask your administrators to give a colleague access"),
    status=202,
    open_at_the_gate=True,
)
def nudge_my_administrators(request: HttpRequest) -> Status[None]:
    actions.nudge_administrators(actor=actor_of(request), now=utc_now())
    return Status(202, None)


@operations.get("/me/tokens", Page[shapes.Token], _("List your API tokens"), open_at_the_gate=True)
def list_my_tokens(request: HttpRequest, window: Asked) -> Page[shapes.Token]:
    return page_of(_tokens(actor_of(request)), window, shapes.Token.of)


@operations.write(
    "POST",
    "/me/tokens",
    shapes.MadeToken,
    _("Create an API token"),
    scope=TokenScope.ADMINISTER,
    status=201,
    open_at_the_gate=True,
)
def create_my_token(request: HttpRequest, body: shapes.NewToken) -> Status[shapes.MadeToken]:
    """Create a token that may do no more than this one. Its secret is shown once."""
    bearer = bearer_of(request)
    if not all(reaches(bearer, scope) for scope in body.scopes):
        raise Invalid((FieldProblem("scopes", ValueCode.NOT_A_SCOPE_OF_YOURS),))
    token, secret = actions.create_api_token(
        actor=bearer.identity, name=body.name, scopes=body.scopes, expires_at=body.expires_at, now=utc_now()
    )
    return Status(201, shapes.MadeToken(token=shapes.Token.of(token), secret=secret))


@operations.write(
    "DELETE",
    "/tokens/{token_id}",
    None,
    _("Revoke an API token"),
    scope=TokenScope.ADMINISTER,
    status=204,
    open_at_the_gate=True,
)
def revoke_token(request: HttpRequest, token_id: str) -> Status[None]:
    """Revoke a token of one's own, or of a user whom one manages."""
    actor = actor_of(request)
    actions.revoke_api_token(actor=actor, token=access.token_for(actor, token_id), now=utc_now())
    return Status(204, None)


def _tokens(identity: Identity) -> QuerySet[ApiToken]:
    return identity.api_tokens.filter(revoked_at=None, expires_at__gt=utc_now())


def _me(request: HttpRequest, identity: Identity) -> shapes.Me:
    bearer = bearer_of(request)
    return shapes.Me(
        user=shapes.User.of(identity),
        account=shapes.Account.of(bearer.identity.account),
        privileges=sorted(bearer.identity.privileges),
        scopes=sorted(bearer.scopes),
        wants_sandbox_mail=identity.wants_sandbox_mail,
        quiet_hours=shapes.QuietHours.of(identity),
        forwards_to=identity.forwards_to,
    )
