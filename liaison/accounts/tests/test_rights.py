"""Who may: the predefined roles (W1, W2) and the one door to accounts and people (invariant 6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from liaison.accounts import access, actions
from liaison.accounts.actors import Actor
from liaison.accounts.rights import PREDEFINED_ROLES, AccountKind, PredefinedRole, Privilege, roles_for
from liaison.accounts.testing import TESTS, Cast, sign_in
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Missing


def test_a_partner_chooses_among_three_roles() -> None:
    """W1."""
    assert roles_for(AccountKind.PARTNER) == (
        PredefinedRole.ADMINISTRATOR,
        PredefinedRole.EDITOR,
        PredefinedRole.READER,
    )


def test_each_role_of_a_partner_may_what_the_weaker_ones_may_and_more() -> None:
    weaker = [PREDEFINED_ROLES[role].privileges for role in reversed(roles_for(AccountKind.PARTNER))]
    assert weaker[0] < weaker[1] < weaker[2]


def test_no_role_outside_the_operator_holds_a_privilege_of_staff() -> None:
    for definition in PREDEFINED_ROLES.values():
        is_staff = any(privilege.split(".")[0] == "staff" for privilege in definition.privileges)
        assert is_staff == (definition.account_kinds == {AccountKind.OPERATOR})


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("owner", {"bistro"}),
        ("reader", {"bistro"}),
        ("outsider", {"elsewhere"}),
        ("agent", {"bistro", "elsewhere", "operator"}),
        ("engineer", {"bistro", "elsewhere", "operator"}),
        ("administrator", {"bistro", "elsewhere", "operator"}),
        ("manager", {"bistro", "operator"}),
    ],
)
def test_everybody_sees_exactly_their_accounts(cast: Cast, who: str, sees: set[str]) -> None:
    """W2: a partner manager sees the accounts assigned to it, whole; other staff see all."""
    actor = getattr(cast, who)
    assert set(access.visible_accounts(actor).values_list("slug", flat=True)) == sees
    for account in (cast.partner, cast.elsewhere, cast.operator):
        assert access.sees_account(actor, account) == (account.slug in sees)


def test_a_foreign_account_and_an_unknown_one_are_missing_alike(cast: Cast) -> None:
    for slug in ("elsewhere", "nowhere"):
        with pytest.raises(Missing):
            access.account_for(cast.owner, slug)


def test_foreign_people_and_invitations_are_missing(cast: Cast) -> None:
    invitation = actions.invite_user(
        actor=cast.outsider, account=cast.elsewhere, address="new@elsewhere.test", now=utc_now()
    )
    for find in (
        lambda: access.identity_for(cast.owner, cast.outsider.public_id),
        lambda: access.invitation_for(cast.owner, invitation.public_id),
        lambda: access.identity_for(cast.owner, "0" * 14),
    ):
        with pytest.raises(Missing):
            find()
    assert access.identity_for(cast.owner, cast.reader.public_id) == cast.reader


@pytest.mark.parametrize(
    ("who", "privilege", "own", "other"),
    [
        ("owner", Privilege.MANAGE_USERS, True, False),
        ("colleague", Privilege.MANAGE_USERS, False, False),
        ("colleague", Privilege.EDIT_CONTACTS, True, False),
        ("reader", Privilege.EDIT_CONTACTS, False, False),
        ("reader", Privilege.VIEW_CONTACTS, True, False),
        ("agent", Privilege.VIEW_CONTACTS, True, True),
        ("agent", Privilege.EDIT_CONTACTS, False, False),
        ("agent", Privilege.MANAGE_USERS, False, False),
        ("engineer", Privilege.VIEW_CONTACTS, False, False),
        ("manager", Privilege.VIEW_CONTACTS, True, False),
        ("manager", Privilege.STAFF_LAUNCH_ASSIGNED, True, False),
        ("administrator", Privilege.MANAGE_USERS, True, True),
        ("administrator", Privilege.STAFF_MANAGE_INTEGRATIONS, True, True),
    ],
)
def test_what_somebody_may_in_the_first_account_and_in_another(
    cast: Cast, who: str, privilege: Privilege, own: bool, other: bool
) -> None:
    actor = getattr(cast, who)
    assert access.may(actor, privilege, cast.partner) is own
    assert access.may(actor, privilege, cast.elsewhere) is other


def test_require_refuses_with_the_reason(cast: Cast) -> None:
    access.require(cast.owner, Privilege.MANAGE_USERS)
    access.require(TESTS, Privilege.STAFF_SETTINGS, cast.partner)
    with pytest.raises(Forbidden) as refused:
        access.require(cast.owner, Privilege.MANAGE_USERS, cast.elsewhere)
    assert refused.value.code == "not_allowed"


def _verbs(cast: Cast) -> dict[str, Callable[[Actor], object]]:
    now = utc_now()
    identity, account = cast.reader, cast.partner
    invitation = actions.invite_user(actor=TESTS, account=account, address="open@bistro.test", now=now)
    reader = PredefinedRole.READER
    return {
        "invite_user": lambda actor: actions.invite_user(
            actor=actor, account=account, address="new@bistro.test", now=now
        ),
        "revoke_invitation": lambda actor: actions.revoke_invitation(actor=actor, invitation=invitation, now=now),
        "create_identity": lambda actor: actions.create_identity(
            actor=actor, account=account, role=reader, name="New", username="new", now=now
        ),
        "give_role": lambda actor: actions.give_role(actor=actor, identity=identity, role=reader, now=now),
        "take_role": lambda actor: actions.take_role(actor=actor, identity=identity, role=reader, now=now),
        "change_role": lambda actor: actions.change_role(actor=actor, identity=identity, role=reader, now=now),
        "suspend_identity": lambda actor: actions.suspend_identity(actor=actor, identity=identity, now=now),
        "restore_identity": lambda actor: actions.restore_identity(actor=actor, identity=identity, now=now),
        "delete_identity": lambda actor: actions.delete_identity(actor=actor, identity=identity, now=now),
        "create_sign_in_link": lambda actor: actions.create_sign_in_link(actor=actor, identity=identity, now=now),
        "change_account": lambda actor: actions.change_account(
            actor=actor, account=account, name="X", language="en", time_zone="UTC", now=now
        ),
        "assign_partner_manager": lambda actor: actions.assign_partner_manager(
            actor=actor, account=account, manager=None, now=now
        ),
        "create_account": lambda actor: actions.create_account(
            actor=actor, kind=AccountKind.PARTNER, name="X", slug="x", language="en", time_zone="UTC", now=now
        ),
    }


@pytest.mark.parametrize("who", ["colleague", "reader", "outsider", "agent", "engineer", "manager"])
def test_only_those_who_manage_users_do_it(cast: Cast, who: str) -> None:
    for name, verb in _verbs(cast).items():
        try:
            verb(getattr(cast, who))
        except Forbidden as refusal:
            assert refusal.code == "not_allowed"  # noqa: PT017  # the name of the verb belongs to the failure below
        else:
            pytest.fail(f"{who} may {name}")


def test_nobody_makes_a_second_operator(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.create_account(
            actor=cast.administrator,
            kind=AccountKind.OPERATOR,
            name="X",
            slug="x",
            language="en",
            time_zone="UTC",
            now=utc_now(),
        )


def test_an_on_call_engineer_sees_the_account_and_none_of_its_people(cast: Cast) -> None:
    """W2: incidents and integrations are the engineer's; who is reached how is not."""
    portal = sign_in(Client(), cast.engineer)
    assert portal.get(f"/u/0/accounts/{cast.partner.slug}").status_code == 200
    assert portal.get(f"/u/0/accounts/{cast.partner.slug}/users/").status_code == 403
    assert portal.get(f"/u/0/users/{cast.owner.public_id}/").status_code == 404
    assert cast.owner.name not in portal.get(f"/u/0/accounts/{cast.partner.slug}").content.decode()
    assert sign_in(Client(), cast.agent).get(f"/u/0/users/{cast.owner.public_id}/").status_code == 200
