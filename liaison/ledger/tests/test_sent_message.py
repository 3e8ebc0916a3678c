"""The bytes as they went out: for those who see the address, and never of confidential messages."""

from __future__ import annotations

import hashlib
from typing import cast as taken_as

import pytest
from django.http import HttpResponse
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.ledger.testing import deliveries_about, refuse, take_in
from liaison.lib.clock import utc_now
from liaison.notifications.models import Delivery, Escalation, EscalationState, Message
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch


def opened(reader: Identity, delivery: Delivery) -> HttpResponse:
    return taken_as("HttpResponse", sign_in(Client(), reader).get(f"/u/0/deliveries/{delivery.public_id}/message"))


@pytest.mark.django_db(transaction=True)
def test_they_are_the_bytes_that_the_server_got_and_their_hash_is_shown(cast: Cast, mail_server: MailServer) -> None:
    delivery = deliveries_about(take_in(cast.partner))[0]
    assert deliver_batch(utc_now()) == 1
    answer = opened(cast.owner, delivery)
    (received,) = mail_server.accepted
    assert answer.content == received.data
    sha256 = hashlib.sha256(answer.content).hexdigest()
    page = sign_in(Client(), cast.owner).get(f"/u/0/deliveries/{delivery.public_id}/").content.decode()
    assert sha256 in page
    assert answer["Content-Disposition"] == f'attachment; filename="{delivery.public_id}.eml"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("message/rfc822", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    event = Event.objects.get(kind=Happened.SENT_MESSAGE_OPENED)
    assert (event.actor_id, event.subject_id) == (str(cast.owner.pk), delivery.public_id)


@pytest.mark.django_db
def test_without_a_right_to_the_address_and_without_bytes_there_is_nothing(cast: Cast) -> None:
    delivery = refuse(deliveries_about(take_in(cast.partner))[0])
    assert opened(cast.agent, delivery).status_code == 200
    assert opened(cast.engineer, delivery).status_code == 404
    assert opened(cast.outsider, delivery).status_code == 404
    Message.objects.update(is_confidential=True)
    assert opened(cast.agent, delivery).status_code == 404
    Message.objects.update(is_confidential=False, sent_bytes=None)
    assert opened(cast.agent, delivery).status_code == 404


@pytest.mark.django_db
def test_what_takes_an_escalation_is_shown_only_when_somebody_has_it(cast: Cast) -> None:
    """Whoever opened it could say "I have it" in another's name. The alert beside it holds no such link."""
    told = deliveries_about(take_in(cast.partner, severity="critical"))
    called, alerted = (
        next(one for one in told if one.message_id and (one.step > 0) == is_called) for is_called in (True, False)
    )
    escalation = Escalation.objects.get()
    for delivery in (called, alerted):
        refuse(delivery)
    assert opened(cast.owner, alerted).status_code == 200
    for state in (EscalationState.RUNNING, EscalationState.EXHAUSTED):
        is_running = state is EscalationState.RUNNING
        Escalation.objects.update(
            state=state, next_at=utc_now() if is_running else None, ended_at=None if is_running else utc_now()
        )
        for reader in (cast.owner, cast.agent, cast.colleague):
            answer = opened(reader, called)
            assert (answer.status_code, b"acknowledge the emergency" in answer.content) == (403, True)
        page = sign_in(Client(), cast.owner).get(f"/u/0/deliveries/{called.public_id}/").content.decode()
        assert "Show what was sent" not in page
        assert "It is shown once somebody has it, or it is over." in page
    assert not Event.objects.filter(kind=Happened.SENT_MESSAGE_OPENED, subject_id=called.public_id).exists()
    Escalation.objects.filter(pk=escalation.pk).update(state=EscalationState.RESOLVED)
    assert opened(cast.owner, called).status_code == 200
    page = sign_in(Client(), cast.owner).get(f"/u/0/deliveries/{called.public_id}/").content.decode()
    assert "Show what was sent" in page
