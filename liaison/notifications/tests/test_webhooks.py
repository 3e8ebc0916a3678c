"""Webhooks by Standard Webhooks 1.0.0: signed, sent again as they were, and ended by 410 or days of silence."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from standardwebhooks import Webhook, WebhookVerificationError

from liaison.audit.models import Event
from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.lib.http import HttpClient, Limits
from liaison.lib.http.testing import LOOPBACK, HttpServer, Taken, answer, drip, drop, hang, pour, say
from liaison.notifications.actions import announce
from liaison.notifications.channels.contract import Answer, Later, Outcome, Outgoing, UndeliverableError
from liaison.notifications.channels.twin import PrintingTwin
from liaison.notifications.channels.webhook.adapter import SignedWebhooks, Webhooks
from liaison.notifications.channels.webhook.signing import new_secret
from liaison.notifications.endpoints import DISABLE_AFTER, endpoint_names, sealed, ways_by_owner
from liaison.notifications.models import Attempt, Delivery, Endpoint, Message
from liaison.notifications.testing import about, person
from liaison.notifications.worker import deliver_batch

NOTICE = Topic.TECHNICAL_NOTICE
SECRET = new_secret()

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


@pytest.fixture
def server(settings: LazySettings) -> Iterator[HttpServer]:
    settings.HTTP_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    settings.HTTP_ALLOWED_PORTS = ("1-65535",)
    settings.HTTP_TIMEOUT_SECONDS = 1
    with HttpServer() as server:
        yield server


def make_endpoint(url: str, **more: object) -> Endpoint:
    fields = {"account_id": 1, "owner_key": "address:anna@p.test", "channel": "webhook", "name": "Pager"}
    fields |= {"url": url, "secret": sealed(SECRET), "created_at": utc_now(), **more}
    return Endpoint.objects.create(**fields)


def tell(endpoint: Endpoint, now: datetime, **facts: object) -> None:
    announce((NOTICE,), about(everyone=[person("", endpoints=[endpoint.public_id])], **facts), now=now)


def deliver(now: datetime) -> Message:
    assert deliver_batch(now, channel="webhook") == 1
    return Message.objects.get()


def headers_of(taken: Taken) -> dict[str, str]:
    return dict(taken.headers)


def send(adapter: SignedWebhooks, endpoint: Endpoint, now: datetime) -> Answer:
    no = adapter.ready(endpoint.public_id)
    if no is not None:
        return no
    found = adapter.send(Outgoing(endpoint.public_id, b'{"type":"x"}', "<abc@p.test>", now))
    return found.wait() if isinstance(found, Later) else found


@pytest.fixture
def ours() -> Iterator[SignedWebhooks]:
    """Our side, in a hurry."""
    limits = Limits(connect_seconds=0.5, answer_seconds=0.5, body_seconds=0.2)
    adapter = SignedWebhooks(client=HttpClient(LOOPBACK, limits=limits), patience=0.1)
    yield adapter
    adapter.close()


def test_a_receiver_with_the_published_library_believes_it(server: HttpServer) -> None:
    now = utc_now()
    tell(make_endpoint(server.url), now, title="Orders fail: ü 주문")
    message = deliver(now)
    (taken,) = server.taken
    event = Webhook(SECRET).verify(taken.body, headers_of(taken))
    assert event["type"] == NOTICE
    assert event["timestamp"] == now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert event["data"]["subject"] == "Orders fail: ü 주문 [en]"
    assert "Look & see." in event["data"]["text"]
    assert event["data"]["why"][0]["topic"] == NOTICE
    assert event["data"]["delivery"] == Delivery.objects.get().public_id
    assert taken.header("content-type") == "application/json"
    assert message.state == "accepted"
    assert bytes(message.sent_bytes or b"") == taken.body
    assert Delivery.objects.get().state == "accepted"
    assert Endpoint.objects.get().last_accepted_at is not None


def test_whoever_knows_another_secret_or_changes_a_byte_is_not_believed(server: HttpServer) -> None:
    now = utc_now()
    tell(make_endpoint(server.url), now)
    deliver(now)
    (taken,) = server.taken
    for secret, body in ((new_secret(), taken.body), (SECRET, taken.body + b" ")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers_of(taken))


def test_a_second_try_has_the_same_id_and_bytes_and_its_own_time(server: HttpServer) -> None:
    now = utc_now()
    server.acts += [answer("500 Internal Server Error", body=b"secret inside")]
    tell(make_endpoint(server.url), now)
    message = deliver(now - timedelta(seconds=100) + timedelta(seconds=100))
    assert (message.state, message.unanswered) == ("pending", 0)
    later = message.due_at + timedelta(seconds=30)
    assert deliver(later).state == "accepted"
    first, second = server.taken
    assert first.body == second.body
    assert first.header("webhook-id") == second.header("webhook-id") == f"msg_{message.public_id}"
    assert int(second.header("webhook-timestamp")) - int(first.header("webhook-timestamp")) >= 30
    assert first.header("webhook-signature") != second.header("webhook-signature")
    failed, _ = Attempt.objects.order_by("number")
    assert (failed.outcome, failed.code, failed.detail) == ("temporary", 500, "HTTP 500")


def test_while_the_old_secret_counts_both_sign(server: HttpServer, ours: SignedWebhooks) -> None:
    now, old = utc_now(), new_secret()
    endpoint = make_endpoint(server.url, previous_secret=sealed(old), previous_secret_until=now + timedelta(hours=1))
    tell(endpoint, now)
    deliver(now)
    (taken,) = server.taken
    for secret in (SECRET, old):
        Webhook(secret).verify(taken.body, headers_of(taken))
    Endpoint.objects.update(previous_secret_until=now - timedelta(seconds=1))
    assert send(ours, endpoint, now).outcome is Outcome.ACCEPTED
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(server.taken[1].body, headers_of(server.taken[1]))


def test_a_signature_that_was_captured_stays_the_same() -> None:
    """The vector of the specification's own libraries, taken from a real run of one."""
    from liaison.notifications.channels.webhook.signing import signed_headers  # noqa: PLC0415

    secret, at = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", datetime.fromtimestamp(1614265330, tz=UTC)
    headers = dict(signed_headers("<p5jXN8AQM9LWM0D4loKWxJek@p.test>", at, b'{"test": 2432232314}', [secret]))
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "302 Found", "500 Oops", "502 Bad Gateway"])
def test_what_is_not_a_yes_is_tried_again(server: HttpServer, ours: SignedWebhooks, status: str) -> None:
    server.acts.append(answer(status, "Location: http://127.0.0.1:1/", body=b"inside"))
    said = send(ours, make_endpoint(server.url), utc_now())
    assert (said.outcome, said.code, said.detail) == (Outcome.TEMPORARY, int(status[:3]), f"HTTP {status[:3]}")
    assert len(server.taken) == 1
    assert Endpoint.objects.get().failing_since is not None


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("999999999999", timedelta(hours=1)),
        ("Thu, 05 Nov 2026 13:06:00 GMT", timedelta(minutes=1)),
        ("Thu, 05 Nov 2020 13:06:00 GMT", timedelta()),
        ("soon", timedelta()),
        ("-5", timedelta()),
    ],
)
def test_a_busy_receiver_is_given_the_time_it_asks_for(
    server: HttpServer, ours: SignedWebhooks, now: datetime, value: str, wait: timedelta
) -> None:
    endpoint = make_endpoint(server.url)
    for status in ("429 Too Many Requests", "503 Service Unavailable"):
        server.acts.append(answer(status, f"Retry-After: {value}"))
        said = send(ours, endpoint, now)
        assert (said.outcome, said.wait, said.is_unavailable) == (Outcome.TEMPORARY, wait, True)


