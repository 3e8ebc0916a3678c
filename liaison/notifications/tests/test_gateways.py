"""Phones: the operator's gateway is called in its own shape, with words that are heard and read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from django.conf import LazySettings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.lib.http.testing import HttpServer, answer
from liaison.notifications.actions import announce
from liaison.notifications.channels.chat import Button, Spoken
from liaison.notifications.channels.contract import UndeliverableError
from liaison.notifications.channels.gateway.shape import Gateway, ShapeError, found_at, gateway_of
from liaison.notifications.channels.sms import sms_channel
from liaison.notifications.channels.sms.words import words_of as sms_words
from liaison.notifications.channels.voice.words import words_of as voice_words
from liaison.notifications.checks import check_outbound
from liaison.notifications.endpoints import DISABLE_AFTER, ways_by_owner
from liaison.notifications.facts import Channel
from liaison.notifications.models import Delivery, Endpoint, Message
from liaison.notifications.testing import TopicOfTests, about, handled_by, person
from liaison.notifications.worker import deliver_batch

EMERGENCY = Topic.TECHNICAL_EMERGENCY
NUMBER = "+390612345678"
AT = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)


@pytest.fixture
def gateway(settings: LazySettings) -> Iterator[HttpServer]:
    """A double of an operator's gateway: a real HTTP server that rings no phone."""
    with HttpServer() as server:
        settings.GATEWAY_ALLOWED_NETWORKS = ("127.0.0.1",)
        settings.SMS_GATEWAY_URL = settings.VOICE_GATEWAY_URL = server.url
        settings.SMS_GATEWAY_HEADERS = '{"Authorization": "Bearer of-the-operator"}'
        settings.SMS_GATEWAY_FROM = "Liaison"
        settings.HTTP_TIMEOUT_SECONDS = 1
        yield server


def make_phone(channel: Channel) -> Endpoint:
    return Endpoint.objects.create(
        account_id=1,
        owner_key="address:anna@p.test",
        channel=channel,
        name="Night shift",
        url=f"tel:{NUMBER}",
        only_emergencies=True,
        created_at=utc_now(),
    )


def call(endpoint: Endpoint, now: datetime, *, language: str = "en", **facts: object) -> Message:
    people = [person("", language=language, ways=[[endpoint.channel, endpoint.public_id, True]])]
    with handled_by({EMERGENCY: TopicOfTests(EMERGENCY)}):
        announce((EMERGENCY,), about(ladder=people, **facts), now=now)
        assert deliver_batch(now, channel=endpoint.channel) == 1
    return Message.objects.get()


@pytest.mark.django_db
def test_a_text_message_goes_through_the_gateway(gateway: HttpServer) -> None:
    gateway.acts.append(answer("200 OK", body=b'{"id": 7}'))
    message = call(make_phone(Channel.SMS), utc_now(), title="Bookings fail")
    (taken,) = gateway.taken
    assert json.loads(taken.body) == {
        "to": NUMBER,
        "from": "Liaison",
        "text": "Bookings fail [en]",
        "id": f"msg_{message.public_id}",
    }
    assert taken.header("authorization") == "Bearer of-the-operator"
    assert Delivery.objects.get().state == "accepted"
    assert b"of-the-operator" not in bytes(message.sent_bytes or b"")
    assert NUMBER.encode() not in bytes(message.sent_bytes or b"")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "locale"), [("en", "en-GB"), ("ko", "ko-KR"), ("zh-hans", "zh-CN"), ("it", "it-IT"), ("pl", "pl-PL")]
)
def test_a_call_speaks_the_readers_language(gateway: HttpServer, language: str, locale: str) -> None:
    call(make_phone(Channel.VOICE), utc_now(), language=language, title="Bookings fail")
    said = json.loads(gateway.taken[0].body)
    assert (said["to"], said["language"]) == (NUMBER, locale)
    assert f"Bookings fail [{language}]" in said["text"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        ("200 OK", b'{"messages": [{"id": "m1"}]}', "accepted"),
        ("200 OK", b'{"messages": []}', "pending"),
        ("200 OK", b"OK", "pending"),
        ("400 Bad Request", b"no such number", "refused"),
        ("422 Unprocessable Entity", b"", "refused"),
        ("401 Unauthorized", b"", "pending"),
        ("503 Service Unavailable", b"", "pending"),
    ],
)
def test_the_gateways_answer_decides(
    gateway: HttpServer, settings: LazySettings, status: str, body: bytes, state: str
) -> None:
    settings.SMS_GATEWAY_ID_POINTER = "/messages/0/id"
    gateway.acts.append(answer(status, body=body))
    endpoint = make_phone(Channel.SMS)
    assert call(endpoint, utc_now()).state == state
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None, "what the operator's gateway answers ends nobody's endpoint"


