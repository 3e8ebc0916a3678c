"""The demo's receiver verifies as the published library does, and keeps what comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from standardwebhooks import Webhook

from liaison.demo.receiver import Call, Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
BODY = '{"type":"incident.opened","data":{"subject":"긴급 상황"}}'
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    made.start()
    yield made
    made.stop()


def call(secret: str = SECRET, body: str = BODY, sent: datetime = NOW) -> Call:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(sent.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", sent, BODY),
    }
    return Call(headers, body.encode(), NOW.timestamp())


def test_it_accepts_what_the_published_library_signed() -> None:
    assert call().is_signed_with(SECRET)


@pytest.mark.parametrize(
    "wrong",
    [
        call(secret=OTHER),
        call(body=BODY.replace("opened", "resolved")),
        call(sent=NOW - timedelta(seconds=301)),
        call(sent=NOW + timedelta(seconds=301)),
        Call({}, BODY.encode(), NOW.timestamp()),
    ],
    ids=["another secret", "another body", "too old", "from the future", "unsigned"],
)
def test_it_refuses_what_is_not_right(wrong: Call) -> None:
    assert not wrong.is_signed_with(SECRET)


def test_one_right_signature_of_several_is_enough() -> None:
    """While a secret is being replaced there are two."""
    headers = dict(call().headers)
    headers["webhook-signature"] = f"{call(secret=OTHER).headers['webhook-signature']} {headers['webhook-signature']}"
    assert Call(headers, BODY.encode(), NOW.timestamp()).is_signed_with(SECRET)


def test_it_answers_and_keeps_what_comes_byte_for_byte(receiver: Receiver) -> None:
    request = Request(receiver.url, BODY.encode(), dict(call().headers), method="POST")  # noqa: S310  # on loopback
    with build_opener(ProxyHandler({})).open(request, timeout=10) as answer:
        assert answer.status == 204
    (kept,) = receiver.calls
    assert (kept.id, kept.body) == ("msg_1", BODY.encode())
    assert kept.event["type"] == "incident.opened"


def test_it_has_no_address_before_it_is_started() -> None:
    with pytest.raises(RuntimeError):
        _ = Receiver().url
