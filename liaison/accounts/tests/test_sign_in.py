"""Signing in and out: in one slot, in one look, without telling who exists (faults-and-threats, "Sign-in")."""

from __future__ import annotations

import re
import time
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import URLPattern

from liaison.accounts import actions
from liaison.accounts.forms.sign_in import ANSWER_SECONDS, ResetPasswordForm
from liaison.accounts.links import password_reset_link
from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_identity, sign_in
from liaison.accounts.tests.mails import mails
from liaison.accounts.urls import urlpatterns
from liaison.audit.models import Event
from liaison.lib.clock import utc_now
from liaison.notifications.models import Announcement

PASSWORD = "korrekt horse battery"
NEW = "noch ein langes wort"


@pytest.fixture
def person(cast: Cast) -> Identity:
    return make_identity(cast.partner, name="Petra Person", password=PASSWORD)


def test_user_name_and_password_sign_in_in_this_slot(person: Identity, client: Client) -> None:
    response = client.post("/u/2/signin/", {"login": " PETRA@bistro.portal.test ", "password": PASSWORD})
    assert response["Location"] == "/u/2/"
    assert client.get("/u/2/settings/").wsgi_request.user == person
    assert client.get("/u/0/settings/").status_code == HTTPStatus.FOUND
    signed_in = Event.objects.get(kind="identity.signed_in")
    assert (signed_in.actor_id, signed_in.facts) == (str(person.pk), {"how": "password"})


def test_the_key_of_the_session_changes_with_signing_in(person: Identity, client: Client) -> None:
    client.get("/u/0/signin/")
    before = client.cookies["liaison_session_0"].value
    client.post("/u/0/signin/", {"login": person.username, "password": PASSWORD})
    after = client.cookies["liaison_session_0"]
    assert after.value != before
    assert after["httponly"]
    assert after["samesite"] == "Lax"


def test_wrong_password_and_unknown_name_look_alike(person: Identity) -> None:
    answers = []
    for login in (person.username, "nobody@bistro.portal.test"):
        response = Client().post("/u/0/signin/", {"login": login, "password": "wrong"})
        page = re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode()).replace(login, "")
        answers.append((response.status_code, re.sub(r"[0-9a-z]{14}", "", page)))
    assert answers[0] == answers[1]


def test_the_mailbox_is_not_a_user_name(person: Identity, client: Client) -> None:
    response = client.post("/u/0/signin/", {"login": person.mailbox, "password": PASSWORD})
    assert response.status_code == HTTPStatus.OK
    assert not Event.objects.filter(kind="identity.signed_in").exists()


def test_five_wrong_passwords_close_the_door_for_a_while(person: Identity, client: Client) -> None:
    for _try in range(5):
        client.post("/u/0/signin/", {"login": person.username, "password": "wrong"})
    response = client.post("/u/0/signin/", {"login": person.username, "password": PASSWORD})
    assert response.status_code == HTTPStatus.OK
    assert "Too many failed login attempts" in response.content.decode()


def test_a_suspended_person_is_told_so_only_with_the_right_password(
    cast: Cast, person: Identity, client: Client
) -> None:
    actions.suspend_identity(actor=cast.owner, identity=person, now=utc_now())
    wrong = client.post("/u/0/signin/", {"login": person.username, "password": "wrong"})
    assert wrong.status_code == HTTPStatus.OK
    right = client.post("/u/0/signin/", {"login": person.username, "password": PASSWORD})
    assert right["Location"] == "/u/0/signin/inactive/"
    assert client.get("/u/0/settings/").status_code == HTTPStatus.FOUND


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/u/1/users/?x=1", "/u/1/users/?x=1"),
        ("/u/2/users/", "/u/1/"),
        ("/users/", "/u/1/"),
        ("https://evil.test/", "/u/1/"),
        ("//evil.test/", "/u/1/"),
        ("/u/1//evil.test", "/u/1//evil.test"),
        ("/u/1/../../evil", "/u/1/"),
        ("\\\\evil.test", "/u/1/"),
        ("javascript:alert(1)", "/u/1/"),
        ("http://testserver/u/1/users/", "/u/1/"),
    ],
)
def test_sign_in_leads_back_within_its_slot_and_nowhere_else(
    person: Identity, client: Client, wanted: str, led_to: str
) -> None:
    form = {"login": person.username, "password": PASSWORD, "next": wanted}
    assert client.post("/u/1/signin/", form)["Location"] == led_to


def test_the_sign_in_page_of_a_taken_slot_leads_home(person: Identity, client: Client) -> None:
    sign_in(client, person, slot=3)
    assert client.get("/u/3/signin/")["Location"] == "/u/3/"