def test_gone_disables_the_endpoint_and_ends_the_message(server: HttpServer, ours: SignedWebhooks) -> None:
    now = utc_now()
    endpoint = make_endpoint(server.url)
    server.acts.append(answer("410 Gone"))
    tell(endpoint, now)
    assert deliver(now).state == "refused"
    assert (Delivery.objects.get().state, Delivery.objects.get().state_reason) == ("failed", "refused")
    endpoint.refresh_from_db()
    assert endpoint.disabled_because == "gone"
    event = Event.objects.get(kind="endpoint.disabled")
    assert (event.account_id, event.facts) == (1, {"because": "gone"})
    assert ways_by_owner(1, [endpoint.owner_key]) == {}
    with pytest.raises(UndeliverableError):
        ours.ready(endpoint.public_id)
    too_late = ours.send(Outgoing(endpoint.public_id, b"{}", "<abc@p.test>", now))
    assert isinstance(too_late, Answer)
    assert too_late.outcome is Outcome.REFUSED
    assert len(server.taken) == 1


def test_days_of_nothing_but_failures_disable_the_endpoint(server: HttpServer, ours: SignedWebhooks) -> None:
    now = utc_now()
    endpoint = make_endpoint(server.url)
    for after in (timedelta(), timedelta(days=1), DISABLE_AFTER - timedelta(minutes=1)):
        server.acts.append(answer("500 Oops"))
        send(ours, endpoint, now + after)
        endpoint.refresh_from_db()
        assert endpoint.failing_since == now
        assert endpoint.disabled_at is None
    server.acts.append(answer("500 Oops"))
    send(ours, endpoint, now + DISABLE_AFTER)
    endpoint.refresh_from_db()
    assert endpoint.disabled_because == "failing"


def test_the_longer_an_endpoint_takes_nothing_the_rarer_it_is_asked(server: HttpServer, ours: SignedWebhooks) -> None:
    now = utc_now()
    endpoint = make_endpoint(server.url)
    waits = []
    for after in (timedelta(), timedelta(minutes=4), timedelta(hours=40)):
        server.acts.append(answer("502 Bad Gateway"))
        waits.append(send(ours, endpoint, now + after).wait)
    assert waits == [timedelta(), timedelta(minutes=1), timedelta(hours=1)]


