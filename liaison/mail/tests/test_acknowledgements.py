"""Acknowledging by an answer: from the mailbox that was called, vouched for, written by a person, saying yes (R)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings

from liaison.accounts import actions as accounts
from liaison.accounts.testing import TESTS, Cast
from liaison.audit.models import Event
from liaison.contacts.testing import complete_record, user_row
from liaison.health.models import Incident, IncidentState
from liaison.integrations.testing import make_launched
from liaison.ledger.testing import take_in
from liaison.lib.ids import new_public_id
from liaison.mail.models import InboundMail
from liaison.mail.testing import answer_bytes, answer_comes, comes
from liaison.mail.vocabulary import MailOutcome, MailReason
from liaison.notifications.models import (
    AcknowledgedVia,
    Delivery,
    Escalation,
    EscalationState,
    Message,
)
from liaison.notifications.return_addresses import ReturnKind, answer_address, return_address
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch

pytestmark = pytest.mark.django_db

PAGER = "emergency@bistro.test"


@pytest.fixture
def house(cast: Cast, now: datetime) -> Cast:
    """The partner is launched; its first emergency contact is an alias, its second the owner."""
    make_launched(cast.partner)
    complete_record(
        cast.owner,
        now,
        technical_emergency_contacts=[
            {"identity": "", "address": PAGER, "pages_somebody": True},
            user_row(cast.owner),
        ],
    )
    return cast


@pytest.fixture
def incident(house: Cast, now: datetime) -> Incident:
    return take_in(house.partner, severity="critical", now=now)


def called(incident: Incident) -> Delivery:
    """Return what the alias is owed on the first step."""
    escalation = escalation_of(incident)
    return Delivery.objects.get(announcement=escalation.announcement_id, address=PAGER, message__isnull=False, step=1)


def escalation_of(incident: Incident) -> Escalation:
    return Escalation.objects.get(subject_kind="incident", subject_id=str(incident.pk))


def assert_nothing_happened(incident: Incident, mail: InboundMail, reason: MailReason) -> None:
    assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, reason)
    assert escalation_of(incident).state == EscalationState.RUNNING
    assert mail.raw is not None, "it is kept"


def test_an_answer_takes_the_escalation(incident: Incident, now: datetime) -> None:
    before = Message.objects.count()
    mail = answer_comes(called(incident), answer_bytes(f"Night shift <{PAGER}>"), now=now)
    assert mail.outcome == MailOutcome.ACKNOWLEDGED
    escalation = escalation_of(incident)
    assert (escalation.state, escalation.acknowledged_via) == (EscalationState.ACKNOWLEDGED, AcknowledgedVia.REPLY)
    assert escalation.acknowledged_through == called(incident)
    incident.refresh_from_db()
    assert incident.state == IncidentState.ACKNOWLEDGED
    assert Event.objects.get(kind="escalation.acknowledged").facts["via"] == "reply"
    told = Message.objects.order_by("pk")[before:]
    assert PAGER not in {message.address for message in told}, "nothing is ever answered"


def test_the_mail_that_calls_says_so_and_names_where_to_answer(
    incident: Incident, mail_server: MailServer, now: datetime
) -> None:
    deliver_batch(now)
    (received,) = [one for one in mail_server.accepted if one.to == PAGER and "emergency:" in one.mail["Subject"]]
    address = str(received.mail["Reply-To"])
    found = return_address(address)
    assert found is not None
    assert (found.kind, found.names) == (ReturnKind.ANSWER, called(incident).public_id)
    sentence = "You can also answer this message from this mailbox with the word ACK."
    assert sentence in received.body("plain")
    assert sentence in re.sub(r"\s+", " ", received.body("html"))
    others = [one for one in mail_server.accepted if one.to != PAGER]
    for one in others:
        asks = "from this mailbox" in one.body("plain")
        assert (one.mail["Reply-To"] is not None) == asks, "whoever is asked for an answer can answer by mail"


@pytest.mark.parametrize("name", ["MAIL_DOMAIN", "MAIL_AUTHSERV_ID"])
def test_it_promises_nothing_where_no_answer_could_count(
    house: Cast, mail_server: MailServer, now: datetime, settings: LazySettings, name: str
) -> None:
    setattr(settings, name, "")
    take_in(house.partner, severity="critical", now=now)
    deliver_batch(now)
    assert mail_server.accepted
    for received in mail_server.accepted:
        assert received.mail["Reply-To"] is None
        assert "word ACK" not in received.body("plain")


@pytest.mark.parametrize(
    "results",
    [
        "",
        "mx.elsewhere.test; dmarc=pass header.from=bistro.test",
        "mx.operator.test; dmarc=fail header.from=bistro.test; dkim=pass header.d=bistro.test",
        "mx.operator.test; dmarc=pass header.from=evil.test",
        "mx.operator.test; dmarc=pass",
        "mx.operator.test; dkim=pass header.d=evil.test",
        "mx.operator.test; spf=pass smtp.mailfrom=a@evil.test",
        "mx.operator.test; spf=fail smtp.mailfrom=a@bistro.test",
        'mx.operator.test; spf=pass smtp.mailfrom="x@bistro.test"@evil.test',
        'mx.operator.test; dkim=pass header.d=evil.test reason="signed header.d=bistro.test too"',
        "mx.operator.test; dkim=pass header.d=evil.test header.d=bistro.test",
        "mx.operator.test; spf=pass smtp.mailfrom=a(@evil.test; dmarc=fail header.from=bistro.test; x=)@bistro.test",
        "mx.operator.test; none",
        "mx.operator.test.evil.test; dmarc=pass header.from=bistro.test",
    ],
)
def test_a_sender_that_our_own_server_does_not_vouch_for_is_nobody(
    incident: Incident, now: datetime, results: str
) -> None:
    mail = answer_comes(called(incident), answer_bytes(PAGER, results=results), now=now)
    assert_nothing_happened(incident, mail, MailReason.NOT_AUTHENTICATED)


def test_a_forged_verdict_below_that_of_our_own_server_counts_for_nothing(incident: Incident, now: datetime) -> None:
    forged = "Authentication-Results: mx.operator.test; dmarc=pass header.from=bistro.test\n"
    refused = "mx.operator.test; dmarc=fail header.from=bistro.test"
    mail = answer_comes(called(incident), answer_bytes(PAGER, results=refused, headers=forged), now=now)
    assert_nothing_happened(incident, mail, MailReason.NOT_AUTHENTICATED)


@pytest.mark.parametrize(
    "results",
    [
        "mx.operator.test; dmarc=pass header.from=bistro.test",
        "mx.operator.test 1; dmarc=none header.from=bistro.test; dkim=pass header.d=bistro.test",
        "mx.operator.test; spf=pass smtp.mailfrom=bounce@mail.bistro.test",
        "mx.operator.test; dkim=fail header.d=list.test; dkim=pass (2048-bit key; unprotected) header.i=@bistro.test",
    ],
)
def test_a_verdict_of_our_own_server_about_this_very_domain_counts(
    incident: Incident, now: datetime, results: str
) -> None:
    mail = answer_comes(called(incident), answer_bytes(PAGER, results=results), now=now)
    assert mail.outcome == MailOutcome.ACKNOWLEDGED


def test_nothing_is_authenticated_without_the_name_of_our_own_server(
    incident: Incident, now: datetime, settings: LazySettings
) -> None:
    address, settings.MAIL_AUTHSERV_ID = answer_address(called(incident).public_id), ""
    mail = comes(address, answer_bytes(PAGER, results="; dmarc=pass header.from=bistro.test"), now=now, sender=PAGER)
    assert_nothing_happened(incident, mail, MailReason.NOT_AUTHENTICATED)


def test_somebody_else_cannot_take_it_with_the_address_of_another(
    house: Cast, incident: Incident, now: datetime
) -> None:
    """Also not another contact of the same account: each has a mail of their own."""
    for sender in (house.owner.mailbox, house.outsider.mailbox, "emergency@bistro.test.evil.test"):
        mail = answer_comes(called(incident), answer_bytes(sender), now=now)
        assert_nothing_happened(incident, mail, MailReason.OTHER_SENDER)


@pytest.mark.parametrize(
    "sender",
    [
        f"{PAGER}, evil@evil.test",
        f"evil@evil.test, {PAGER}",
        f"{PAGER}\nFrom: evil@evil.test",
        f"{PAGER} <evil@evil.test>, x",
        f"<{PAGER}> <evil@evil.test>",
        f"evil@evil.test({PAGER})",
        f"Team: {PAGER}, evil@evil.test;",
        "",
    ],
)
def test_a_mail_from_several_senders_is_from_nobody(incident: Incident, now: datetime, sender: str) -> None:
    raw = answer_bytes(sender, results="mx.operator.test; dmarc=pass header.from=bistro.test")
    assert_nothing_happened(incident, answer_comes(called(incident), raw, now=now), MailReason.SEVERAL_SENDERS)


def test_a_display_name_that_looks_like_an_address_is_only_a_name(incident: Incident, now: datetime) -> None:
    mail = answer_comes(called(incident), answer_bytes(f'"{PAGER}" <evil@evil.test>'), now=now)
    assert_nothing_happened(incident, mail, MailReason.OTHER_SENDER)


def test_a_guessed_token_takes_nothing_and_headers_are_no_token(incident: Incident, now: datetime) -> None:
    """Forged In-Reply-To and References name the message, and count for nothing."""
    delivery = called(incident)
    message = Message.objects.get(deliveries=delivery)
    headers = f"In-Reply-To: {message.message_id}\nReferences: {message.message_id}\n"
    raw = answer_bytes(PAGER, headers=headers)
    for address in (
        f"a+{delivery.public_id}{'0' * 16}@in.operator.test",
        "a+@in.operator.test",
        "a+x@in.operator.test",
    ):
        assert_nothing_happened(incident, comes(address, raw, now=now, sender=PAGER), MailReason.TOKEN_UNKNOWN)
    genuine_but_gone = answer_address(new_public_id())
    assert_nothing_happened(incident, comes(genuine_but_gone, raw, now=now, sender=PAGER), MailReason.TOKEN_EXPIRED)


def test_the_token_of_one_message_is_worth_nothing_for_another(house: Cast, incident: Incident, now: datetime) -> None:
    other = take_in(house.partner, "Payments fail", severity="critical", now=now)
    assert answer_comes(called(other), answer_bytes(PAGER), now=now).outcome == MailOutcome.ACKNOWLEDGED
    assert escalation_of(other).state == EscalationState.ACKNOWLEDGED
    assert escalation_of(incident).state == EscalationState.RUNNING


def test_an_answer_after_the_right_was_lost_takes_nothing(house: Cast, incident: Incident, now: datetime) -> None:
    delivery = called(incident)
    complete_record(house.owner, now, technical_emergency_contacts=[user_row(house.owner)])
    mail = answer_comes(delivery, answer_bytes(PAGER), now=now)
    assert_nothing_happened(incident, mail, MailReason.NOT_ALLOWED)


def test_an_answer_of_somebody_who_was_suspended_takes_nothing(house: Cast, now: datetime) -> None:
    complete_record(house.owner, now, technical_emergency_contacts=[user_row(house.colleague), user_row(house.owner)])
    incident = take_in(house.partner, severity="critical", now=now)
    delivery = Delivery.objects.get(
        announcement=escalation_of(incident).announcement_id, identity=house.colleague, step=1
    )
    accounts.suspend_identity(actor=TESTS, identity=house.colleague, now=now)
    mail = answer_comes(delivery, answer_bytes(delivery.address), now=now)
    assert_nothing_happened(incident, mail, MailReason.NOT_ALLOWED)


def test_who_answers_second_changes_nothing(house: Cast, incident: Incident, now: datetime) -> None:
    answer_comes(called(incident), answer_bytes(PAGER), now=now)
    mail = answer_comes(called(incident), answer_bytes(PAGER, "ok", number=2), now=now)
    assert (mail.outcome, mail.reason) == (MailOutcome.TOO_LATE, MailReason.ALREADY_TAKEN)
    assert Event.objects.filter(kind="escalation.acknowledged").count() == 1


def test_an_answer_to_what_is_over_says_so(incident: Incident, now: datetime) -> None:
    Escalation.objects.filter(pk=escalation_of(incident).pk).update(
        state=EscalationState.RESOLVED, next_at=None, ended_at=now
    )
    mail = answer_comes(called(incident), answer_bytes(PAGER), now=now + timedelta(minutes=5))
    assert (mail.outcome, mail.reason) == (MailOutcome.TOO_LATE, MailReason.OVER)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", MailReason.NOTHING_WRITTEN),
        ("> ACK", MailReason.NOTHING_WRITTEN),
        ("On Thu, 5 Nov 2026, Example Platform wrote:\nACK", MailReason.NOTHING_WRITTEN),
        ("What is this about?", MailReason.NO_YES),
        ("I cannot take it, ok?", MailReason.NO_YES),
    ],
)
def test_an_answer_that_does_not_say_yes_takes_nothing(
    incident: Incident, now: datetime, text: str, reason: MailReason
) -> None:
    assert_nothing_happened(incident, answer_comes(called(incident), answer_bytes(PAGER, text), now=now), reason)


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\n",
        "Precedence: bulk\n",
        "X-Autoreply: yes\n",
        "X-Auto-Response-Suppress: All\n",
        "List-Id: <ops.bistro.test>\n",
    ],
)
def test_an_automatic_answer_takes_nothing_whatever_it_says(incident: Incident, now: datetime, headers: str) -> None:
    mail = answer_comes(called(incident), answer_bytes(PAGER, "OK", headers=headers), now=now)
    assert (mail.outcome, mail.reason) == (MailOutcome.AUTOMATIC, MailReason.SAYS_SO)
    assert escalation_of(incident).state == EscalationState.RUNNING


def test_our_own_mail_that_comes_back_to_us_begins_no_loop(
    incident: Incident, mail_server: MailServer, now: datetime
) -> None:
    """Two portals that face each other, or an alias that forwards to us."""
    deliver_batch(now)
    before = Message.objects.count()
    (ours,) = [one for one in mail_server.accepted if one.to == PAGER and "emergency:" in one.mail["Subject"]]
    for sender in ("", ours.sender, "liaison@operator.test"):
        mail = answer_comes(called(incident), ours.data + sender.encode(), now=now, sender=sender)
        assert mail.outcome == MailOutcome.AUTOMATIC
    assert Message.objects.count() == before
