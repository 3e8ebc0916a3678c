"""Slack, Teams and Google Chat: how a message looks there, and what their answers mean."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation

from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.lib.http import Response
from liaison.lib.http.testing import HttpServer, answer, drop
from liaison.notifications import channels
from liaison.notifications.actions import announce
from liaison.notifications.channels.chat import Spoken, spoken, without_links
from liaison.notifications.channels.contract import Letter, Outcome, Outgoing, UndeliverableError
from liaison.notifications.channels.google_chat import service as google_chat
from liaison.notifications.channels.posting import Service
from liaison.notifications.channels.slack import service as slack
from liaison.notifications.channels.teams import service as teams
from liaison.notifications.channels.twin import PrintingTwin
from liaison.notifications.endpoints import sealed
from liaison.notifications.facts import Because, Channel, Reason
from liaison.notifications.models import Delivery, Endpoint, Message
from liaison.notifications.registry import Content, Recipient
from liaison.notifications.testing import TopicOfTests, about, handled_by, person
from liaison.notifications.worker import deliver_batch

NOTICE = Topic.TECHNICAL_NOTICE
CHATS = (Channel.SLACK, Channel.TEAMS, Channel.GOOGLE_CHAT)
SERVICES: dict[Channel, Service] = {
    Channel.SLACK: slack.Slack(),
    Channel.TEAMS: teams.Teams(),
    Channel.GOOGLE_CHAT: google_chat.GoogleChat(),
}
MESSAGES: dict[Channel, Callable[[Spoken], dict[str, Any]]] = {
    Channel.SLACK: slack.message_of,
    Channel.TEAMS: teams.message_of,
    Channel.GOOGLE_CHAT: google_chat.message_of,
}
AT = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)
SAID = Spoken("Bookings fail", "First <line> & more\nhttps://portal.test/x\n\nSecond", "en")


def letter(subject: str = "Bookings fail", text: str = "Look & see.", **more: Any) -> Letter:
    context = {"paragraphs": [text], "link_label": "Open", **more.pop("context", {})}
    content = Content(subject=subject, template="notifications/plain_mail", context=context, **more)
    recipient = Recipient("address:a@p.test", None, "abc", "Anna", "en", "Europe/Rome", ("alert_contact",))
    because = (Because(NOTICE, Reason.ALERT_CONTACT),)
    return Letter("<abc@p.test>", AT, recipient, content, because, "abc", "delivery")


def make_endpoint(channel: Channel, url: str) -> Endpoint:
    return Endpoint.objects.create(
        account_id=1,
        owner_key="address:anna@p.test",
        channel=channel,
        name="Room",
        url="http://127.0.0.1",
        secret=sealed(url),
        ends_with=url[-4:],
        created_at=utc_now(),
    )


@pytest.fixture
def server(settings: LazySettings) -> Iterator[HttpServer]:
    settings.HTTP_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    settings.HTTP_ALLOWED_PORTS = ("1-65535",)
    settings.HTTP_TIMEOUT_SECONDS = 1
    with HttpServer() as server:
        yield server


def tell(endpoint: Endpoint, now: datetime, **facts: object) -> None:
    people = [person("", ways=[[endpoint.channel, endpoint.public_id]])]
    with handled_by({NOTICE: TopicOfTests(NOTICE)}):
        announce((NOTICE,), about(everyone=people, **facts), now=now)


def deliver(channel: Channel, now: datetime) -> Message:
    with handled_by({NOTICE: TopicOfTests(NOTICE)}):
        assert deliver_batch(now, channel=channel) == 1
    return Message.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize("channel", CHATS)
def test_a_message_arrives_in_the_chat_and_is_kept_as_it_was_sent(server: HttpServer, channel: Channel) -> None:
    now = utc_now()
    tell(make_endpoint(channel, f"{server.url}?key=secret"), now, title="Orders fail: ü 주문")
    server.acts.append(answer("200 OK", body=b"ok"))
    message = deliver(channel, now)
    (taken,) = server.taken
    assert taken.line.startswith("POST /hook?key=secret")
    assert taken.header("content-type") == "application/json; charset=utf-8"
    assert taken.header("idempotency-key") == f"msg_{message.public_id}"
    assert "Orders fail: ü 주문 [en]" in taken.body.decode()
    assert "Hello" not in taken.body.decode(), "a room needs no greeting"
    assert bytes(message.sent_bytes or b"") == taken.body
    assert Delivery.objects.get().state == "accepted"
    assert Endpoint.objects.get().last_accepted_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize("channel", CHATS)
def test_what_is_confidential_never_goes_to_a_chat(server: HttpServer, channel: Channel) -> None:
    now = utc_now()
    tell(make_endpoint(channel, server.url), now, confidential=True)
    assert deliver(channel, now).state == "failed"
    assert Delivery.objects.get().state_reason == "cannot_be_made"
    assert server.taken == []


@pytest.mark.django_db
@pytest.mark.parametrize("channel", CHATS)
def test_a_lost_answer_is_sent_once_more_with_the_same_key(server: HttpServer, channel: Channel) -> None:
    now = utc_now()
    server.acts += [drop, drop]
    tell(make_endpoint(channel, server.url), now)
    assert deliver(channel, now).state == "unknown"
    assert deliver(channel, now + timedelta(minutes=2)).state == "failed"
    keys = [one.header("idempotency-key") for one in server.taken]
    assert keys == [f"msg_{Message.objects.get().public_id}"] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("channel", [Channel.WEBHOOK, *CHATS])
def test_every_message_waits_as_long_as_the_other_side_asked(server: HttpServer, channel: Channel) -> None:
    """A Retry-After is kept on the endpoint: what is new meanwhile does not knock again."""
    now = utc_now()
    secret = sealed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    endpoint = make_endpoint(channel, server.url)
    if channel is Channel.WEBHOOK:
        Endpoint.objects.update(url=server.url, secret=secret)
    server.acts.append(answer("429 Too Many Requests", "Retry-After: 600"))
    tell(endpoint, now)
    assert deliver(channel, now).state == "pending"
    Message.objects.all().update(due_at=now + timedelta(days=1))
    tell(endpoint, now)
    with handled_by({NOTICE: TopicOfTests(NOTICE)}):
        assert deliver_batch(now + timedelta(seconds=1), channel=channel) == 1
    new = Message.objects.order_by("pk").last()
    assert new is not None
    assert len(server.taken) == 1
    assert (new.state, new.failures, new.attempts.count()) == ("pending", 0, 0)
    assert abs(new.due_at - (now + timedelta(seconds=600))) < timedelta(seconds=10)
    Endpoint.objects.update(not_before=now - timedelta(seconds=1))
    with handled_by({NOTICE: TopicOfTests(NOTICE)}):
        assert deliver_batch(now + timedelta(minutes=11), channel=channel) == 1
    assert len(server.taken) == 2


@pytest.mark.parametrize(
    ("channel", "status", "body", "outcome"),
    [
        (Channel.SLACK, 200, b"ok", Outcome.ACCEPTED),
        (Channel.SLACK, 404, b"no_service", Outcome.REFUSED),
        (Channel.SLACK, 404, b"no_team", Outcome.REFUSED),
        (Channel.SLACK, 404, b"<html>nginx</html>", Outcome.TEMPORARY),
        (Channel.SLACK, 410, b"channel_is_archived", Outcome.REFUSED),
        (Channel.SLACK, 403, b"action_prohibited", Outcome.TEMPORARY),
        (Channel.SLACK, 500, b"rollup_error", Outcome.TEMPORARY),
        (Channel.TEAMS, 202, b"", Outcome.ACCEPTED),
        (Channel.TEAMS, 200, b"1", Outcome.ACCEPTED),
        (
            Channel.TEAMS,
            200,
            b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with C",
            Outcome.TEMPORARY,
        ),
        (Channel.TEAMS, 200, b"Webhook message delivery failed with error: 413", Outcome.TEMPORARY),
        (Channel.TEAMS, 200, b"returned HTTP error 410 with ContextId", Outcome.REFUSED),
        (Channel.TEAMS, 404, b'{"error":{"code":"WorkflowNotFound"}}', Outcome.REFUSED),
        (Channel.TEAMS, 404, b"", Outcome.TEMPORARY),
        (Channel.GOOGLE_CHAT, 200, b'{"name":"spaces/a/messages/b"}', Outcome.ACCEPTED),
        (Channel.GOOGLE_CHAT, 404, b'{"error":{"code":404,"status": "NOT_FOUND"}}', Outcome.REFUSED),
        (Channel.GOOGLE_CHAT, 404, b"not here", Outcome.TEMPORARY),
        (Channel.GOOGLE_CHAT, 429, b"", Outcome.TEMPORARY),
        (Channel.GOOGLE_CHAT, 400, b"INVALID_ARGUMENT", Outcome.TEMPORARY),
    ],
)
def test_each_chat_says_no_in_its_own_words(channel: Channel, status: int, body: bytes, outcome: Outcome) -> None:
    said = SERVICES[channel].meaning(Response(status, (), body), AT)
    assert said.outcome is outcome
    assert not body or body.decode() not in said.detail, "of the answer's body nothing is ever said"


def test_the_busy_answer_of_a_200_waits_as_any_other() -> None:
    body = b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"
    said = teams.Teams().meaning(Response(200, (("retry-after", "30"),), body), AT)
    assert (said.code, said.is_unavailable, said.wait) == (429, True, timedelta(seconds=30))


def test_nothing_becomes_markup_in_slack() -> None:
    """`<!channel>` would wake a whole room, `<https://…|…>` disguise a link."""
    made = slack.message_of(replace(SAID, title="<!channel> & <https://evil.test|here>", text="<@U1> *x*"))
    assert made["text"] == "&lt;!channel&gt; &amp; &lt;https://evil.test|here&gt;"
    assert made["blocks"][0]["text"] == {
        "type": "plain_text",
        "text": "<!channel> & <https://evil.test|here>",
        "emoji": False,
    }
    assert made["blocks"][1]["text"] == {"type": "mrkdwn", "text": "&lt;@U1&gt; *x*", "verbatim": True}


def test_nothing_becomes_markup_in_teams_and_google_chat() -> None:
    said = replace(
        SAID, title="<users/all> [x](https://evil.test)", text="<b>bold</b> [a](https://evil.test/) *x*\n# y"
    )
    card = teams.message_of(said)["attachments"][0]["content"]
    assert card["body"][0]["text"] == r"<users/all> \[x\](https://evil.test)"
    assert card["body"][1]["text"] == r"\# y", "a line with a link is left out: buttons stand for those"
    made = google_chat.message_of(replace(said, text="<b>bold</b> & <users/all>"))
    assert made["text"] == "‹users/all› [x](https://evil.test)"
    (widget,) = made["cardsV2"][0]["card"]["sections"][0]["widgets"]
    assert widget["textParagraph"]["text"] == "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;users/all&gt;"


@pytest.mark.parametrize(
    "letter_of", ["a", "<", "&", '"', "주", "\N{SMILING FACE WITH SMILING EYES}", "\\*", "a\n", "a\n\n", "\\\n"]
)
def test_long_texts_stay_within_what_each_service_takes(letter_of: str) -> None:
    said = replace(SAID, title=letter_of * 200, text=letter_of * 50_000)
    made = slack.message_of(said)
    assert len(made["blocks"][0]["text"]["text"]) <= slack.LONGEST_HEADER
    assert len(made["blocks"][1]["text"]["text"]) <= slack.LONGEST_SECTION
    assert made["blocks"][1]["text"]["text"].endswith("…")
    assert len(json.dumps(teams.message_of(said), ensure_ascii=False).encode()) <= 28 * 1024
    chat = google_chat.message_of(said)
    assert len(json.dumps(chat, ensure_ascii=False).encode()) <= 32_000
    text = chat["cardsV2"][0]["card"]["sections"][0]["widgets"][0]["textParagraph"]["text"]
    assert "&" not in text.replace("&lt;", "").replace("&amp;", ""), "no half of an entity is left"


@pytest.mark.parametrize("channel", CHATS)
def test_whoever_is_called_can_acknowledge_in_the_chat(channel: Channel) -> None:
    links = {"acknowledge_link": "https://portal.test/acknowledge/x/", "link": "https://portal.test/go/incidents/1/"}
    with translation.override("en"):
        said = spoken(letter(context=links))
    assert [button.url for button in said.buttons] == list(links.values())
    words = json.dumps(MESSAGES[channel](said))
    assert all(json.dumps(link) in words for link in links.values())


def test_what_belongs_to_one_incident_stands_in_one_thread() -> None:
    with translation.override("en"):
        said = spoken(letter(data={"type": "incident.opened", "incident": {"id": "5d7f9h"}}))
    service = google_chat.GoogleChat()
    message = service.render(letter(data={"incident": {"id": "5d7f9h"}}))
    assert json.loads(message.data)["thread"] == {"threadKey": "5d7f9h"} == google_chat.message_of(said)["thread"]
    endpoint = type("E", (), {"url": "https://chat.test/v1/spaces/a/messages?key=k&token=t"})()
    call = service.request(Outgoing("abc", message.data, "<abc@p.test>", AT), endpoint)
    assert call.url.endswith("&token=t&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD")
    alone = service.request(Outgoing("abc", service.render(letter()).data, "<abc@p.test>", AT), endpoint)
    assert alone.url == endpoint.url


def test_a_drill_is_marked_wherever_it_is_read() -> None:
    """The mark stands in the subject, and the subject is the title everywhere."""
    with translation.override("en"):
        said = spoken(letter("DRILL: nothing is wrong"))
    for channel in CHATS:
        assert "DRILL: nothing is wrong" in json.dumps(MESSAGES[channel](said))


@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "it", "pl"])
def test_the_text_is_that_of_the_mail_in_the_readers_language(language: str) -> None:
    with translation.override(language):
        said = spoken(letter(context={"link": "https://portal.test/x"}))
        assert said.open is not None
        assert said.open.label == translation.gettext("Open in the portal")
    assert said.text.splitlines()[0] == "Look & see."
    assert without_links(said.text) == "Look & see.\n\nOpen"


def test_what_is_confidential_is_said_nowhere() -> None:
    with pytest.raises(UndeliverableError):
        spoken(letter(is_confidential=True))


@pytest.mark.parametrize("channel", [one for one in Channel if one is not Channel.EMAIL])
def test_every_channel_has_a_twin_that_prints(
    channel: Channel, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOKS = "console"
    twin = channels.named(channel)
    assert isinstance(twin, PrintingTwin)
    stream = io.StringIO()
    monkeypatch.setattr(twin, "_stream", stream)
    with translation.override("en"):
        data = twin.render(letter("Orders fail")).data
    assert twin.ready("abc") is None
    sent = twin.send(Outgoing("abc", data, "<abc@p.test>", AT))
    assert sent.outcome is Outcome.ACCEPTED
    assert "To endpoint abc, msg_abc" in stream.getvalue()
    assert "Orders fail" in stream.getvalue()
