"""The users of an account as one reader sees them: on the users page, and in the gate's modal (C4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from liaison.accounts import access, queries
from liaison.accounts.actions.invitations import last_nudge_of
from liaison.accounts.forms import InviteForm
from liaison.accounts.guards import identity_of
from liaison.accounts.models import Account, Identity, Invitation
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege
from liaison.accounts.wording import ROLES
from liaison.web.addresses import safe_return


@dataclass(frozen=True, slots=True)
class UserRow:
    identity: Identity
    roles: tuple[Promise, ...]
    is_you: bool

    @property
    def is_suspended(self) -> bool:
        return self.identity.suspended_at is not None


@dataclass(frozen=True, slots=True)
class InvitationRow:
    invitation: Invitation
    role: Promise


@dataclass(frozen=True, slots=True)
class UsersPanel:
    """What `accounts/users_panel.html` shows, as `panel`. `return_to`: the page to come back to after a form."""

    account: Account
    users: tuple[UserRow, ...]
    invitations: tuple[InvitationRow, ...]
    administrators: tuple[Identity, ...]
    may_manage: bool
    is_own: bool
    nudged_at: datetime | None
    invite_form: Form
    invite_address: str
    create_address: str
    groups_address: str
    return_to: str


def panel_for(request: HttpRequest, account: Account, now: datetime, invite_form: Form | None = None) -> UsersPanel:
    """Return the panel for a signed-in reader. The account was fetched for this reader. A fixed number of queries."""
    reader = identity_of(request)
    users = tuple(queries.users_of(account).prefetch_related("role_assignments"))
    rows = tuple(_user_row(identity, reader) for identity in users)
    rules = queries.administrator_role(AccountKind(account.kind))
    administrators = tuple(identity for identity in users if identity.is_active and rules in queries.roles_of(identity))
    may_manage = access.may(reader, Privilege.MANAGE_USERS, account)
    is_own = account.pk == reader.account.pk
    return UsersPanel(
        account=account,
        users=rows,
        invitations=tuple(
            InvitationRow(invitation, ROLES[PredefinedRole(invitation.role)])
            for invitation in queries.open_invitations(account, now)
        ),
        administrators=administrators,
        may_manage=may_manage,
        is_own=is_own,
        nudged_at=None if may_manage or not is_own else last_nudge_of(reader, now),
        invite_form=invite_form or InviteForm(account, auto_id="invite_%s"),
        invite_address=_address(account, "invite_user", is_own=is_own),
        create_address=_address(account, "create_user", is_own=is_own),
        groups_address=_address(account, "groups", is_own=is_own),
        return_to=_return_to(request, account, is_own=is_own),
    )


def users_address(account: Account, *, is_own: bool) -> str:
    """Return the address of the account's users page for its own people or for staff."""
    return _address(account, "users", is_own=is_own)


def _return_to(request: HttpRequest, account: Account, *, is_own: bool) -> str:
    """Return where the panel's forms lead back to; an answer to one of them stands where that form stood."""
    if request.method != "POST":
        return request.get_full_path()
    wanted = request.POST.get("next", "")
    return safe_return(request, wanted) if wanted else users_address(account, is_own=is_own)


def _user_row(identity: Identity, reader: Identity) -> UserRow:
    roles = tuple(ROLES[role] for role in queries.roles_of(identity))
    return UserRow(identity=identity, roles=roles, is_you=identity.pk == reader.pk)


def _address(account: Account, name: str, *, is_own: bool) -> str:
    return reverse(name) if is_own else reverse(f"account_{name}", kwargs={"slug": account.slug})
