"""The mails about problems, in five languages, as the channel makes them (L1)."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.utils import timezone, translation

from liaison.catalog.vocabulary import Topic
from liaison.health.tests.house import House, an_alert, critical, receive, resolved
from liaison.integrations import actions
from liaison.lib.clock import utc_now
from liaison.notifications.channels.contract import Letter
from liaison.notifications.channels.email.render import render_letter
from liaison.notifications.facts import Because, Reason
from liaison.notifications.models import Announcement
from liaison.notifications.registry import Recipient, Subject, handler_of

pytestmark = pytest.mark.django_db


def _mail(announced: Announcement, *, language: str = "en", identity_id: int | None = None) -> EmailMessage:
    """Render what the announcement says to one recipient, as the worker does."""
    topic = Topic(announced.topics[0])
    subject = Subject(announced.subject_kind, announced.subject_id, announced.account_id, announced.facts)
    recipient = Recipient(
        key="address:pager@bistro.test",
        identity_id=identity_id,
        address="pager@bistro.test",
        name="김민준",
        language=language,
        time_zone="Asia/Seoul",
        reasons=(str(Reason.EMERGENCY_CONTACT),),
    )
    with translation.override(language), timezone.override("Asia/Seoul"):
        letter = Letter(
            message_id="<x@operator.test>",
            at=utc_now(),
            recipient=recipient,
            content=handler_of(topic).render(subject, recipient),
            because=(Because(topic, Reason.EMERGENCY_CONTACT),),
        )
        rendered = render_letter(letter)
    message = message_from_bytes(rendered.data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _text(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def _last() -> Announcement:
    found = Announcement.objects.filter(subject_kind__in=("incident", "integration")).order_by("pk").last()
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_an_emergency_says_what_happened_and_what_is_expected(house: House, kind: str) -> None:
    receive(house.key, critical(annotations={"summary": "Bookings fail", "runbook": "https://wiki.bistro.test/a&b"}))
    message = _mail(_last())
    assert message["Subject"] == "Technical emergency: Bookings fail (Reservations End-to-End)"
    text = _text(message, kind)
    assert "Critical" in text
    assert "Production" in text
    assert "look at it now" in text
    assert "22 Nov 2026, 17:00, Seoul" in text  # 08:00 UTC, in the reader's zone
    assert "/go/incidents/" in text
    assert ("https://wiki.bistro.test/a&b" if kind == "plain" else "https://wiki.bistro.test/a&amp;b") in text


def test_an_alert_is_no_emergency(house: House) -> None:
    receive(house.key, an_alert())
    message = _mail(_last())
    assert message["Subject"].startswith("Production alert: ")
    assert "find the cause and mend it" in _text(message)


def test_the_end_is_told_as_the_end(house: House) -> None:
    receive(house.key, critical())
    receive(house.key, resolved())
    message = _mail(_last())
    assert message["Subject"].startswith("Resolved: ")
    assert "is over" in _text(message)
    assert "Over since" in _text(message)


def test_the_sandbox_says_that_end_users_are_not_affected(house: House) -> None:
    receive(house.sandbox_key, critical())
    message = _mail(_last())
    assert message["Subject"].startswith("Problem in the sandbox: ")
    assert "End users are not affected" in _text(message)


def test_an_integration_that_the_operator_disabled_is_an_emergency(house: House) -> None:
    """R: integration disabled."""
    administrator = house.cast.administrator
    actions.disable_integration(actor=administrator, integration=house.integration, now=utc_now())
    announced = _last()
    assert announced.topics == [Topic.TECHNICAL_EMERGENCY, Topic.PRODUCTION_ALERT]
    told = set(announced.deliveries.exclude(state="suppressed").values_list("address", flat=True))
    assert told == {"olivia@bistro.test", "carlo@bistro.test", "pager@bistro.test"}
    assert "integration disabled" in _mail(announced)["Subject"]
    assert "Reason, in the operator" not in _text(_mail(announced))
    actions.restore_integration(actor=administrator, integration=house.integration, now=utc_now())
    back = _last()
    assert set(back.deliveries.exclude(state="suppressed").values_list("address", flat=True)) == told
    assert _mail(back)["Subject"] == "Live again: Reservations End-to-End"


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_why_staff_disabled_it_is_told_in_their_own_words(house: House, kind: str) -> None:
    """S5."""
    actions.disable_integration(
        actor=house.cast.administrator, integration=house.integration, reason="Every booking fails.", now=utc_now()
    )
    text = _text(_mail(_last()), kind)
    assert "Reason, in the operator" in text
    assert "Every booking fails." in text


@pytest.mark.parametrize(
    ("language", "kind_name", "severity"),
    [
        ("ko", "예약 엔드 투 엔드", "심각"),
        ("zh-hans", "预订端到端", "严重"),
        ("it", "Prenotazioni end-to-end", "Critico"),
        ("pl", "Kompleksowe rezerwacje", "Krytyczny"),
    ],
)
def test_it_speaks_the_readers_language(house: House, language: str, kind_name: str, severity: str) -> None:
    """L1. Whether every sentence is translated is checked for the whole catalogue at once."""
    receive(house.key, critical())
    message = _mail(_last(), language=language)
    assert kind_name in message["Subject"]
    assert severity in _text(message)
    assert str(message["Content-Language"]).lower() == language


def test_a_link_names_the_identity_that_it_is_for(house: House) -> None:
    receive(house.key, an_alert())
    owner = house.cast.owner
    assert f"?as={owner.public_id}" in _text(_mail(_last(), identity_id=owner.pk))
    assert "?as=" not in _text(_mail(_last()))


def test_a_title_cannot_add_a_header(house: House) -> None:
    receive(house.key, an_alert(annotations={"summary": "Down\r\nBcc: evil@evil.test\u2028X: y"}))
    message = _mail(_last())
    assert message["Bcc"] is None
    assert message["X"] is None
    assert "Bcc: evil@evil.test" in message["Subject"]