def test_an_address_without_a_slot_is_led_into_a_free_one(person: Identity, client: Client) -> None:
    sign_in(client, person, slot=0)
    assert client.get("/signin/")["Location"] == "/u/1/signin/"
    assert client.get("/signin/password/reset/")["Location"] == "/u/1/signin/password/reset/"


def test_signing_out_is_recorded_and_never_done_by_a_link(person: Identity, client: Client) -> None:
    sign_in(client, person)
    assert client.get("/u/0/signout/").status_code == HTTPStatus.OK
    assert client.get("/u/0/settings/").status_code == HTTPStatus.OK
    client.post("/u/0/signout/")
    assert client.get("/u/0/settings/").status_code == HTTPStatus.FOUND
    assert Event.objects.filter(kind="identity.signed_out", actor_id=str(person.pk)).count() == 1


def test_what_of_allauth_we_do_not_use_is_not_there(db: None, client: Client) -> None:
    for path in ("signup/", "signin/signup/", "email/", "signin/email/", "signin/code/"):
        assert client.get(f"/u/0/{path}").status_code == HTTPStatus.NOT_FOUND


def test_each_page_of_allauth_is_one_of_our_templates(cast: Cast, person: Identity, client: Client) -> None:
    """All of the portal is Jinja2 (decision record 0002): ours have the language menu, allauth's have not."""
    anonymous = Client()
    key = password_reset_link(person).partition("/go")[2].partition("?")[0]
    reached = {
        "account_login": anonymous.get("/u/0/signin/"),
        "account_inactive": anonymous.get("/u/0/signin/inactive/"),
        "account_reset_password": anonymous.get("/u/0/signin/password/reset/"),
        "account_reset_password_done": anonymous.get("/u/0/signin/password/reset/done/"),
        "account_reset_password_from_key": anonymous.get(f"/u/0{key}", follow=True),
        "account_reset_password_from_key_done": anonymous.get("/u/0/signin/password/reset/key/done/"),
        "account_logout": sign_in(client, person).get("/u/0/signout/"),
        "account_reauthenticate": client.get("/u/0/signin/confirm/"),
        "account_change_password": client.get("/u/0/signin/password/change/"),
        "account_set_password": sign_in(Client(), cast.reader).get("/u/0/signin/password/set/"),
    }
    routed = {
        pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern) and "account_" in str(pattern.name)
    }
    ours_by_name = {
        *("account_settings", "account_users", "account_invite_user", "account_create_user"),
        *("account_groups", "account_create_group", "account_sharing"),
    }
    assert set(reached) == routed - ours_by_name
    for name, response in reached.items():
        page = response.content.decode()
        assert response.status_code == HTTPStatus.OK, name
        assert 'lang="en"' in page, name
        assert "preferences/language" in page, name
        assert "</html>" in page, name


# Resetting the password.


def _reset(client: Client, login: str) -> None:
    response = client.post("/u/0/signin/password/reset/", {"email": login})
    assert response["Location"] == "/u/0/signin/password/reset/done/"


def _link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/go/signin/password/reset/key/\S+)", text)
    assert found is not None, text
    return found[1]


def test_the_whole_way_of_a_reset(person: Identity, client: Client) -> None:
    sign_in(client, person, slot=5)
    _reset(client, person.username)
    [mail] = mails("password_reset")
    assert mail.content.is_confidential
    form = client.get(_link_in(mail.text), follow=True)
    assert form.status_code == HTTPStatus.OK
    address = form.wsgi_request.get_full_path()
    assert address.endswith("-set-password/"), "the secret leaves the address"
    done = client.post(address, {"password1": NEW, "password2": NEW})
    assert done["Location"].endswith("/signin/password/reset/key/done/")
    assert Identity.objects.get(pk=person.pk).check_password(NEW)
    assert client.get("/u/5/settings/").status_code == HTTPStatus.FOUND, "the old password's sessions are over"
    assert [mail.to for mail in mails("password_changed")] == [person.mailbox]
    again = Client().get(_link_in(mail.text), follow=True)
    assert "This link cannot be used any more" in again.content.decode()


def test_a_mailbox_resets_each_of_its_identities_by_its_own_mail(cast: Cast, person: Identity, client: Client) -> None:
    """D1: one mailbox, several identities."""
    twin = make_identity(cast.elsewhere, name="Petra Twin", mailbox=person.mailbox.upper())
    _reset(client, person.mailbox)
    texts = {mail.to: mail.text for mail in mails("password_reset")}
    assert set(texts) == {person.mailbox, twin.mailbox}
    assert person.username in texts[person.mailbox]
    assert twin.username in texts[twin.mailbox]


