"""Section R: somebody says "I have it", by a link, in the portal or by the API; nobody else is called, all hear who."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.audit.models import Event
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.contacts.testing import put_in_state
from liaison.contacts.vocabulary import Verification
from liaison.health.acknowledging import acknowledge_incident
from liaison.health.models import Incident, IncidentState
from liaison.health.tests.house import House, announcements, critical, receive, resolved, told
from liaison.integrations import actions as integrations
from liaison.lib.clock import utc_now
from liaison.notifications.escalation.climbing import climb_due
from liaison.notifications.escalation.tokens import acknowledge_link, token_of
from liaison.notifications.models import (
    AcknowledgedVia,
    Announcement,
    Delivery,
    DeliveryState,
    Escalation,
    EscalationState,
)
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch

pytestmark = pytest.mark.django_db

PAGER = "pager@bistro.test"
MINUTE = timedelta(minutes=1)
RESOLVED = {"labels": {"alertname": "BookingDown", "severity": "critical"}}


@pytest.fixture
def now() -> datetime:
    return utc_now()


@pytest.fixture(autouse=True)
def open_gate(house: House) -> None:
    ContactRecord.objects.filter(account=house.cast.partner).update(first_completed_at=utc_now())


@pytest.fixture
def incident(house: House, now: datetime) -> Incident:
    return receive(house.key, critical(), now=now)[0].incident


def escalation_of(incident: Incident) -> Escalation:
    return Escalation.objects.get(subject_kind="incident", subject_id=str(incident.pk))


def page_of(incident: Incident, address: str = PAGER) -> str:
    """Return the path of the page that a message's link opens."""
    escalation = escalation_of(incident)
    delivery = Delivery.objects.filter(
        announcement=escalation.announcement_id, address=address, step__gt=0, message__isnull=False
    ).get()
    return f"/acknowledge/{token_of(delivery.public_id)}/"


def button(incident: Incident) -> str:
    return f"/u/0/escalations/{escalation_of(incident).public_id}/acknowledge/"


# By the link of a message.


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_at_the_link_changes_nothing(incident: Incident, client: Client, method: str) -> None:
    """Scanners follow links."""
    before = Event.objects.count()
    response = getattr(client, method)(page_of(incident))
    assert response.status_code == (405 if method == "options" else 200)
    assert escalation_of(incident).state == EscalationState.RUNNING
    assert Event.objects.count() == before


def test_the_page_shows_the_problem_and_keeps_itself_private(incident: Incident, client: Client) -> None:
    response = client.get(page_of(incident))
    page = response.content.decode()
    assert "Bookings fail" in page
    assert "Bistro" in page
    assert "Your name" in page, "several people may read an alias"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_the_button_of_the_link_takes_it_without_signing_in(
    house: House, incident: Incident, now: datetime, client: Client
) -> None:
    climb_due(now + 5 * MINUTE)
    response = Client(enforce_csrf_checks=True).post(page_of(incident), {"name": "Franka of the night shift"})
    assert "You have it" in response.content.decode()
    escalation = escalation_of(incident)
    incident.refresh_from_db()
    assert (escalation.state, escalation.acknowledged_via) == (EscalationState.ACKNOWLEDGED, "link")
    assert escalation.acknowledged_name == "Franka of the night shift"
    assert incident.state == IncidentState.ACKNOWLEDGED
    assert climb_due(now + timedelta(hours=1)) == 0
    event = Event.objects.get(kind="escalation.acknowledged")
    assert (event.actor_kind, event.facts["via"]) == ("link", "link")
    assert "Franka" not in str(event.facts), "history holds ids only"


def test_everybody_who_was_told_hears_who_has_it_but_for_them(house: House, incident: Incident, now: datetime) -> None:
    climb_due(now + 5 * MINUTE)
    Client().post(page_of(incident), {"name": "Franka"})
    assert announcements(incident) == ["opened", "acknowledged"]
    assert told(incident, "acknowledged") == {house.cast.owner.mailbox, house.cast.colleague.mailbox}
    assert not Announcement.objects.filter(topics=["staff_alarm"]).exists()


