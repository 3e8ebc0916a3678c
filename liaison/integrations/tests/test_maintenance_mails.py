"""What is said about a pause, to whom, in whose language and zone (S5, R3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast
from liaison.catalog.vocabulary import Topic
from liaison.integrations import actions
from liaison.integrations.models import Integration, Pause
from liaison.integrations.testing import make_launched
from liaison.integrations.topics import Maintenance
from liaison.integrations.vocabulary import PauseEvent
from liaison.notifications.channels.contract import Letter
from liaison.notifications.channels.email.render import render_letter
from liaison.notifications.facts import Because, Reason
from liaison.notifications.models import Announcement
from liaison.notifications.registry import Content, Recipient, Subject, handler_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVENTS = list(PauseEvent)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def integration(cast: Cast) -> Integration:
    return make_launched(cast.partner)


def _recipient(identity: Identity, *reasons: str) -> Recipient:
    return Recipient(
        key=f"identity:{identity.pk}",
        identity_id=identity.pk,
        address=identity.mailbox,
        name=identity.name,
        language="en",
        time_zone="Asia/Seoul",
        reasons=reasons,
    )


def _subject(announcement: Announcement, event: PauseEvent | None = None) -> Subject:
    facts = announcement.facts | ({"event": event.value} if event else {})
    return Subject("pause", announcement.subject_id, announcement.account_id, facts)


def _said(subject: Subject, reader: Identity, language: str = "en") -> Content:
    with translation.override(language), timezone.override(ZoneInfo("Asia/Seoul")):
        return Maintenance().render(subject, _recipient(reader))


def _announced(cast: Cast, integration: Integration) -> Announcement:
    actions.pause_integration(
        actor=cast.owner, integration=integration, until=NOW + 2 * HOUR, reason="Moving <house>", now=NOW
    )
    return Announcement.objects.get(topics=[Topic.MAINTENANCE])


def test_it_says_what_when_why_and_who(cast: Cast, integration: Integration) -> None:
    said = _said(_subject(_announced(cast, integration)), cast.manager)
    assert said.subject == "Paused for maintenance: Reservations End-to-End (Bistro)"
    assert said.context["starts"] == "22 Nov 2026, 17:00, Seoul"
    assert said.context["ends"] == "22 Nov 2026, 19:00, Seoul"
    assert said.context["who"] == cast.owner.name
    assert said.context["reason"] == "Moving <house>"
    assert said.data["type"] == "pause.started"
    assert said.data["pause"]["ends_at"] == NOW + 2 * HOUR


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_each_event_has_a_sentence_of_its_own(cast: Cast, integration: Integration, kind: str) -> None:
    announced = _announced(cast, integration)
    subjects = {event: _subject(announced, event) for event in EVENTS}
    first = {event: _first_sentence(_mail(subject, cast.owner, kind)) for event, subject in subjects.items()}
    assert len(set(first.values())) == len(EVENTS)
    assert all(sentence.endswith(".") for sentence in first.values())
    assert len({_said(subject, cast.owner).subject for subject in subjects.values()}) == len(EVENTS)


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_the_reason_stays_as_it_was_written(cast: Cast, integration: Integration, kind: str) -> None:
    text = _mail(_subject(_announced(cast, integration)), cast.manager, kind)
    assert ("Moving <house>" if kind == "plain" else "Moving &lt;house&gt;") in text
    assert f"/go/integrations/{integration.public_id}/pause/" in text


def _mail(subject: Subject, reader: Identity, kind: str) -> str:
    recipient = _recipient(reader)
    with translation.override("en"), timezone.override(ZoneInfo("Asia/Seoul")):
        content = Maintenance().render(subject, recipient)
        because = (Because(Topic.MAINTENANCE, Reason.ADMINISTRATOR),)
        letter = Letter(message_id="<x@operator.test>", at=NOW, recipient=recipient, content=content, because=because)
        message = message_from_bytes(render_letter(letter).data, policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def _first_sentence(text: str) -> str:
    """Return the paragraph that says what happened: the one that speaks of what is below, or of how it stands."""
    paragraphs = [re.sub("<[^>]*>", "", line).strip() for line in text.split("\n")]
    return next(one for one in paragraphs if "below" in one)


def test_partners_do_not_read_which_of_the_staff_it_was(cast: Cast, integration: Integration) -> None:
    _announced(cast, integration)
    pause = Pause.objects.get()
    actions.change_pause(
        actor=cast.administrator, pause=pause, until=NOW + 99 * HOUR, reason="", ends_by_itself=False, now=NOW
    )
    subject = _subject(Announcement.objects.filter(topics=[Topic.MAINTENANCE]).latest("pk"))
    assert _said(subject, cast.owner).context["who"] == "The operator"
    assert _said(subject, cast.manager).context["who"] == cast.administrator.name


def test_only_who_stands_there_may_read_it(cast: Cast, integration: Integration) -> None:
    """Invariant 2."""
    subject = _subject(_announced(cast, integration))
    handler = handler_of(Topic.MAINTENANCE)
    for reader, may in ((cast.owner, True), (cast.manager, True), (cast.reader, False), (cast.outsider, False)):
        assert handler.may_receive(subject, _recipient(reader)) is may
    assert not handler.may_receive(subject, _recipient(cast.agent))
    assert handler.may_receive(subject, _recipient(cast.engineer, "on_call"))  # the shift is over since


def test_what_is_no_longer_so_is_not_sent(cast: Cast, integration: Integration) -> None:
    announced = _announced(cast, integration)
    handler = handler_of(Topic.MAINTENANCE)
    subjects = {event: _subject(announced, event) for event in EVENTS}
    assert handler.still_relevant(subjects[PauseEvent.ENDS_SOON])
    assert handler.still_relevant(subjects[PauseEvent.PAST_ITS_END])
    assert not handler.still_relevant(subjects[PauseEvent.SCHEDULED])
    Pause.objects.update(ends_at=NOW + 3 * HOUR)
    assert not handler.still_relevant(subjects[PauseEvent.ENDS_SOON])
    actions.resume_integration(actor=cast.owner, integration=integration, now=NOW + HOUR)
    assert not handler.still_relevant(subjects[PauseEvent.PAST_ITS_END])
    assert not handler.still_relevant(subjects[PauseEvent.CHANGED])
    assert handler.still_relevant(subjects[PauseEvent.ENDED])
    Pause.objects.all().delete()
    assert not handler.still_relevant(subjects[PauseEvent.ENDED])
