"""Invitations go by e-mail, expire and work once (C4, W1)."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client

from liaison.accounts import actions
from liaison.accounts.links import find_invitation, invitation_token
from liaison.accounts.models import Identity, Invitation
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity, make_partner, sign_in
from liaison.accounts.tests.mails import mails, may_still_be_sent
from liaison.audit.models import Event
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.notifications.models import Announcement, Delivery

PASSWORD = "korrekt horse battery"


def _invite(cast: Cast, address: str = "new@bistro.test", **values: object) -> Invitation:
    return actions.invite_user(
        **{"actor": cast.owner, "account": cast.partner, "address": address, "now": utc_now(), **values}  # type: ignore[arg-type]
    )


def _accept(invitation: Invitation, **values: object) -> Identity:
    given = {"name": "Nina New", "password": PASSWORD, "now": utc_now(), **values}
    return actions.accept_invitation(token=invitation_token(invitation), **given)  # type: ignore[arg-type]


def test_the_invited_person_becomes_an_editor_with_a_proved_mailbox(cast: Cast) -> None:
    identity = _accept(_invite(cast, "New.Person@Example.test"), language="pl", time_zone="Europe/Warsaw")
    assert identity.username == "new.person@example.test"
    assert identity.mailbox == "New.Person@example.test"
    assert identity.mailbox_verified_at is not None
    assert identity.account == cast.partner
    assert identity.check_password(PASSWORD)
    assert [row.predefined for row in identity.role_assignments.all()] == [PredefinedRole.EDITOR]


def test_an_administrator_chooses_another_role(cast: Cast) -> None:
    identity = _accept(_invite(cast, role=PredefinedRole.READER))
    assert [row.predefined for row in identity.role_assignments.all()] == [PredefinedRole.READER]


def test_a_role_of_another_kind_of_account_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        _invite(cast, role=PredefinedRole.OPERATOR_ADMINISTRATOR)
    assert [problem.code for problem in refused.value.problems] == ["role_not_offered"]


@pytest.mark.parametrize(
    "address",
    ["a@evil.test@partner.test", "a@partner.test\nBcc: b@evil.test", "no address", "", "a@b.test, c@d.test"],
)
def test_a_bad_address_is_refused_and_nothing_is_kept(cast: Cast, address: str) -> None:
    with pytest.raises(Invalid):
        _invite(cast, address)
    assert not Invitation.objects.exists()
    assert not Announcement.objects.exists()


def test_the_mail_goes_to_the_invited_address_in_the_chosen_language(cast: Cast) -> None:
    invitation = _invite(cast, language="it")
    [mail] = mails("invitation")
    assert (mail.to, mail.language) == ("new@bistro.test", "it")
    assert mail.content.is_confidential
    assert f"http://127.0.0.1:8000/go/invitations/{invitation_token(invitation)}/?as=free" in mail.text


def test_no_secret_lies_in_a_row_before_it_is_sent(cast: Cast) -> None:
    invitation = _invite(cast)
    kept = json.dumps(list(Announcement.objects.values("facts", "subject_id")))
    kept += json.dumps(list(Delivery.objects.values("address", "recipient_key", "reasons")))
    kept += json.dumps(list(Event.objects.values("facts", "changes")))
    assert invitation_token(invitation).rpartition(":")[2] not in kept


def test_it_works_once(cast: Cast) -> None:
    invitation = _invite(cast)
    _accept(invitation)
    with pytest.raises(Conflict, match="invitation_over"):
        _accept(invitation)


def test_it_expires_after_seven_days(cast: Cast) -> None:
    invitation = _invite(cast)
    week = timedelta(days=7)
    assert find_invitation(invitation_token(invitation), invitation.created_at + week - timedelta(seconds=1))
    with pytest.raises(Conflict):
        _accept(invitation, now=invitation.created_at + week)


def test_a_second_invitation_takes_the_place_of_the_first(cast: Cast) -> None:
    first, second = _invite(cast), _invite(cast, "NEW@bistro.test")
    with pytest.raises(Conflict):
        _accept(first)
    assert _accept(second).account == cast.partner
    assert [may_still_be_sent(one) for one in Delivery.objects.order_by("pk")] == [False, False]


def test_taking_it_back_stops_link_and_mail(cast: Cast) -> None:
    invitation = _invite(cast)
    [delivery] = Delivery.objects.all()
    assert may_still_be_sent(delivery)
    actions.revoke_invitation(actor=cast.owner, invitation=invitation, now=utc_now())
    assert not may_still_be_sent(delivery)
    with pytest.raises(Conflict):
        _accept(invitation)
    with pytest.raises(Conflict):
        actions.revoke_invitation(actor=cast.owner, invitation=invitation, now=utc_now())


def test_a_token_of_another_invitation_or_made_up_opens_nothing(cast: Cast) -> None:
    token = invitation_token(_invite(cast))
    other = _invite(cast, "other@bistro.test")
    forged = token.replace(token[:5], invitation_token(other)[:5], 1)
    for made_up in ("", "x", token + "x", token.swapcase(), forged + "x"):
        assert find_invitation(made_up, utc_now()) is None


def test_somebody_who_is_in_already_is_not_invited(cast: Cast) -> None:
    with pytest.raises(Conflict, match="already_a_user"):
        _invite(cast, cast.colleague.mailbox.upper())


def test_an_account_sends_at_most_fifty_an_hour(cast: Cast) -> None:
    now = utc_now()
    for number in range(50):
        _invite(cast, f"person{number}@bistro.test", now=now)
    with pytest.raises(Conflict, match="too_many_invitations"):
        _invite(cast, "one@toomany.test", now=now)
    later = _invite(cast, "one@later.test", now=now + timedelta(hours=1, seconds=1))
    assert later.address == "one@later.test"


def test_one_mailbox_may_serve_identities_of_two_accounts(cast: Cast) -> None:
    """D1: a person who works for two accounts has two identities, with two user names."""
    first = _accept(_invite(cast, "both@work.test"))
    second = _accept(
        actions.invite_user(actor=cast.outsider, account=cast.elsewhere, address="both@work.test", now=utc_now())
    )
    assert first.mailbox == second.mailbox
    assert (first.username, second.username) == ("both@work.test", "both@elsewhere.portal.test")


@pytest.mark.django_db(transaction=True)
def test_two_accounts_whose_invitations_are_accepted_at_once_get_two_user_names() -> None:
    """D1: the address is one person's user name in one account, and another one in the other."""
    tokens = [
        invitation_token(
            actions.invite_user(
                actor=TESTS,
                account=make_partner(slug),
                address="both@work.test",
                role=PredefinedRole.ADMINISTRATOR,
                now=utc_now(),
            )
        )
        for slug in ("one", "two")
    ]
    gate = threading.Barrier(2)

    def accept(token: str) -> str:
        gate.wait()
        try:
            return actions.accept_invitation(token=token, name="Bo", password=PASSWORD, now=utc_now()).username
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        names = set(threads.map(accept, tokens))
    assert "both@work.test" in names
    assert names - {"both@work.test"} <= {"both@one.portal.test", "both@two.portal.test"}
    assert len(names) == 2