def test_to_be_the_only_one_who_was_told_is_no_alarm(house: House, incident: Incident) -> None:
    """R4 is about problems that nobody hears of."""
    ContactEntry.objects.filter(field=ContactField.ALERT).delete()
    Delivery.objects.exclude(address=PAGER).delete()
    Client().post(page_of(incident))
    assert announcements(incident) == ["opened"]
    assert Announcement.objects.count() == 1


def test_who_comes_second_learns_who_has_it_and_changes_nothing(
    house: House, incident: Incident, now: datetime, client: Client
) -> None:
    climb_due(now + 5 * MINUTE)
    client.post(page_of(incident), {"name": "Franka"})
    second = client.post(page_of(incident, house.cast.owner.mailbox))
    assert "Franka" in second.content.decode()
    assert "You have it" not in second.content.decode()
    assert escalation_of(incident).acknowledged_name == "Franka"
    assert Event.objects.filter(kind="escalation.acknowledged").count() == 1
    assert "Franka" in client.get(page_of(incident)).content.decode()
    assert "<button" not in _form(client.get(page_of(incident)).content.decode())


def _form(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_an_identity_is_known_by_its_name_and_not_asked_for_one(
    house: House, incident: Incident, now: datetime, client: Client
) -> None:
    climb_due(now + 5 * MINUTE)
    path = page_of(incident, house.cast.owner.mailbox)
    assert "Your name" not in client.get(path).content.decode()
    client.post(path)
    assert escalation_of(incident).acknowledged_by == house.cast.owner


def test_a_name_that_is_too_long_is_refused_and_kept_to_mend(incident: Incident, client: Client) -> None:
    response = client.post(page_of(incident), {"name": "x" * 101})
    assert response.status_code == 422
    assert "x" * 101 in response.content.decode()
    assert escalation_of(incident).state == EscalationState.RUNNING


def test_a_forged_token_looks_like_an_unknown_page(incident: Incident, client: Client) -> None:
    path = page_of(incident)
    other = Delivery.objects.exclude(message=None).exclude(address=PAGER).get(address="carlo@bistro.test")
    forged = path.replace(path.split("/")[2].split(".")[0], other.public_id)
    for wrong in (forged, "/acknowledge/nothing/", f"/acknowledge/{other.public_id}/", "/acknowledge/%00/"):
        assert client.get(wrong).status_code == 404, wrong
        assert client.post(wrong).status_code == 404, wrong
    assert escalation_of(incident).state == EscalationState.RUNNING


def test_who_may_not_read_the_message_any_more_is_refused_as_unknown(
    house: House, incident: Incident, now: datetime, client: Client
) -> None:
    """Invariant 2, W13: suspended since, or declined since."""
    climb_due(now + 5 * MINUTE)
    path, pager = page_of(incident, house.cast.owner.mailbox), page_of(incident)
    Identity.objects.filter(pk=house.cast.owner.pk).update(suspended_at=now)
    put_in_state(PAGER, Verification.DECLINED)
    for one in (path, pager):
        assert client.get(one).status_code == 404
        assert client.post(one).status_code == 404
    assert escalation_of(incident).state == EscalationState.RUNNING


def test_a_link_of_something_called_off_is_worth_nothing(house: House, incident: Incident, client: Client) -> None:
    path = page_of(incident)
    Delivery.objects.filter(address=PAGER).update(
        state=DeliveryState.CANCELLED, state_reason="no_longer_allowed", finished_at=utc_now()
    )
    assert client.post(path).status_code == 404


def test_when_it_is_over_the_link_says_so(house: House, incident: Incident, now: datetime, client: Client) -> None:
    path = page_of(incident)
    receive(house.key, resolved(**RESOLVED), now=now + MINUTE)
    assert "over" in client.get(path).content.decode()
    assert client.post(path).status_code == 410
    assert escalation_of(incident).state == EscalationState.RESOLVED


def test_an_old_link_does_not_say_that_it_is_over_when_it_began_again(
    house: House, incident: Incident, now: datetime, client: Client
) -> None:
    """Whoever opens last night's mail must not go back to sleep."""
    old = page_of(incident)
    receive(house.key, resolved(**RESOLVED) | {"endsAt": (now + MINUTE).isoformat()}, now=now + MINUTE)
    assert "The problem is over" in client.get(old).content.decode()
    receive(house.key, critical(), now=now + timedelta(hours=1))
    assert Escalation.objects.filter(state=EscalationState.RUNNING).count() == 1
    for page in (client.get(old), client.post(old)):
        words = page.content.decode()
        assert "The problem is over" not in words
        assert "You have it" not in words
        assert "Nobody has it yet" not in words
    running = Escalation.objects.get(state=EscalationState.RUNNING)
    acknowledge_incident(actor=house.cast.owner, incident=incident, via=AcknowledgedVia.PORTAL, now=now)
    assert running.subject_id == str(incident.pk)
    assert "Somebody has it already" in client.get(old).content.decode()


def test_an_exhausted_escalation_can_still_be_taken(house: House, incident: Incident, now: datetime) -> None:
    Escalation.objects.update(state=EscalationState.EXHAUSTED, next_at=None, ended_at=now)
    Client().post(page_of(incident))
    assert escalation_of(incident).state == EscalationState.ACKNOWLEDGED


def test_too_many_posts_of_one_network_are_stopped(incident: Incident, client: Client) -> None:
    path = page_of(incident)
    statuses = [client.post(path, {"name": "x" * 101}).status_code for _ in range(61)]
    assert statuses[:60] == [422] * 60
    assert statuses[60] == 429


# In the portal.


def test_the_incident_page_shows_the_ladder_and_who_comes_next(
    house: House, incident: Incident, client: Client
) -> None:
    sign_in(client, house.cast.owner)
    page = client.get(f"/u/0/incidents/{incident.public_id}/").content.decode()
    assert "Nobody has it yet" in page
    assert re.search(r"Next: Olivia Owner at ", page)
    assert page.index("Olivia Owner") < page.index("Mira Manager") < page.index("Basia Administrator")
    assert 'hx-trigger="every 5s"' in page
    assert "Acknowledge" in page


def test_an_editor_takes_it_in_the_portal(house: House, incident: Incident, client: Client) -> None:
    sign_in(client, house.cast.colleague)
    response = client.post(button(incident), follow=True)
    page = response.content.decode()
    assert response.redirect_chain[-1][0] == f"/u/0/incidents/{incident.public_id}/"
    assert "You have it." in page
    assert "Carlo Colleague" in page
    assert "every 5s" not in page
    assert escalation_of(incident).acknowledged_by == house.cast.colleague
    assert told(incident, "acknowledged") == {house.cast.owner.mailbox, PAGER}


def test_a_reader_may_take_it_only_when_they_stand_in_it(house: House, incident: Incident, client: Client) -> None:
    sign_in(client, house.cast.reader)
    assert "Acknowledge</span>" not in client.get(f"/u/0/incidents/{incident.public_id}/").content.decode()
    assert client.post(button(incident)).status_code == 403
    record = house.cast.partner.contact_record
    ContactEntry.objects.create(record=record, field=ContactField.ALERT, position=5, identity=house.cast.reader)
    assert client.post(button(incident)).status_code == 302
    assert escalation_of(incident).acknowledged_by == house.cast.reader


@pytest.mark.parametrize(("who", "status"), [("engineer", 302), ("manager", 302), ("agent", 302), ("outsider", 404)])
def test_staff_may_take_it_and_strangers_do_not_know_of_it(
    house: House, incident: Incident, client: Client, who: str, status: int
) -> None:
    """W2, invariant 6."""
    sign_in(client, getattr(house.cast, who))
    assert client.post(button(incident)).status_code == status
    assert client.get(button(incident)).status_code in {405, 404}
    expected = EscalationState.ACKNOWLEDGED if status == 302 else EscalationState.RUNNING
    assert escalation_of(incident).state == expected


def test_taking_it_twice_says_who_has_it(house: House, incident: Incident, client: Client) -> None:
    sign_in(client, house.cast.colleague)
    client.post(button(incident))
    sign_in(client, house.cast.owner)
    assert "Somebody has it already: Carlo Colleague" in client.post(button(incident), follow=True).content.decode()
    assert escalation_of(incident).acknowledged_by == house.cast.colleague


def test_a_disabled_integration_has_a_page_of_its_own(house: House, client: Client, now: datetime) -> None:
    integrations.disable_integration(actor=house.cast.administrator, integration=house.integration, now=now)
    escalation = Escalation.objects.get()
    sign_in(client, house.cast.owner)
    path = f"/u/0/escalations/{escalation.public_id}/"
    assert "Integration disabled" in client.get(path).content.decode()
    page = client.post(f"{path}acknowledge/", follow=True).content.decode()
    assert "Olivia Owner" in page
    house.integration.refresh_from_db()
    assert house.integration.status == "disabled"


def test_what_is_kept_fresh_is_the_ladder_alone(house: House, incident: Incident, client: Client) -> None:
    sign_in(client, house.cast.owner)
    path = f"/u/0/escalations/{escalation_of(incident).public_id}/"
    part = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="escalation"')
    assert "<html" not in part


# The messages.


def test_the_mail_of_an_emergency_carries_its_readers_own_link(
    house: House, incident: Incident, mail_server: MailServer, now: datetime
) -> None:
    deliver_batch(now)
    mails = {one.to: one for one in mail_server.accepted}
    pager = Delivery.objects.get(address=PAGER, message__isnull=False)
    link = acknowledge_link(pager.public_id)
    assert link in mails[PAGER].body("plain")
    assert link in mails[PAGER].body("html")
    assert "/acknowledge/" not in mails[house.cast.colleague.mailbox].body("plain"), "an alert contact is not called"


def test_who_was_told_reads_in_their_language_who_has_it(
    house: House, incident: Incident, mail_server: MailServer, now: datetime
) -> None:
    deliver_batch(now)
    Client().post(page_of(incident), {"name": "<b>Franka</b>"})
    deliver_batch(utc_now())
    mails = [one for one in mail_server.accepted if one.to == house.cast.colleague.mailbox]
    assert len(mails) == 2
    assert "<b>Franka</b> has it" in str(mails[1].mail["Subject"])
    assert "<b>Franka</b> has it and takes care" in mails[1].body("plain")
    assert "&lt;b&gt;Franka&lt;/b&gt;" in mails[1].body("html")


def test_nobody_else_is_woken_a_second_after_somebody_took_it(
    house: House, incident: Incident, mail_server: MailServer, now: datetime
) -> None:
    """What was planned for the second entry, and not sent yet, is called off."""
    deliver_batch(now)
    climb_due(now + 5 * MINUTE)
    Client().post(page_of(incident))
    deliver_batch(now + 6 * MINUTE)
    sent = [str(one.mail["Subject"]) for one in mail_server.accepted if one.to == house.cast.owner.mailbox]
    assert not any(subject.startswith("Technical emergency") for subject in sent[1:])
    called_off = Delivery.objects.get(address=house.cast.owner.mailbox, step=2, state=DeliveryState.CANCELLED)
    assert called_off.state_reason == "no_longer_relevant"


def test_the_pages_speak_every_language(house: House, incident: Incident, client: Client) -> None:
    for language in ("ko", "zh-hans", "it", "pl"):
        with translation.override(language):
            assert client.get(page_of(incident), headers={"Accept-Language": language}).status_code == 200