@pytest.mark.django_db
def test_a_gateway_that_is_down_for_days_disables_no_phone(gateway: HttpServer) -> None:
    now = utc_now()
    endpoint = make_phone(Channel.SMS)
    Endpoint.objects.update(failing_since=now - DISABLE_AFTER - timedelta(days=1))
    gateway.acts.append(answer("500 Oops"))
    call(endpoint, now)
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None
    assert endpoint.failing_since is not None


@pytest.mark.django_db
def test_phones_are_nobodys_way_where_the_operator_has_no_gateway(gateway: HttpServer, settings: LazySettings) -> None:
    endpoint = make_phone(Channel.SMS)
    assert ways_by_owner(1, [endpoint.owner_key])
    settings.SMS_GATEWAY_URL = ""
    assert ways_by_owner(1, [endpoint.owner_key]) == {}
    adapter = sms_channel()
    with pytest.raises(UndeliverableError):
        adapter.ready(endpoint.public_id)


def test_a_text_message_keeps_its_link_whole() -> None:
    link = "https://portal.test/acknowledge/abcdefghijklmn.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg/"
    said = Spoken("주문 실패 " * 40, "…", "ko", acknowledge=Button("확인", link))
    words = sms_words(said)
    assert words.endswith(f"\n확인: {link}")
    assert len(words) <= 201, "three messages of 67 letters"
    assert len(sms_words(Spoken("x" * 200, "", "en", open=Button("Open", link)))) <= 459


def test_a_call_reads_no_addresses_aloud(settings: LazySettings) -> None:
    settings.OPERATOR_NAME = "Nimbus"
    button = Button("Acknowledge", "https://portal.test/a/")
    with translation.override("en"):
        words = voice_words(Spoken("Bookings fail", "Look.\nOpen: https://portal.test/x", "en", acknowledge=button))
    assert words.startswith("This is a call from Nimbus.\nBookings fail\nLook.")
    assert "http" not in words


@given(st.dictionaries(st.sampled_from(["to", "from", "text", "language", "locale", "message_id"]), st.text()))
def test_words_never_change_the_shape_of_json(words: dict[str, str]) -> None:
    template = '{"to": ["{to}"], "m": {"t": "{text}", "l": "x-{locale}"}, "n": 1, "id": "{message_id}"}'
    made = json.loads(Gateway("https://g.test/", body=template).request(words).body)
    assert set(made) == {"to", "m", "n", "id"}
    assert made["n"] == 1
    if "text" in words:
        assert made["m"]["t"] == words["text"].encode("utf-8", "replace").decode()


@given(st.text(), st.text())
def test_words_never_change_the_shape_of_a_form_or_an_address(to: str, text: str) -> None:
    gateway = Gateway("https://g.test/send?key=1&to={to}", body="to={to}&message={text}&flash=0")
    request = gateway.request(
        {"to": to.encode("utf-8", "replace").decode(), "text": text.encode("utf-8", "replace").decode()}
    )
    fields = parse_qs(request.body.decode(), keep_blank_values=True, strict_parsing=True)
    assert set(fields) == {"to", "message", "flash"}
    head, _, query = request.url.partition("?")
    assert head == "https://g.test/send"
    assert set(parse_qs(query, keep_blank_values=True)) == {"key", "to"}


def test_a_word_that_looks_like_a_place_stays_a_word() -> None:
    request = Gateway("https://g.test/", body='{"a": "{text}"}').request({"text": "{to}", "to": "x"})
    assert json.loads(request.body) == {"a": "{to}"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://g.test/"},
        {"url": "g.test"},
        {"url": "https://{to}.g.test/"},
        {"url": "https://g.test/{to}"},
        {"headers": "Authorization: x"},
        {"headers": '["x"]'},
        {"headers": '{"X": 1}'},
        {"headers": '{"X\\n": "y"}'},
        {"headers": '{"X": "a\\r\\nb"}'},
        {"body": '{"a": '},
        {"body": '{"a": "{number}"}'},
        {"id_pointer": "messages.0"},
    ],
)
def test_a_gateway_without_sense_is_named_at_the_start(wrong: dict[str, str], settings: LazySettings) -> None:
    given_words = {
        "url": "https://g.test/",
        "method": "POST",
        "headers": "",
        "body": "",
        "sender": "",
        "id_pointer": "",
    }
    with pytest.raises(ShapeError):
        gateway_of(**(given_words | wrong))
    settings.SMS_GATEWAY_URL = "https://g.test/"
    for name, value in wrong.items():
        setattr(settings, f"SMS_GATEWAY_{name.upper()}", value)
    assert [one.id for one in check_outbound()] == ["notifications.E003"]


def test_a_pointer_finds_what_stands_there() -> None:
    document = {"a/b": [{"~": 0}], "x": None}
    assert found_at("/a~1b/0/~0", document) == 0
    for nowhere in ("/a~1b/1", "/a~1b/x", "/x/y", "/z"):
        assert found_at(nowhere, document) is None
