"""What somebody tries who wants to come in, stay in, or lead others elsewhere."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client, RequestFactory

from liaison.accounts import actions
from liaison.accounts.actions.sign_in_links import find_sign_in_link
from liaison.accounts.adapter import AccountAdapter
from liaison.accounts.links import PasswordResetTokens, find_proof, password_reset_link, proof_token
from liaison.accounts.models import Identity, MailboxChange
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.slots import SlotMiddleware
from liaison.accounts.testing import Cast, make_identity, sign_in
from liaison.lib.clock import utc_now


@pytest.mark.parametrize("path", ["/%252e%252e/1/users/", "/users/%252E%252e/%252e%252E/x", "/a/.%252e/b", "/%252e"])
def test_a_link_does_not_leave_its_slot_by_dots_that_only_a_browser_sees(cast: Cast, client: Client, path: str) -> None:
    """Browsers read `%2e%2e` in an address as `..`."""
    sign_in(client, cast.owner)
    assert client.get(f"/go{path}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("url", ["/u/0/../1/users/", "/u/0/%2e%2e/1/users/", "/u/0/.%2E/1/", "//evil.test/u/0/"])
def test_sign_in_leads_to_a_page_of_its_own_slot_only(url: str) -> None:
    def answer(_request: object) -> object:
        assert AccountAdapter().is_safe_url("/u/0/users/?page=2..3")
        assert not AccountAdapter().is_safe_url(url)
        return None

    SlotMiddleware(answer)(RequestFactory().get("/u/0/signin/"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "users/a%00b/"),
        ("post", "users/a%00b/role/"),
        ("get", "users/a%00b/delete/"),
        ("post", "users/a%00b/link/"),
        ("post", "users/invitations/a%00b/revoke/"),
        ("post", "settings/tokens/a%00b/revoke/"),
    ],
)
def test_an_id_that_nothing_can_have_is_missing(cast: Cast, client: Client, method: str, path: str) -> None:
    """PostgreSQL refuses to look for a NUL; that is not a mistake of ours (invariant 6)."""
    sign_in(client, cast.owner)
    form = {"role": "editor"} if method == "post" else {}
    assert getattr(client, method)(f"/u/0/{path}", form).status_code == HTTPStatus.NOT_FOUND


def test_a_new_password_ends_a_change_of_mailbox_that_somebody_else_began(cast: Cast) -> None:
    """Who was in with a stolen password would come back by the mailbox they asked for."""
    now = utc_now()
    token = proof_token(actions.change_mailbox(actor=cast.colleague, address="thief@evil.test", now=now))
    actions.change_password(identity=Identity.objects.get(pk=cast.colleague.pk), password="a-new-and-long-one", now=now)
    assert find_proof(MailboxChange, token, now) is None


def test_the_first_password_leaves_the_mailbox_that_an_administrator_named(cast: Cast) -> None:
    """D10: they come in by a one-time link, set a password, and prove the mailbox afterwards."""
    now = utc_now()
    made = actions.create_identity(
        actor=cast.owner,
        account=cast.partner,
        role=PredefinedRole.EDITOR,
        name="Nina New",
        username="nina",
        mailbox="nina@bistro.test",
        now=now,
    )
    actions.change_password(identity=made, password="a-new-and-long-one", now=now)
    change = made.mailbox_changes.get()
    assert actions.confirm_mailbox(token=proof_token(change), now=now).mailbox == "nina@bistro.test"


def test_a_one_time_link_ends_when_its_owner_has_a_mailbox(cast: Cast) -> None:
    """No administrator signs in as somebody who can get mail (D10)."""
    now = utc_now()
    nobody = make_identity(cast.partner, name="Nora Nomail", mailbox="")
    link = actions.create_sign_in_link(actor=cast.owner, identity=nobody, now=now)
    change = actions.change_mailbox(actor=nobody, address="nora@home.test", now=now)
    assert find_sign_in_link(link, now) is not None
    actions.confirm_mailbox(token=proof_token(change), now=now)
    assert find_sign_in_link(link, now) is None


def test_a_reset_link_does_not_hold_for_somebody_suspended_since(cast: Cast, client: Client) -> None:
    """W13: from that second on."""
    link = password_reset_link(cast.colleague).partition("/go")[2].partition("?")[0]
    assert client.get(f"/u/0{link}").status_code == HTTPStatus.FOUND
    actions.suspend_identity(actor=cast.owner, identity=cast.colleague, now=utc_now())
    for address in (f"/u/0{link}", f"/u/0{link.rpartition('-')[0]}-set-password/"):
        client.post(address, {"password1": "A-long-one-of-77", "password2": "A-long-one-of-77"})
    assert not Identity.objects.get(pk=cast.colleague.pk).check_password("A-long-one-of-77")
    assert PasswordResetTokens().check_token(None, None) is False