@pytest.mark.parametrize("password", ["short", "12345678901", "password1234", "new@bistro.test"])
def test_a_weak_password_is_refused_and_the_invitation_stays(cast: Cast, password: str) -> None:
    invitation = _invite(cast)
    with pytest.raises(Invalid):
        _accept(invitation, password=password)
    assert _accept(invitation).account == cast.partner


def test_history_tells_who_invited_and_that_the_link_was_used(cast: Cast) -> None:
    identity = _accept(_invite(cast))
    kinds = Event.objects.filter(account_id=cast.partner.pk).order_by("pk").values_list("kind", "actor_kind")
    assert list(kinds)[-3:] == [
        ("invitation.sent", "identity"),
        ("identity.created", "link"),
        ("invitation.accepted", "link"),
    ]
    assert identity.name not in json.dumps(list(Event.objects.values("facts", "changes", "actor_id")))


# The pages.


def test_the_link_leads_to_a_free_slot_asks_and_signs_in(cast: Cast, client: Client) -> None:
    sign_in(client, cast.agent, slot=0)
    _invite(cast)
    [mail] = mails("invitation")
    found = re.search(r"http://127\.0\.0\.1:8000(/go/\S+)", mail.text)
    assert found is not None
    opened = client.get(found[1])
    assert opened["Location"].startswith("/u/1/invitations/")
    page = opened["Location"]
    assert client.get(page).status_code == HTTPStatus.OK
    assert client.head(page).status_code == HTTPStatus.OK, "mail scanners look at links"
    form = {"name": "김서연", "password": PASSWORD, "language": "ko", "time_zone": "Asia/Seoul"}
    weak = client.post(page, {**form, "password": "x"})
    assert weak.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "김서연" in weak.content.decode(), "nothing typed is lost"
    assert client.post(page, form)["Location"] == "/u/1/"
    identity = Identity.objects.get(username="new@bistro.test")
    assert identity.sessions.count() == 1
    assert client.get("/u/0/settings/").wsgi_request.user == cast.agent
    assert client.get(page.replace("/u/1/", "/u/2/")).status_code == HTTPStatus.GONE


