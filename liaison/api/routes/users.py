"""The users of an account: list, create, roles, suspension, deletion, one-time links. Never locked by the gate."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts import access, actions, queries
from liaison.accounts.links import link_in_free_slot
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import people as shapes
from liaison.lib.clock import utc_now

operations = Operations("users")
_ADMINISTER = TokenScope.ADMINISTER


@operations.get("/accounts/{slug}/users", Page[shapes.User], _("List the users of an account"), open_at_the_gate=True)
def list_users(request: HttpRequest, slug: str, window: Asked) -> Page[shapes.User]:
    account = access.account_with_people_for(actor_of(request), slug)
    return page_of(queries.users_of(account).prefetch_related("role_assignments"), window, shapes.User.of)


@operations.write(
    "POST",
    "/accounts/{slug}/users",
    shapes.User,
    _("Create a user"),
    scope=_ADMINISTER,
    status=201,
    open_at_the_gate=True,
)
def create_user(request: HttpRequest, slug: str, body: shapes.NewUser) -> Status[shapes.User]:
    """Create a user, mostly one without a mailbox. A mailbox that is given counts once it has proved itself."""
    actor = actor_of(request)
    account = access.account_for(actor, slug)
    made = actions.create_identity(actor=actor, account=account, now=utc_now(), **body.dict())
    return Status(201, shapes.User.of(made))


@operations.get("/users/{user_id}", shapes.User, _("Read a user"), open_at_the_gate=True)
def read_user(request: HttpRequest, user_id: str) -> shapes.User:
    return shapes.User.of(access.identity_for(actor_of(request), user_id))


@operations.write(
    "DELETE", "/users/{user_id}", None, _("Delete a user"), scope=_ADMINISTER, status=204, open_at_the_gate=True
)
def delete_user(request: HttpRequest, user_id: str) -> Status[None]:
    """Erase name and mailbox; history keeps a number. The only alert contact cannot be deleted (C6)."""
    actor = actor_of(request)
    actions.delete_identity(actor=actor, identity=access.identity_for(actor, user_id), now=utc_now())
    return Status(204, None)


@operations.write(
    "PUT",
    "/users/{user_id}/role",
    shapes.User,
    _("Change the role of a user"),
    scope=_ADMINISTER,
    open_at_the_gate=True,
)
def change_role(request: HttpRequest, user_id: str, body: shapes.RoleChoice) -> shapes.User:
    """Make the role the only one."""
    actor = actor_of(request)
    actions.change_role(actor=actor, identity=access.identity_for(actor, user_id), role=body.role, now=utc_now())
    return read_again(request, user_id)


@operations.write(
    "PUT",
    "/users/{user_id}/roles/{role}",
    shapes.User,
    _("Give a user a role"),
    scope=_ADMINISTER,
    open_at_the_gate=True,
)
def give_role(request: HttpRequest, user_id: str, role: PredefinedRole) -> shapes.User:
    actor = actor_of(request)
    actions.give_role(actor=actor, identity=access.identity_for(actor, user_id), role=role, now=utc_now())
    return read_again(request, user_id)


@operations.write(
    "DELETE",
    "/users/{user_id}/roles/{role}",
    None,
    _("Take a role from a user"),
    scope=_ADMINISTER,
    status=204,
    open_at_the_gate=True,
)
def take_role(request: HttpRequest, user_id: str, role: PredefinedRole) -> Status[None]:
    actor = actor_of(request)
    actions.take_role(actor=actor, identity=access.identity_for(actor, user_id), role=role, now=utc_now())
    return Status(204, None)


@operations.write(
    "PUT", "/users/{user_id}/suspension", shapes.User, _("Suspend a user"), scope=_ADMINISTER, open_at_the_gate=True
)
def suspend_user(request: HttpRequest, user_id: str) -> shapes.User:
    """End sessions, tokens, links and contact roles of the user, from this second on (W13)."""
    actor = actor_of(request)
    actions.suspend_identity(actor=actor, identity=access.identity_for(actor, user_id), now=utc_now())
    return read_again(request, user_id)


@operations.write(
    "DELETE",
    "/users/{user_id}/suspension",
    None,
    _("Restore a suspended user"),
    scope=_ADMINISTER,
    status=204,
    open_at_the_gate=True,
)
def restore_user(request: HttpRequest, user_id: str) -> Status[None]:
    actor = actor_of(request)
    actions.restore_identity(actor=actor, identity=access.identity_for(actor, user_id), now=utc_now())
    return Status(204, None)


@operations.write(
    "POST",
    "/users/{user_id}/sign-in-links",
    shapes.SignInLink,
    _("Create a one-time sign-in link"),
    scope=_ADMINISTER,
    status=201,
    open_at_the_gate=True,
)
def create_sign_in_link(request: HttpRequest, user_id: str) -> Status[shapes.SignInLink]:
    """Make a link for a user without a mailbox. It works once within 24 hours and replaces the one before."""
    actor = actor_of(request)
    identity = access.identity_for(actor, user_id)
    token = actions.create_sign_in_link(actor=actor, identity=identity, now=utc_now())
    return Status(201, shapes.SignInLink(link=link_in_free_slot(f"/signin/link/{token}/")))


def read_again(request: HttpRequest, user_id: str) -> shapes.User:
    """Show the user as the verb left it."""
    return shapes.User.of(access.identity_for(actor_of(request), user_id))
