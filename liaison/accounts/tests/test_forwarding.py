"""Notifications go to another address once it has proved itself, and end with the identity (D10, W13)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from liaison.accounts import actions, links, queries
from liaison.accounts.actions.proofs import PROOF_LIFETIME
from liaison.accounts.models import ForwardingProof, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_identity, sign_in
from liaison.accounts.tests.mails import mails
from liaison.accounts.vocabulary import AccountCode
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.notifications.facts import Withheld

THERE = "olivia@elsewhere.example"
OPENED_BY_IT = "this user can also open every case that is shared with this address, now or later."


@pytest.fixture
def without(cast: Cast) -> Identity:
    """Return an identity without a mailbox, as those of the free edition are."""
    return make_identity(cast.partner, PredefinedRole.EDITOR, "Nina None", mailbox="")


def forward(identity: Identity, address: str = THERE) -> Identity:
    """Ask for forwarding and open the mailed link."""
    proof = actions.ask_to_forward(actor=identity, address=address, now=utc_now())
    return actions.confirm_forwarding(token=links.proof_token(proof), now=utc_now())


def test_an_identity_without_a_mailbox_is_reached_at_the_address_once_it_is_proved(without: Identity) -> None:
    """D10."""
    assert queries.person(without).blocked is Withheld.NO_ADDRESS
    actions.ask_to_forward(actor=without, address=THERE, now=utc_now())
    without.refresh_from_db()
    assert queries.person(without).blocked is Withheld.NO_ADDRESS, "it is not proved yet"
    (mail,) = mails("forwarding_verification")
    assert mail.to == THERE
    assert OPENED_BY_IT in mail.text
    token = mail.text.split("/forwarding/")[1].split("/")[0]
    forwarded = actions.confirm_forwarding(token=token, now=utc_now())
    assert (queries.person(forwarded).address, queries.person(forwarded).blocked) == (THERE, None)


def test_notifications_leave_the_mailbox_and_what_is_about_the_sign_in_stays_there(cast: Cast) -> None:
    """A forwarding that somebody else set up must not hide itself, nor bring them the next password."""
    forwarded = forward(cast.owner)
    assert queries.person(forwarded).address == THERE
    assert queries.person_at_mailbox(forwarded).address == cast.owner.mailbox
    assert [mail.to for mail in mails("forwarding_began")] == [cast.owner.mailbox]
    actions.ask_for_password_reset(login=cast.owner.username, now=utc_now())
    actions.ask_for_password_reset(login=THERE, now=utc_now())
    assert [mail.to for mail in mails("password_reset")] == [cast.owner.mailbox]


def test_a_link_works_once_and_for_three_days_and_a_second_one_replaces_it(cast: Cast) -> None:
    now = utc_now()
    first = links.proof_token(actions.ask_to_forward(actor=cast.owner, address=THERE, now=now))
    second = links.proof_token(actions.ask_to_forward(actor=cast.owner, address="b@b.example", now=now))
    for token, moment in ((first, now), (second, now + PROOF_LIFETIME), ("made-up", now), (second + "x", now)):
        with pytest.raises(Conflict):
            actions.confirm_forwarding(token=token, now=moment)
    actions.confirm_forwarding(token=second, now=now + PROOF_LIFETIME - timedelta(seconds=1))
    with pytest.raises(Conflict):
        actions.confirm_forwarding(token=second, now=now)
    assert ForwardingProof.objects.filter(identity=cast.owner).count() == 1


def test_the_link_of_a_mailbox_proves_no_forwarding(cast: Cast) -> None:
    change = actions.change_mailbox(actor=cast.owner, address=THERE, now=utc_now())
    with pytest.raises(Conflict):
        actions.confirm_forwarding(token=links.proof_token(change), now=utc_now())


def test_addresses_that_change_nothing_and_those_that_are_none_are_refused(cast: Cast) -> None:
    forwarded = forward(cast.owner)
    for address, code in ((cast.owner.mailbox.upper(), AccountCode.SAME_MAILBOX), (THERE, AccountCode.FORWARDED_THERE)):
        with pytest.raises(Conflict) as refused:
            actions.ask_to_forward(actor=forwarded, address=address, now=utc_now())
        assert refused.value.code is code
    for address in (
        "",
        "nobody",
        "a@b\x00.example",
        "a@b.example\u2028Bcc: c@d.example",
        "a@" + "b" * 300 + ".example",
    ):
        with pytest.raises(Invalid):
            actions.ask_to_forward(actor=forwarded, address=address, now=utc_now())


def test_it_can_be_stopped_and_then_the_mailbox_counts_again(cast: Cast) -> None:
    stopped = actions.stop_forwarding(actor=forward(cast.owner), now=utc_now())
    assert queries.person(stopped).address == cast.owner.mailbox
    actions.stop_forwarding(actor=stopped, now=utc_now())
    kinds = Event.objects.filter(subject_id=str(cast.owner.pk), kind__contains="forwarding").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == [
        Happened.FORWARDING_ASKED,
        Happened.FORWARDING_BEGAN,
        Happened.FORWARDING_ENDED,
    ], "stopping what does not run is no event"
    assert THERE not in str(list(Event.objects.values("changes", "facts"))), "history holds no addresses"


def test_suspension_ends_it_from_that_second_on_and_does_not_give_it_back(cast: Cast) -> None:
    """W13."""
    waiting = actions.ask_to_forward(actor=forward(cast.colleague), address="b@b.example", now=utc_now())
    actions.suspend_identity(actor=cast.owner, identity=cast.colleague, now=utc_now())
    with pytest.raises(Conflict):
        actions.confirm_forwarding(token=links.proof_token(waiting), now=utc_now())
    restored = actions.restore_identity(actor=cast.owner, identity=cast.colleague, now=utc_now())
    assert (restored.forwards_to, restored.forwards_since) == ("", None)


def test_a_new_password_ends_a_link_that_waits(cast: Cast) -> None:
    waiting = actions.ask_to_forward(actor=cast.owner, address=THERE, now=utc_now())
    actions.change_password(identity=cast.owner, password="a long new passphrase", now=utc_now())
    with pytest.raises(Conflict):
        actions.confirm_forwarding(token=links.proof_token(waiting), now=utc_now())


def test_the_pages_lead_from_the_settings_to_the_confirmed_address_and_back(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    assert "/u/0/settings/forwarding/" in client.get("/u/0/settings/").text
    refused = client.post("/u/0/settings/forwarding/", {"address": "nobody"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="nobody"' in refused.text
    assert client.post("/u/0/settings/forwarding/", {"address": THERE})["Location"] == "/u/0/settings/"
    assert THERE in client.get("/u/0/settings/forwarding/").text
    link = f"/u/0/forwarding/{links.proof_token(ForwardingProof.objects.get())}/"
    stranger = Client()
    assert all(word in stranger.get(link).text for word in (cast.owner.username, OPENED_BY_IT))
    assert not Identity.objects.filter(forwards_to=THERE).exists(), "looking uses nothing up"
    assert THERE in stranger.post(link).text
    assert stranger.get(link).status_code == HTTPStatus.GONE
    assert THERE in client.get("/u/0/settings/").text
    assert client.get("/u/0/settings/forwarding/stop/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.post("/u/0/settings/forwarding/stop/")["Location"] == "/u/0/settings/"
    assert THERE not in client.get("/u/0/settings/").text
