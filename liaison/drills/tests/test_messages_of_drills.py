"""What people read of a drill, and what programs read: the mark first, in every message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from liaison.catalog.vocabulary import Topic
from liaison.contacts.testing import make_endpoint
from liaison.drills import actions
from liaison.drills.testing import answer_of, make_drill, make_schedule
from liaison.drills.tests.conftest import House
from liaison.drills.tests.test_pages import body, client_of
from liaison.drills.ticking import run_drills
from liaison.health.open_escalations import open_escalations
from liaison.lib.languages import CODES
from liaison.notifications.escalation.climbing import climb_due
from liaison.notifications.models import Announcement, Delivery, Escalation, EscalationState, Message
from liaison.notifications.registry import Recipient, handler_of
from liaison.notifications.rows import subject_of
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch


def recipient_of(delivery: Delivery) -> Recipient:
    return Recipient(
        key=delivery.recipient_key,
        identity_id=delivery.identity_id,
        address=delivery.address,
        name=delivery.name,
        language=delivery.language,
        time_zone=delivery.time_zone,
        reasons=tuple(reason["reason"] for reason in delivery.reasons),
        delivery=delivery.public_id,
    )


def test_every_mail_of_a_drill_arrives_with_its_mark(house: House, mail_server: MailServer) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    climb_due(house.now + timedelta(minutes=5))
    deliver_all(house, 6)
    answer_of(drill, "second@bistro.test", house.now + timedelta(minutes=6), name="Sara at night")
    deliver_all(house, 7)
    actions.end_drill(actor=house.cast.owner, drill=drill, now=house.now + timedelta(minutes=8))
    deliver_all(house, 9)
    sent = {(one.to, str(one.mail["Subject"])) for one in mail_server.accepted}
    assert sent == {
        ("first@bistro.test", "DRILL: nothing is wrong (Bistro)"),
        ("second@bistro.test", "DRILL: nothing is wrong (Bistro)"),
        ("first@bistro.test", "DRILL: Sara at night has it (Bistro)"),
        (house.cast.owner.mailbox, "DRILL: it is over (Bistro)"),
    }
    for one in mail_server.accepted:
        for kind in ("plain", "html"):
            assert "rill" in one.body(kind)
    report = next(one for one in mail_server.accepted if one.to == house.cast.owner.mailbox)
    assert "Answered: 1 of 2." in report.body("plain")


def test_the_announcement_arrives_days_before(house: House, mail_server: MailServer) -> None:
    schedule = make_schedule(house.cast.owner, house.cast.partner, house.now, announced_days=14)
    run_drills(house.now)
    deliver_all(house, 1)
    (mail,) = mail_server.accepted
    assert schedule.next_at is not None
    assert str(mail.mail["Subject"]).startswith("Drill announced: 10 Nov 2026")
    assert "A drill is planned. Nothing is wrong" in " ".join(mail.body("plain").split())


def deliver_all(house: House, minutes: int) -> None:
    while deliver_batch(house.now + timedelta(minutes=minutes)):
        pass


@pytest.mark.parametrize("language", CODES)
def test_programs_read_the_type_and_the_facts_in_every_language(house: House, language: str) -> None:
    """`type` is `drill.*`, so that no program takes it for an emergency."""
    make_endpoint(house.cast.partner, "address:first@bistro.test")
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    actions.send_test_message(
        actor=house.cast.owner, account=house.cast.partner, contact="first@bistro.test", now=house.now
    )
    actions.end_drill(actor=house.cast.owner, drill=drill, now=house.now)
    handler, types = handler_of(Topic.DRILL), []
    for announced in Announcement.objects.filter(topics=[Topic.DRILL]).order_by("pk"):
        delivery = announced.deliveries.order_by("pk")[0]
        with translation.override(language):
            content = handler.render(subject_of(announced), recipient_of(delivery))
        types.append(content.data["type"])
        assert content.data["account"] == {"id": "bistro", "name": "Bistro"}
        assert "Bistro" in content.subject
    assert types == ["drill.started", "drill.test", "drill.ended"]


def test_a_drill_is_in_no_list_of_what_waits_for_somebody(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    assert Escalation.objects.get().state == EscalationState.RUNNING
    assert open_escalations(house.cast.owner) == ()
    assert open_escalations(house.cast.administrator) == ()
    escalation = Escalation.objects.get()
    answer = client_of(house.cast.owner).get(f"/u/0/escalations/{escalation.public_id}/")
    assert answer.headers["Location"] == f"/u/0/drills/{drill.public_id}/"


def test_the_usual_button_of_an_escalation_refuses_whom_the_drill_did_not_tell(house: House) -> None:
    make_drill(house.cast.owner, house.cast.partner, house.now)
    path = f"/u/0/escalations/{Escalation.objects.get().public_id}/acknowledge/"
    assert client_of(house.cast.administrator).post(path).status_code == 403
    assert Escalation.objects.get().state == EscalationState.RUNNING


def test_a_drill_does_not_open_the_home_page_with_an_emergency(house: House) -> None:
    make_drill(house.cast.owner, house.cast.partner, house.now)
    assert "Nobody has it yet" not in body(client_of(house.cast.owner), "/u/0/")


def test_links_of_tests_and_drills_are_kept_from_those_who_open_sent_messages(
    house: House, mail_server: MailServer
) -> None:
    """Who opened one could answer for its reader, and verify a mailbox that is not theirs."""
    make_drill(house.cast.owner, house.cast.partner, house.now)
    actions.send_test_message(
        actor=house.cast.owner, account=house.cast.partner, contact="second@bistro.test", now=house.now
    )
    deliver_all(house, 1)
    assert set(Message.objects.values_list("is_confidential", flat=True)) == {True}
    assert len(mail_server.accepted) == 2
