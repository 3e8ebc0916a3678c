"""Accounts, users, invitations and one's own settings by API (C4, C6, W1, W2, W13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.accounts import links
from liaison.accounts.models import ForwardingProof, Identity, Invitation, MailboxChange
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity
from liaison.accounts.vocabulary import TokenScope
from liaison.api.tests.house import Caller, House, problem_of
from liaison.lib.clock import utc_now
from liaison.notifications.models import Announcement

NEW_ACCOUNT = {"kind": "partner", "name": "Nuova", "slug": "nuova", "language": "it", "time_zone": "Europe/Rome"}


def test_everybody_lists_the_accounts_they_see(house: House) -> None:
    """W2: partner managers see those assigned to them."""
    listed = {
        name: {account["slug"] for account in Caller(identity).get("/accounts").json()["items"]}
        for name, identity in (
            ("owner", house.cast.owner),
            ("agent", house.cast.agent),
            ("manager", house.cast.manager),
        )
    }
    assert listed == {
        "owner": {"bistro"},
        "agent": {"bistro", "elsewhere", "operator"},
        "manager": {"bistro", "operator"},
    }
    assert [a["slug"] for a in Caller(house.cast.agent).get("/accounts", kind="operator").json()["items"]] == [
        "operator"
    ]


def test_a_list_comes_in_pages_that_miss_nobody(house: House) -> None:
    caller, seen, cursor = Caller(house.cast.agent), [], ""
    for _ in range(10):
        page = caller.get("/accounts", limit=1, cursor=cursor).json()
        seen += [account["slug"] for account in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(seen) == ["bistro", "elsewhere", "operator"]
    problem_of(caller.get("/accounts", limit=0), 422)
    problem_of(caller.get("/accounts", limit=201), 422)


def test_administrators_of_the_operator_make_accounts_and_assign_managers(house: House) -> None:
    caller = Caller(house.cast.administrator)
    made = caller.post("/accounts", NEW_ACCOUNT)
    assert made.status_code == 201
    assert made.json()["created_at"].endswith("Z")
    chosen = caller.put("/accounts/nuova/partner-manager", {"user": house.cast.manager.public_id})
    assert chosen.json()["partner_manager"] == {"id": house.cast.manager.public_id, "name": "Mira Manager"}
    assert caller.put("/accounts/nuova/partner-manager", {"user": None}).json()["partner_manager"] is None
    problem = problem_of(caller.put("/accounts/nuova/partner-manager", {"user": "nobody"}), 422)
    assert problem["errors"][0]["field"] == "user"
    problem_of(caller.put("/accounts/nuova/partner-manager", {"user": house.cast.agent.public_id}), 409)
    for identity in (house.cast.agent, house.cast.manager, house.cast.owner):
        problem_of(Caller(identity).post("/accounts", {**NEW_ACCOUNT, "slug": "other"}), 403)


def test_an_account_is_changed_by_its_administrators_and_staff(house: House) -> None:
    body = {"name": "Bistro Roma", "language": "it", "time_zone": "Europe/Rome"}
    assert Caller(house.cast.owner).put("/accounts/bistro", body).json()["name"] == "Bistro Roma"
    assert Caller(house.cast.administrator).put("/accounts/bistro", body | {"name": "B"}).json()["name"] == "B"
    problem_of(Caller(house.cast.colleague).put("/accounts/bistro", body), 403)
    problem_of(Caller(house.cast.reader).put("/accounts/nobody", body), 404)


def test_listing_users_takes_as_many_queries_for_many_as_for_few(house: House) -> None:
    caller = Caller(house.cast.owner)
    assert len(caller.get("/accounts/bistro/users").json()["items"]) == 3
    with CaptureQueriesContext(connection) as few:
        caller.get("/accounts/bistro/users")
    for number in range(10):
        make_identity(house.cast.partner, name=f"Person{number} Extra")
    with CaptureQueriesContext(connection) as many:
        assert len(caller.get("/accounts/bistro/users").json()["items"]) == 13
    assert len(few) == len(many)


def test_administrators_create_suspend_restore_and_delete_users(house: House) -> None:
    caller = Caller(house.cast.owner)
    made = caller.post("/accounts/bistro/users", {"name": "Nadia New", "username": "nadia", "role": "reader"})
    assert made.status_code == 201, made.content
    path = f"/users/{made.json()['id']}"
    assert made.json()["roles"] == ["reader"]
    assert caller.put(f"{path}/role", {"role": "editor"}).json()["roles"] == ["editor"]
    assert caller.put(f"{path}/roles/reader").json()["roles"] == ["editor", "reader"]
    assert caller.delete(f"{path}/roles/reader").status_code == 204
    problem_of(caller.delete(f"{path}/roles/reader"), 409)
    problem_of(caller.delete(f"{path}/roles/emperor"), 422)
    link = caller.post(f"{path}/sign-in-links")
    assert link.status_code == 201
    assert "/go/signin/link/" in link.json()["link"]
    assert caller.put(f"{path}/suspension").json()["suspended_at"] is not None
    problem_of(caller.put(f"{path}/suspension"), 409)
    assert caller.delete(f"{path}/suspension").status_code == 204
    assert caller.get(path).json()["suspended_at"] is None
    assert caller.delete(path).status_code == 204
    problem_of(caller.get(path), 404)


def test_the_only_alert_contact_cannot_be_deleted(house: House) -> None:
    """C6."""
    make_identity(house.cast.partner, PredefinedRole.ADMINISTRATOR, "Second Owner")
    second = Identity.objects.get(name="Second Owner")
    problem = problem_of(Caller(second).delete(f"/users/{house.cast.owner.public_id}"), 409)
    assert problem["code"] == "contact_only_alert_contact"
    assert Identity.objects.filter(pk=house.cast.owner.pk).exists()


def test_an_on_call_engineer_finds_no_users(house: House) -> None:
    """W2: incidents and integrations only; who they are and how they are reached is not for this role."""
    caller = Caller(house.cast.engineer)
    problem_of(caller.get("/accounts/bistro/users"), 403)
    problem_of(caller.get("/accounts/bistro/invitations"), 403)
    problem_of(caller.get(f"/users/{house.cast.reader.public_id}"), 404)
    problem_of(caller.delete(f"/users/{house.cast.reader.public_id}"), 404)


@pytest.mark.parametrize("role", ["colleague", "reader", "agent", "manager"])
def test_others_do_not_manage_users(house: House, role: str) -> None:
    caller = Caller(getattr(house.cast, role))
    path = f"/users/{house.cast.reader.public_id}"
    assert caller.get(path).status_code == 200
    for answer in (
        caller.post("/accounts/bistro/users", {"name": "X", "username": "x", "role": "reader"}),
        caller.post("/accounts/bistro/invitations", {"address": "x@bistro.test"}),
        caller.put(f"{path}/role", {"role": "editor"}),
        caller.put(f"{path}/suspension"),
        caller.delete(path),
        caller.post(f"{path}/sign-in-links"),
    ):
        problem_of(answer, 403)


def test_an_invitation_is_sent_listed_accepted_and_taken_back(house: House) -> None:
    """C4, W1: without a role the invited person becomes an editor."""
    caller = Caller(house.cast.owner)
    made = caller.post("/accounts/bistro/invitations", {"address": "nadia@bistro.test"})
    assert (made.status_code, made.json()["role"]) == (201, "editor")
    assert [one["id"] for one in caller.get("/accounts/bistro/invitations").json()["items"]] == [made.json()["id"]]
    token = links.invitation_token(Invitation.objects.get())
    body = {"token": token, "name": "Nadia New", "password": "a long enough passphrase"}
    problem_of(Caller(None).post("/invitation-acceptances", {**body, "password": "short"}), 422)
    problem_of(Caller(None).post("/invitation-acceptances", {**body, "token": token[:-1]}), 409)
    assert Caller(None).post("/invitation-acceptances", body).json()["roles"] == ["editor"]
    problem_of(Caller(None).post("/invitation-acceptances", body), 409)
    other = caller.post("/accounts/bistro/invitations", {"address": "other@bistro.test"}).json()
    assert caller.delete(f"/invitations/{other['id']}").status_code == 204
    problem_of(caller.delete(f"/invitations/{other['id']}"), 409)
    problem_of(caller.post("/accounts/bistro/invitations", {"address": "a@evil.test@partner.test"}), 422)


def test_people_change_their_own_settings(house: House) -> None:
    caller = Caller(house.cast.reader)
    body = {"name": "Rita R", "language": "pl", "time_zone": "Europe/Warsaw", "wants_sandbox_mail": True}
    changed = caller.put("/me", body).json()
    assert (changed["user"]["name"], changed["wants_sandbox_mail"]) == ("Rita R", True)
    problem_of(caller.put("/me/language", {"language": "tlh"}), 422)
    assert caller.put("/me/language", {"language": "it"}).status_code == 204
    assert caller.delete("/me/sessions").status_code == 204


def test_a_new_mailbox_counts_once_it_is_proved(house: House) -> None:
    caller = Caller(house.cast.reader)
    asked = caller.put("/me/mailbox", {"address": "rita@new.test"})
    assert (asked.status_code, asked.json()["address"]) == (202, "rita@new.test")
    assert caller.get("/me").json()["user"]["mailbox"] == "rita@bistro.test"
    token = links.proof_link(MailboxChange.objects.get()).split("/mailbox/")[1].split("/")[0]
    assert Caller(None).post("/mailbox-proofs", {"token": token}).status_code == 204
    assert caller.get("/me").json()["user"]["mailbox"] == "rita@new.test"
    problem_of(Caller(None).post("/mailbox-proofs", {"token": token}), 409)


def test_a_token_that_may_only_write_does_not_move_the_mailbox(house: House) -> None:
    """Whoever has the mailbox sets a new password: a stolen token would become the whole sign-in."""
    caller = Caller(house.cast.reader, scopes=(TokenScope.READ, TokenScope.WRITE))
    problem = problem_of(caller.put("/me/mailbox", {"address": "thief@evil.test"}), 403)
    assert (problem["code"], problem["facts"]["scope"]) == ("scope_missing", "administer")
    assert not MailboxChange.objects.exists()


def test_administrators_are_nudged_once_a_day(house: House) -> None:
    caller = Caller(house.cast.colleague)
    assert caller.post("/me/nudges").status_code == 202
    assert Announcement.objects.filter(facts__mail="nudge").count() == 1
    assert problem_of(caller.post("/me/nudges"), 409)["code"] == "already_nudged"


def test_a_token_cannot_outlive_a_year(house: House) -> None:
    far = (utc_now() + timedelta(days=800)).isoformat()
    body = {"name": "For ever", "scopes": ["read"], "expires_at": far}
    problem = problem_of(Caller(house.cast.owner).post("/me/tokens", body), 422)
    assert problem["errors"][0]["code"] == "bad_expiry"
    problem = problem_of(
        Caller(house.cast.owner).post("/me/tokens", {**body, "expires_at": "2026-11-30T10:00:00"}), 422
    )
    assert problem["errors"][0]["code"] == "value_not_a_moment"


def test_mail_is_forwarded_once_the_address_is_proved_and_until_it_is_stopped(house: House) -> None:
    """D10."""
    caller = Caller(house.cast.reader)
    asked = caller.put("/me/forwarding", {"address": "rita@other.test"})
    assert (asked.status_code, asked.json()["address"]) == (202, "rita@other.test")
    assert caller.get("/me").json()["forwards_to"] == ""
    token = links.proof_token(ForwardingProof.objects.get())
    assert Caller(None).post("/forwarding-proofs", {"token": token}).status_code == 204
    assert caller.get("/me").json()["forwards_to"] == "rita@other.test"
    problem_of(Caller(None).post("/forwarding-proofs", {"token": token}), 409)
    problem_of(caller.put("/me/forwarding", {"address": "rita@other.test"}), 409)
    assert caller.delete("/me/forwarding").status_code == 204
    assert caller.get("/me").json()["forwards_to"] == ""
    writer = Caller(house.cast.reader, scopes=(TokenScope.READ, TokenScope.WRITE))
    assert problem_of(writer.put("/me/forwarding", {"address": "thief@evil.test"}), 403)["code"] == "scope_missing"
