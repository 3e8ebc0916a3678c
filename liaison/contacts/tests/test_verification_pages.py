"""The pages behind the mail, the page of reachability, and what the record's page shows of it (C7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, sign_in
from liaison.contacts import actions
from liaison.contacts.models import ContactEntry, ContactRecord, ContactRequest
from liaison.contacts.requests import code_of, token_of
from liaison.contacts.state import CONFIRMED_EVERY
from liaison.contacts.testing import address_row, complete_record, put_in_state
from liaison.contacts.vocabulary import Purpose, Verification
from liaison.lib.clock import utc_now

PAGER = "emergency@bistro.test"
PAGE = "/u/0/contact-information/reachability/"
RESULTS = {
    Purpose.VERIFY: Verification.VERIFIED,
    Purpose.DECLINE: Verification.DECLINED,
    Purpose.LEFT: Verification.UNREACHABLE,
}


@pytest.fixture
def now() -> datetime:
    """The moment itself: pages read the clock."""
    return utc_now()


@pytest.fixture
def request_(owner: Identity, now: datetime) -> ContactRequest:
    complete_record(owner, now, tells=True)
    return ContactRequest.objects.get(mailbox=PAGER)


def _state() -> str:
    return ContactEntry.objects.get(field="technical_emergency_contacts").verification


def _words(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize("purpose", Purpose)
def test_only_the_button_changes_anything(request_: ContactRequest, purpose: Purpose) -> None:
    """Scanners follow every link of a mail; no cookie is needed and none is set."""
    path = f"/contacts/{purpose}/{token_of(purpose, request_)}/"
    client = Client(enforce_csrf_checks=True)
    for _ in range(3):
        assert "emergency@bistro.test" in _words(client, path)
    assert client.head(path).status_code == 200
    assert _state() == Verification.UNVERIFIED
    answer = client.post(path)
    assert answer.status_code == 200
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert _state() == RESULTS[purpose]
    assert not client.cookies


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_that_is_over_says_so_whatever_the_reason(
    request_: ContactRequest, owner: Identity, now: datetime, purpose: Purpose
) -> None:
    """What never was, what is too old and what is not named any more answer alike."""
    path = f"/contacts/{purpose}/{token_of(purpose, request_)}/"
    made_up = _words(Client(), f"/contacts/{purpose}/x.y/", 410)
    ContactRequest.objects.filter(pk=request_.pk).update(sent_at=now - timedelta(days=8), expires_at=now)
    assert "This link is over" in made_up
    assert "This link is over" in _words(Client(), path, 410)
    assert Client().post(path).status_code == 410
    ContactRequest.objects.filter(pk=request_.pk).update(expires_at=now + timedelta(days=1))
    complete_record(owner, now, technical_emergency_contacts=[address_row("new@bistro.test")])
    assert "This link is over" in _words(Client(), path, 410)


def test_the_code_is_typed_in_public(request_: ContactRequest) -> None:
    client = Client(enforce_csrf_checks=True)
    assert 'name="code"' in _words(client, "/contacts/code/")
    wrong = client.post("/contacts/code/", {"address": PAGER, "code": "x"})
    assert wrong.status_code == 422
    assert PAGER in wrong.content.decode()
    assert client.post("/contacts/code/", {"address": PAGER, "code": code_of(request_)}).status_code == 200
    assert _state() == Verification.VERIFIED


def test_nobody_tries_codes_by_the_hundred(request_: ContactRequest) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    tries = [client.post("/contacts/code/", {"address": f"{n}@x.test", "code": "1"}).status_code for n in range(31)]
    assert tries == [422] * 30 + [429]


@pytest.mark.parametrize("path", ["/contacts/verify/{}/", "/contacts/decline/{}/", "/contacts/left/{}/"])
def test_verification_is_never_locked_by_the_gate(owner: Identity, request_: ContactRequest, path: str) -> None:
    """C3: neither for the person named, nor for the people of the account."""
    ContactRecord.objects.update(first_completed_at=None)
    client = sign_in(Client(), owner)
    assert client.get("/u/0/incidents/").status_code == 302
    purpose = Purpose(path.split("/")[2])
    address = path.format(token_of(purpose, request_))
    assert client.get(address).status_code == 200
    assert client.get("/u/0" + address).status_code == 200
    assert client.get(PAGE).status_code == 200
    assert (
        client.post("/u/0/contact-information/verification/code/", {"address": PAGER, "code": "1"}).status_code == 302
    )


def test_the_page_shows_each_person_and_sends_and_takes_codes(owner: Identity, request_: ContactRequest) -> None:
    client = sign_in(Client(), owner)
    page = _words(client, PAGE)
    assert "of 100 points" in page
    assert "Not verified yet" in page
    assert "The next mail can be sent from:" in page
    ContactRequest.objects.update(sent_at=utc_now() - timedelta(minutes=20))
    page = _words(client, PAGE)
    assert "20 minutes ago" in page
    assert "Send again" in page
    sent = client.post("/u/0/contact-information/verification/", {"address": PAGER}, follow=True).content.decode()
    assert "The mail is on its way." in sent
    newest = ContactRequest.objects.get(mailbox=PAGER, closed_at=None)
    posted = {"address": PAGER, "code": code_of(newest)}
    done = client.post("/u/0/contact-information/verification/code/", posted, follow=True).content.decode()
    assert "The contact is verified." in done
    assert "By the code of a mail." in done


def test_it_says_what_the_other_server_said(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    put_in_state(PAGER, Verification.UNREACHABLE, because="bounced", code="5.1.1", detail="<b>no such user</b>")
    page = _words(sign_in(Client(), owner), PAGE)
    assert "Mail to this address came back." in page
    assert "5.1.1 &lt;b&gt;no such user" in page


def test_readers_and_staff_see_and_change_nothing(
    owner: Identity, reader: Identity, outsider: Identity, request_: ContactRequest
) -> None:
    agent = make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Agnes Agent", language="en")
    page = _words(sign_in(Client(), reader), PAGE)
    assert "Not verified yet" in page
    assert "verification/code/" not in page
    path = "/u/0/accounts/bistro/contact-information/reachability/"
    staff = _words(sign_in(Client(), agent), path)
    assert "of 100 points" in staff
    for page_of_account in (path, "/u/0/accounts/bistro/contact-information/"):
        assert 'href="/u/0/accounts/bistro">' in sign_in(Client(), agent).get(page_of_account).text
    assert "verification/code/" not in staff
    assert sign_in(Client(), outsider).get(path).status_code == 404
    posted = {"address": PAGER, "code": code_of(request_)}
    assert sign_in(Client(), reader).post("/u/0/contact-information/verification/code/", posted).status_code == 403
    assert _state() == Verification.UNVERIFIED


def test_the_record_shows_the_state_of_each_entry_and_the_warnings(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    put_in_state("help@bistro.test", Verification.DECLINED)
    page = _words(sign_in(Client(), owner), "/u/0/contact-information/")
    assert page.count("Not verified yet") == 4
    assert "Declined" in page
    assert "All technical emergency contacts are read in one mailbox." in page
    assert "No technical emergency contact is verified." in page


def test_warnings_look_at_what_is_typed(owner: Identity, now: datetime) -> None:
    rows = [address_row("a@one.test"), address_row("b@two.test")]
    complete_record(owner, now, technical_emergency_contacts=rows)
    page = _words(sign_in(Client(), owner), "/u/0/contact-information/")
    assert "one mailbox" not in page
    assert "one domain" not in page
    assert "No technical emergency contact is verified." in page


def test_a_stale_record_asks_for_confirmation_and_one_press_gives_it(owner: Identity, now: datetime) -> None:
    """C7: 180 days, a banner, the reminder, and who confirmed last."""
    complete_record(owner, now - CONFIRMED_EVERY)
    client = sign_in(Client(), owner)
    page = _words(client, "/u/0/contact-information/")
    assert "Nobody has confirmed for a long time" in page
    assert actions.remind_of_onboarding(now=now) == 1
    assert actions.remind_of_onboarding(now=now + timedelta(days=1)) == 0
    done = client.post("/u/0/contact-information/confirmation/", {"seen_version": 1}, follow=True).content.decode()
    assert "Nobody has confirmed for a long time" not in done
    assert "Olga Owner" in done
    assert actions.remind_of_onboarding(now=now + timedelta(days=8)) == 0


def test_history_tells_who_verified_and_who_declined(owner: Identity, request_: ContactRequest, now: datetime) -> None:
    actions.decline_contact(token=token_of(Purpose.DECLINE, request_), now=now)
    page = _words(sign_in(Client(), owner), "/u/0/contact-information/history/")
    assert "Declined to be a contact" in page
    assert "Whoever reads the mail" in page
    assert "Told a contact that they are named" in page


def test_home_shows_the_score_with_its_heaviest_reasons(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    page = _words(sign_in(Client(), owner), "/u/0/")
    assert "of 100 points" in page
    assert page.count('class="reach-points"') == 3