def test_a_link_that_is_over_and_one_never_made_look_alike(cast: Cast, client: Client) -> None:
    invitation = _invite(cast)
    _accept(invitation)
    used = client.get(f"/u/0/invitations/{invitation_token(invitation)}/")
    unknown = client.get("/u/0/invitations/made-up/")
    assert used.status_code == unknown.status_code == HTTPStatus.GONE
    words = "This invitation cannot be used any more"
    assert words in used.content.decode()
    assert words in unknown.content.decode()


def test_inviting_from_the_page(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    form = {"address": "new@bistro.test", "role": "reader", "language": "", "next": "/u/0/settings/"}
    assert client.post("/u/0/users/invite/", form)["Location"] == "/u/0/settings/"
    assert Invitation.objects.get().role == PredefinedRole.READER
    evil = client.post("/u/0/users/invite/", {**form, "next": "https://evil.test/"})
    assert evil["Location"] == "/u/0/"


def test_inviting_a_bad_address_shows_the_reason_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    form = {"address": "a@evil.test@partner.test", "role": "reader", "language": "pl"}
    response = client.post("/u/0/users/invite/", form, headers={"HX-Request": "true"})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = response.content.decode()
    assert "</html>" not in page
    assert 'id="users-panel"' in page
    assert "a@evil.test@partner.test" in page
    assert "one @ sign" in page


def test_a_reader_cannot_invite_and_sees_who_can(cast: Cast, client: Client) -> None:
    """C4: others see who can, and can nudge them."""
    sign_in(client, cast.reader)
    page = client.get("/u/0/users/").content.decode()
    assert "/users/invite/" not in page
    assert "Olivia Owner" in page
    response = client.post("/u/0/users/invite/", {"address": "a@b.test", "role": "editor", "language": ""})
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert not Invitation.objects.exists()


def test_nudging_reaches_the_administrators_once_a_day(cast: Cast, client: Client) -> None:
    sign_in(client, cast.colleague)
    assert client.post("/u/0/users/nudge/", {"next": "/u/0/users/"})["Location"] == "/u/0/users/"
    client.post("/u/0/users/nudge/")
    [mail] = mails("nudge")
    assert mail.to == cast.owner.mailbox
    assert "Carlo Colleague" in mail.text
    assert f"/go/users/?as={cast.owner.public_id}" in mail.text
    actions.nudge_administrators(actor=cast.reader, now=utc_now())
    actions.nudge_administrators(actor=cast.colleague, now=utc_now() + timedelta(days=1, seconds=1))


def test_nudging_says_so_when_nobody_can_be_reached(cast: Cast) -> None:
    Identity.objects.filter(pk=cast.owner.pk).update(mailbox="", mailbox_verified_at=None)
    with pytest.raises(Conflict, match="nobody_to_nudge"):
        actions.nudge_administrators(actor=cast.colleague, now=utc_now())


def test_staff_invite_into_an_account(cast: Cast, client: Client) -> None:
    sign_in(client, cast.administrator)
    form = {"address": "first@elsewhere.test", "role": "administrator", "language": ""}
    response = client.post("/u/0/accounts/elsewhere/users/invite/", form)
    assert response["Location"] == "/u/0/accounts/elsewhere/users/"
    assert Invitation.objects.get().account == cast.elsewhere
    outsider = Client()
    sign_in(outsider, cast.owner)
    assert outsider.post("/u/0/accounts/elsewhere/users/invite/", form).status_code == HTTPStatus.NOT_FOUND


def test_a_suspended_person_is_not_let_in_again_by_an_invitation_of_the_same_account(cast: Cast) -> None:
    actions.suspend_identity(actor=cast.owner, identity=cast.reader, now=utc_now())
    with pytest.raises(Conflict, match="already_a_user"):
        _invite(cast, cast.reader.mailbox)


def test_the_first_administrator_is_invited_by_the_system(cast: Cast) -> None:
    invitation = actions.invite_user(
        actor=TESTS,
        account=cast.elsewhere,
        address="boss@elsewhere.test",
        role=PredefinedRole.ADMINISTRATOR,
        now=utc_now(),
    )
    assert invitation.invited_by is None
    [mail] = mails("invitation")
    assert "Invited by" not in mail.text


def test_an_identity_without_a_mailbox_does_not_block_inviting_a_colleague(cast: Cast) -> None:
    make_identity(cast.partner, name="Noel Nomail", mailbox="")
    assert _invite(cast).account == cast.partner