def test_one_yes_ends_the_days_of_failures(server: HttpServer, ours: SignedWebhooks) -> None:
    now = utc_now()
    endpoint = make_endpoint(server.url, failing_since=now - timedelta(days=4))
    assert send(ours, endpoint, now).outcome is Outcome.ACCEPTED
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.last_accepted_at) == (None, now)


@pytest.mark.parametrize("act", [hang, drop, drip(b"HTTP/1.1 200 OK\r\nX: ", seconds=0.05)])
def test_a_lost_answer_is_unknown_and_the_endpoint_waits(server: HttpServer, ours: SignedWebhooks, act: object) -> None:
    server.acts.append(act)  # type: ignore[arg-type]  # parametrize forgets what they are
    said = send(ours, make_endpoint(server.url), utc_now())
    assert (said.outcome, said.is_unavailable) == (Outcome.UNKNOWN, True)


def test_a_lost_answer_is_sent_once_more_and_never_a_third_time(server: HttpServer, ours: SignedWebhooks) -> None:
    now = utc_now()
    server.acts += [drop, drop, drop]
    tell(make_endpoint(server.url), now)
    assert deliver(now).state == "unknown"
    assert deliver(now + timedelta(minutes=2)).state == "failed"
    assert deliver_batch(now + timedelta(hours=2), channel="webhook") == 0
    assert [one.header("webhook-id") for one in server.taken] == [f"msg_{Message.objects.get().public_id}"] * 2


def test_a_slow_answer_is_waited_for_aside_and_counts(server: HttpServer, ours: SignedWebhooks) -> None:
    from threading import Event as Moment  # noqa: PLC0415  # audit events have the name here

    def slow(connection: object, end: Moment) -> bool:
        end.wait(0.2)
        return answer()(connection, end)  # type: ignore[arg-type]  # the socket, as given

    server.acts.append(slow)
    endpoint, now = make_endpoint(server.url), utc_now()
    assert ours.ready(endpoint.public_id) is None
    later = ours.send(Outgoing(endpoint.public_id, b"{}", "<abc@p.test>", now))
    assert isinstance(later, Later)
    assert send(ours, endpoint, now).outcome is Outcome.ACCEPTED
    assert later.wait().outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    "act",
    [
        pour(b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n", megabytes=2048),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", seconds=0.05),
        say(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nbad"),
    ],
)
def test_a_yes_with_a_body_that_means_no_good_is_a_yes(server: HttpServer, ours: SignedWebhooks, act: object) -> None:
    server.acts.append(act)  # type: ignore[arg-type]
    assert send(ours, make_endpoint(server.url), utc_now()).outcome is Outcome.ACCEPTED


def test_nothing_listens_so_nothing_was_sent(server: HttpServer, ours: SignedWebhooks) -> None:
    with HttpServer() as closed:
        url = closed.url
    said = send(ours, make_endpoint(url), utc_now())
    assert (said.outcome, said.detail, said.is_unavailable) == (Outcome.TEMPORARY, "no connection", True)


def test_an_address_that_became_private_is_not_called(server: HttpServer, settings: LazySettings) -> None:
    settings.HTTP_ALLOWED_NETWORKS = ()
    said = send(SignedWebhooks(), make_endpoint(server.url), utc_now())
    assert (said.outcome, said.detail) == (Outcome.TEMPORARY, "address not allowed")
    assert server.connections == 0


def test_a_secret_sealed_with_another_key_is_no_reason_to_wait(
    server: HttpServer, ours: SignedWebhooks, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = make_endpoint(server.url)
    settings.SECRET_KEY = "another-key-another-key-another-key-another"
    with pytest.raises(UndeliverableError):
        ours.ready(endpoint.public_id)
    assert endpoint.public_id in caplog.text
    assert SECRET not in caplog.text


def test_what_is_confidential_never_leaves_by_webhook(server: HttpServer) -> None:
    now = utc_now()
    tell(make_endpoint(server.url), now, confidential=True)
    assert deliver(now).state == "failed"
    assert Delivery.objects.get().state_reason == "cannot_be_made"
    assert server.taken == []


def test_an_endpoint_that_was_removed_meanwhile_gets_nothing(server: HttpServer) -> None:
    now = utc_now()
    endpoint = make_endpoint(server.url)
    tell(endpoint, now)
    Endpoint.objects.update(removed_at=now)
    assert deliver(now).state == "failed"
    assert server.taken == []
    assert endpoint_names([endpoint.public_id])[endpoint.public_id].name == "Pager"


def test_the_console_twin_prints_and_sends_nothing() -> None:
    stream = io.StringIO()
    twin = PrintingTwin(Webhooks(), stream)
    assert twin.ready("abc") is None
    body = json.dumps({"type": "x"}).encode()
    assert twin.send(Outgoing("abc", body, "<abc@p.test>", utc_now())).outcome is Outcome.ACCEPTED
    assert "msg_abc" in stream.getvalue()
    assert '"type": "x"' in stream.getvalue()
