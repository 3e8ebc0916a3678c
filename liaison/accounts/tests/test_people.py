"""Creating, suspending, restoring and deleting people, and their roles (C6, W1, W12, W13, D10)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client

from liaison.accounts import actions, departures, queries
from liaison.accounts.bearers import find_bearer
from liaison.accounts.models import Identity, MailboxChange
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity, make_partner, sign_in
from liaison.accounts.tests.mails import mails
from liaison.accounts.vocabulary import AccountCode, TokenScope
from liaison.audit.actions import ActorRef
from liaison.audit.models import Event
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Refusal

ADMINISTRATOR, EDITOR, READER = PredefinedRole.ADMINISTRATOR, PredefinedRole.EDITOR, PredefinedRole.READER


@pytest.fixture
def kept_departures() -> Iterator[None]:
    objectors, followers = list(departures._objectors), list(departures._followers)
    yield
    departures._objectors[:] = objectors
    departures._followers[:] = followers


def test_an_administrator_creates_somebody_without_a_mailbox(cast: Cast) -> None:
    """D10: identities of the free edition have none."""
    identity = actions.create_identity(
        actor=cast.owner, account=cast.partner, role=READER, name="Noel", username="Noel", now=utc_now()
    )
    assert identity.username == "noel@bistro.portal.test"
    assert not identity.mailbox
    assert not identity.has_usable_password()
    assert identity.org_unit.parent_id is None


def test_a_mailbox_that_an_administrator_typed_counts_only_once_it_is_proved(cast: Cast) -> None:
    identity = actions.create_identity(
        actor=cast.owner,
        account=cast.partner,
        role=READER,
        name="Noel",
        username="noel",
        mailbox="noel@home.test",
        now=utc_now(),
    )
    assert not identity.mailbox
    assert MailboxChange.objects.get().address == "noel@home.test"
    [mail] = mails("mailbox_verification")
    assert mail.to == "noel@home.test"


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("noel@elsewhere.portal.test", AccountCode.FOREIGN_USERNAME),
        ("noel@gmail.test", AccountCode.FOREIGN_USERNAME),
        ("olivia", AccountCode.USERNAME_TAKEN),
        ("no spaces", AccountCode.BAD_USERNAME),
        ("", AccountCode.BAD_USERNAME),
        ("a\nb", AccountCode.BAD_USERNAME),
        ("a@b@bistro.portal.test", AccountCode.BAD_USERNAME),
    ],
)
def test_a_user_name_must_be_free_and_in_a_domain_of_the_account(cast: Cast, username: str, code: AccountCode) -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_identity(
            actor=cast.owner, account=cast.partner, role=READER, name="Noel", username=username, now=utc_now()
        )
    assert [problem.code for problem in refused.value.problems] == [code]


def test_everything_wrong_is_said_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_identity(
            actor=cast.owner,
            account=cast.partner,
            role=READER,
            name="a\u2028b",
            username="x y",
            mailbox="nonsense",
            language="de",
            time_zone="Mars/Base",
            now=utc_now(),
        )
    fields = {problem.field for problem in refused.value.problems}
    assert fields == {"name", "username", "mailbox", "language", "time_zone"}


def test_suspending_ends_everything_from_that_second_on(cast: Cast, client: Client) -> None:
    """W13."""
    now = utc_now()
    _token, secret = actions.create_api_token(
        actor=cast.colleague, name="x", scopes=[TokenScope.READ], expires_at=now.replace(year=now.year + 1), now=now
    )
    link = actions.create_sign_in_link(actor=TESTS, identity=cast.colleague, now=now)
    actions.change_mailbox(actor=cast.colleague, address="new@home.test", now=now)
    sign_in(client, cast.colleague)
    assert find_bearer(secret, now) is not None
    suspended = actions.suspend_identity(actor=cast.owner, identity=cast.colleague, now=now)
    assert not suspended.is_active
    assert find_bearer(secret, now) is None
    with pytest.raises(Conflict):
        actions.use_sign_in_link(token=link, now=now)
    assert not MailboxChange.objects.exists()
    assert not cast.colleague.sessions.exists()
    restored = actions.restore_identity(actor=cast.owner, identity=cast.colleague, now=now)
    assert restored.is_active
    assert find_bearer(secret, now) is None, "what ended stays ended"


def test_deleting_erases_the_person_and_history_keeps_the_number(cast: Cast) -> None:
    number = str(cast.reader.pk)
    actions.delete_identity(actor=cast.owner, identity=cast.reader, now=utc_now())
    assert not Identity.objects.filter(pk=number).exists()
    last = Event.objects.order_by("-pk").first()
    assert last is not None
    assert (last.kind, last.subject_id) == ("identity.deleted", number)
    everything = json.dumps(list(Event.objects.values("facts", "changes", "subject_id", "actor_id")))
    assert "Rita" not in everything
    assert "rita@" not in everything


def test_an_objection_keeps_somebody_from_being_deleted_but_not_from_being_suspended(
    cast: Cast, kept_departures: None
) -> None:
    """C6: deleting the only alert contact is refused; suspension acts at once and followers tidy up."""
    followed: list[tuple[int, str]] = []

    def object_to(identity: Identity) -> Refusal | None:
        return Conflict(AccountCode.NEEDS_A_ROLE) if identity == cast.reader else None

    def follow(identity: Identity, actor: ActorRef, now: datetime) -> None:
        followed.append((identity.pk, actor.id))

    departures.register_objector(object_to)
    departures.register_follower(follow)
    with pytest.raises(Conflict, match="needs_a_role"):
        actions.delete_identity(actor=cast.owner, identity=cast.reader, now=utc_now())
    assert followed == []
    assert Identity.objects.filter(pk=cast.reader.pk).exists()
    actions.suspend_identity(actor=cast.owner, identity=cast.reader, now=utc_now())
    actions.delete_identity(actor=cast.owner, identity=cast.colleague, now=utc_now())
    assert followed == [(cast.reader.pk, str(cast.owner.pk)), (cast.colleague.pk, str(cast.owner.pk))]


def test_the_page_names_the_objection_before_anything_happens(
    cast: Cast, client: Client, kept_departures: None
) -> None:
    departures.register_objector(lambda _identity: Conflict(AccountCode.NEEDS_A_ROLE))
    sign_in(client, cast.owner)
    address = f"/u/0/users/{cast.reader.public_id}/delete/"
    assert "Every user needs a role" in client.get(address).content.decode()
    assert client.post(address)["Location"] == f"/u/0/users/{cast.reader.public_id}/"
    assert Identity.objects.filter(pk=cast.reader.pk).exists()


@pytest.mark.parametrize("verb", [actions.suspend_identity, actions.delete_identity])
def test_nobody_does_it_to_themselves(cast: Cast, verb: object) -> None:
    with pytest.raises(Conflict, match="not_yourself"):
        verb(actor=cast.owner, identity=cast.owner, now=utc_now())  # type: ignore[operator]


def test_the_last_administrator_stays(cast: Cast) -> None:
    now = utc_now()
    staff = cast.administrator
    for verb in (actions.suspend_identity, actions.delete_identity):
        with pytest.raises(Conflict, match="last_administrator"):
            verb(actor=staff, identity=cast.owner, now=now)
    with pytest.raises(Conflict, match="last_administrator"):
        actions.change_role(actor=cast.owner, identity=cast.owner, role=READER, now=now)
    actions.give_role(actor=cast.owner, identity=cast.owner, role=EDITOR, now=now)
    with pytest.raises(Conflict, match="last_administrator"):
        actions.take_role(actor=cast.owner, identity=cast.owner, role=ADMINISTRATOR, now=now)
    second = make_identity(cast.partner, ADMINISTRATOR, "Sara Second")
    actions.suspend_identity(actor=staff, identity=second, now=now)
    with pytest.raises(Conflict, match="last_administrator"):
        actions.suspend_identity(actor=staff, identity=cast.owner, now=now)
    actions.restore_identity(actor=staff, identity=second, now=now)
    actions.suspend_identity(actor=second, identity=cast.owner, now=now)


def test_the_last_administrator_of_the_operator_stays(cast: Cast) -> None:
    with pytest.raises(Conflict, match="last_administrator"):
        actions.suspend_identity(actor=TESTS, identity=cast.administrator, now=utc_now())


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_at_once_leave_one() -> None:
    account = make_partner("duo")
    pair = [make_identity(account, ADMINISTRATOR, name) for name in ("Ann One", "Ben Two")]
    gate = threading.Barrier(2)
    outcomes: list[str] = []

    def demote(actor: Identity, other: Identity) -> None:
        gate.wait()
        try:
            actions.change_role(actor=actor, identity=other, role=READER, now=utc_now())
            outcomes.append("done")
        except (Conflict, Forbidden) as refusal:
            outcomes.append(str(refusal.code))
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=pair), threading.Thread(target=demote, args=pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The second is too late to be an administrator, or too late to leave none: whichever is asked first.
    assert sorted(outcomes) in (["done", "last_administrator"], ["done", "not_allowed"])
    assert queries.administrators_of(account).count() == 1


def test_changing_the_role_replaces_it_and_tells_the_person(cast: Cast) -> None:
    actions.change_role(actor=cast.owner, identity=cast.reader, role=EDITOR, now=utc_now())
    assert queries.roles_of(Identity.objects.get(pk=cast.reader.pk)) == (EDITOR,)
    [mail] = mails("role_changed")
    assert mail.to == cast.reader.mailbox
    assert "Editor" in mail.text
    actions.change_role(actor=cast.owner, identity=cast.reader, role=EDITOR, now=utc_now())
    assert len(mails("role_changed")) == 1, "no change, no mail"


def test_a_partners_user_keeps_one_of_the_three_roles(cast: Cast) -> None:
    """W1."""
    with pytest.raises(Conflict, match="needs_a_role"):
        actions.take_role(actor=cast.owner, identity=cast.reader, role=READER, now=utc_now())
    with pytest.raises(Conflict, match="role_not_held"):
        actions.take_role(actor=cast.owner, identity=cast.reader, role=EDITOR, now=utc_now())


def test_only_a_partner_manager_manages_and_only_partners(cast: Cast) -> None:
    now = utc_now()
    for account, manager, code in (
        (cast.elsewhere, cast.agent, "not_a_partner_manager"),
        (cast.operator, cast.manager, "not_a_partner"),
    ):
        with pytest.raises(Conflict, match=code):
            actions.assign_partner_manager(actor=cast.administrator, account=account, manager=manager, now=now)
    actions.assign_partner_manager(actor=cast.administrator, account=cast.elsewhere, manager=cast.manager, now=now)
    actions.suspend_identity(actor=cast.administrator, identity=cast.manager, now=now)
    with pytest.raises(Conflict, match="not_a_partner_manager"):
        actions.assign_partner_manager(actor=cast.administrator, account=cast.partner, manager=cast.manager, now=now)


# The pages.


def test_an_administrator_changes_a_role_suspends_restores_and_deletes(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    base = f"/u/0/users/{cast.reader.public_id}/"
    client.post(base + "role/", {"role": "editor"})
    assert queries.roles_of(Identity.objects.get(pk=cast.reader.pk)) == (EDITOR,)
    client.post(base + "suspend/")
    assert Identity.objects.get(pk=cast.reader.pk).suspended_at is not None
    assert "Suspended" in client.get(base).content.decode()
    client.post(base + "restore/")
    assert Identity.objects.get(pk=cast.reader.pk).suspended_at is None
    assert client.post(base + "delete/")["Location"] == "/u/0/users/"
    assert not Identity.objects.filter(pk=cast.reader.pk).exists()


@pytest.mark.parametrize("name", ["role/", "suspend/", "restore/", "delete/", "link/"])
def test_a_colleague_is_forbidden_and_an_outsider_finds_nothing(cast: Cast, client: Client, name: str) -> None:
    """Invariant 6: visible is 403, foreign is 404."""
    address = f"users/{cast.reader.public_id}/{name}"
    sign_in(client, cast.colleague, slot=0)
    sign_in(client, cast.outsider, slot=1)
    assert client.post(f"/u/0/{address}", {"role": "editor"}).status_code == HTTPStatus.FORBIDDEN
    assert client.post(f"/u/1/{address}", {"role": "editor"}).status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/u/1/users/{cast.reader.public_id}/").status_code == HTTPStatus.NOT_FOUND


def test_creating_from_the_page_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    form = {"name": "Noel", "username": "olivia", "role": "reader", "mailbox": ""}
    refused = client.post("/u/0/users/new/", form)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Somebody has this user name already." in refused.content.decode()
    assert 'value="olivia"' in refused.content.decode()
    created = client.post("/u/0/users/new/", {**form, "username": "noel"})
    identity = Identity.objects.get(username="noel@bistro.portal.test")
    assert created["Location"] == f"/u/0/users/{identity.public_id}/"