def test_asking_for_somebody_unknown_looks_the_same_and_sends_nothing(
    cast: Cast, person: Identity, client: Client
) -> None:
    no_mailbox = make_identity(cast.partner, name="Noel Nomail", mailbox="")
    suspended = make_identity(cast.partner, name="Susi Suspended")
    actions.suspend_identity(actor=cast.owner, identity=suspended, now=utc_now())
    for login in ("nobody@x.test", no_mailbox.username, suspended.username, "a@b@c", "'; --"):
        _reset(client, login)
    assert not mails("password_reset")


def test_the_time_of_the_answer_tells_nothing(person: Identity, client: Client) -> None:
    request = client.get("/u/0/signin/").wsgi_request
    for login in (person.username, "nobody@x.test"):
        form = _valid_reset(login)
        begun = time.monotonic()
        form.save(request)
        assert time.monotonic() - begun >= ANSWER_SECONDS, "both answers take the longer of the two times"


def _valid_reset(login: str) -> ResetPasswordForm:
    form = ResetPasswordForm({"email": login})
    assert form.is_valid()
    return form


def test_the_link_never_comes_from_the_host_header(person: Identity) -> None:
    client = Client(headers={"host": "localhost", "X-Forwarded-Host": "evil.test"})
    _reset(client, person.username)
    [mail] = mails("password_reset")
    assert "localhost" not in mail.text
    assert "evil.test" not in mail.text
    refused = Client(headers={"host": "evil.test"}).post("/u/0/signin/password/reset/", {"email": person.username})
    assert refused.status_code == HTTPStatus.BAD_REQUEST


def test_a_reset_link_is_worthless_after_signing_in(person: Identity, client: Client) -> None:
    link = password_reset_link(person)
    client.post("/u/0/signin/", {"login": person.username, "password": PASSWORD})
    page = Client().get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert "This link cannot be used any more" in page.content.decode()


def test_five_resets_an_hour_are_enough_for_one_name(person: Identity, client: Client) -> None:
    for _try in range(5):
        _reset(client, person.username)
    response = client.post("/u/0/signin/password/reset/", {"email": person.username})
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "This was tried too often" in response.content.decode()
    assert Announcement.objects.filter(facts__mail="password_reset").count() == 5


def test_changing_the_password_asks_for_the_old_one_and_keeps_this_tab(person: Identity, client: Client) -> None:
    elsewhere = sign_in(Client(), person)
    sign_in(client, person)
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert client.post("/u/0/signin/password/change/", form).status_code == HTTPStatus.OK
    assert Identity.objects.get(pk=person.pk).check_password(PASSWORD)
    changed = client.post("/u/0/signin/password/change/", {**form, "oldpassword": PASSWORD})
    assert changed["Location"] == "/u/0/settings/"
    assert client.get("/u/0/settings/").status_code == HTTPStatus.OK
    assert elsewhere.get("/u/0/settings/").status_code == HTTPStatus.FOUND
    assert len(mails("password_changed")) == 1


# One-time links (D10).


def test_somebody_without_a_mailbox_comes_in_by_a_one_time_link_and_sets_a_password(cast: Cast, client: Client) -> None:
    person = make_identity(cast.partner, PredefinedRole.READER, "Noel Nomail", mailbox="")
    page = sign_in(client, cast.owner).post(f"/u/0/users/{person.public_id}/link/").content.decode()
    found = re.search(r"http://127\.0\.0\.1:8000(/go/signin/link/[^?]+\?as=free)", page)
    assert found is not None
    reader = Client()
    address = reader.get(found[1])["Location"]
    assert reader.get(address).status_code == HTTPStatus.OK
    assert reader.get(address).status_code == HTTPStatus.OK, "looking uses nothing up"
    assert reader.post(address)["Location"] == "/u/0/signin/password/set/"
    done = reader.post("/u/0/signin/password/set/", {"password1": NEW, "password2": NEW})
    assert done["Location"] == "/u/0/signin/password/set/" or done["Location"] == "/u/0/settings/"
    assert Identity.objects.get(pk=person.pk).check_password(NEW)
    assert Client().get(address).status_code == HTTPStatus.GONE
    assert "identity.password_changed" in Event.objects.values_list("kind", flat=True)


def test_an_administrator_gets_no_link_to_somebody_who_has_a_mailbox(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    response = client.post(f"/u/0/users/{cast.reader.public_id}/link/", follow=True)
    assert "This user has a mailbox." in response.content.decode()
    assert not cast.reader.sign_in_links.exists()
