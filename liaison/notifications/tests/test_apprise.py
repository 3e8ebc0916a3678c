"""Other services by the apprise library: only what the operator allows, and only through our guarded client."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Moment

import pytest
import requests  # what the library would call by itself
from django.conf import LazySettings

from liaison.lib.clock import utc_now
from liaison.lib.http import HttpClient, Obstacle
from liaison.lib.http.testing import LOOPBACK, HttpServer, answer, drop, hang
from liaison.notifications.channels.apprise import AppriseServices, obstacle_to
from liaison.notifications.channels.apprise.guarded import Errand, GuardedRequests, on_errand
from liaison.notifications.channels.apprise.library import plugin_of, why_not
from liaison.notifications.channels.contract import Answer, Later, Outcome, Outgoing
from liaison.notifications.checks import unguarded_services
from liaison.notifications.endpoints import sealed, ways_by_owner
from liaison.notifications.models import Endpoint

WORDS = json.dumps({"title": "Bookings fail", "text": "Look & see.", "language": "en"}).encode()


@pytest.fixture(autouse=True)
def _allowed(settings: LazySettings) -> None:
    settings.APPRISE_ALLOWED = ("json", "ntfy", "slack", "discord", "workflows")
    settings.HTTP_ALLOWED_NETWORKS = ("127.0.0.1",)
    settings.HTTP_ALLOWED_PORTS = ("1-65535",)
    settings.HTTP_TIMEOUT_SECONDS = 1


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with HttpServer() as server:
        yield server


def make_endpoint(address: str) -> Endpoint:
    return Endpoint.objects.create(
        account_id=1,
        owner_key="address:anna@p.test",
        channel="apprise",
        name="Other",
        url=f"{address.partition('://')[0]}://",
        secret=sealed(address),
        created_at=utc_now(),
    )


def send(address: str, *, patience: float = 2.0) -> Answer:
    endpoint, adapter, now = make_endpoint(address), AppriseServices(patience=patience), utc_now()
    assert adapter.ready(endpoint.public_id) is None
    found = adapter.send(Outgoing(endpoint.public_id, WORDS, "<abc@p.test>", now))
    return found.wait() if isinstance(found, Later) else found


@pytest.mark.django_db
def test_a_message_goes_out_by_our_own_client(server: HttpServer) -> None:
    assert send(f"json://127.0.0.1:{server.port}/alerts").outcome is Outcome.ACCEPTED
    (taken,) = server.taken
    assert taken.line.startswith("POST /alerts")
    assert taken.header("user-agent") == "Liaison"
    body = json.loads(taken.body)
    assert (body["title"], body["message"]) == ("Bookings fail", "Look & see.")
    assert Endpoint.objects.get().last_accepted_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["xml://127.0.0.1/", "mailto://a:b@p.test", "file:///etc/passwd", "nonsense", "syslog://", ""]
)
def test_what_the_operator_does_not_allow_is_never_sent(address: str) -> None:
    assert send(address).outcome is Outcome.REFUSED
    assert obstacle_to(address) is Obstacle.URL_UNUSABLE


@pytest.mark.parametrize(
    "scheme",
    [
        "mailto",
        "rsyslog",
        "syslog",
        "xmpp",
        "mqtt",
        "irc",
        "smpp",
        "aprs",
        "dbus",
        "nostr",
        "vapid",
        "fcm",
        "file",
        "none",
    ],
)
def test_what_cannot_be_guarded_is_not_offered_even_if_it_is_allowed(scheme: str, settings: LazySettings) -> None:
    settings.APPRISE_ALLOWED = (scheme, "ntfys")
    assert why_not(scheme)
    assert [one for one, _ in unguarded_services()] == [scheme]
    assert plugin_of(f"{scheme}://user:password@127.0.0.1/target", (scheme,)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("500 Oops", Outcome.TEMPORARY),
        ("401 Unauthorized", Outcome.TEMPORARY),
        ("410 Gone", Outcome.REFUSED),
        ("429 Too Many Requests", Outcome.TEMPORARY),
    ],
)
def test_a_no_means_what_it_means_elsewhere(server: HttpServer, status: str, outcome: Outcome) -> None:
    server.acts.append(answer(status, "Retry-After: 60", body=b"secret inside"))
    said = send(f"json://127.0.0.1:{server.port}/")
    assert (said.outcome, said.detail) == (outcome, f"HTTP {status[:3]}")
    assert (Endpoint.objects.get().disabled_because == "gone") is (outcome is Outcome.REFUSED)
    assert (Endpoint.objects.get().not_before is not None) is status.startswith("429")


@pytest.mark.django_db
@pytest.mark.parametrize("act", [hang, drop])
def test_a_lost_answer_is_unknown_also_when_the_library_hangs(server: HttpServer, act: object) -> None:
    server.acts.append(act)  # type: ignore[arg-type]  # parametrize forgets what they are
    assert send(f"json://127.0.0.1:{server.port}/", patience=0.05).outcome is Outcome.UNKNOWN


@pytest.mark.django_db
def test_of_several_targets_one_that_took_it_makes_the_whole_unknown(server: HttpServer) -> None:
    """It is sent once more at most, as whatever nobody knows of."""
    server.acts += [answer("200 OK", body=b"{}"), answer("500 Oops")]
    said = send(f"ntfy://127.0.0.1:{server.port}/one/two")
    assert (said.outcome, len(server.taken)) == (Outcome.UNKNOWN, 2)


@pytest.mark.django_db
def test_an_address_cannot_make_us_send_without_end(server: HttpServer) -> None:
    targets = "/".join(f"t{number}" for number in range(40))
    send(f"ntfy://127.0.0.1:{server.port}/{targets}?retry=99&wait=60")
    assert len(server.taken) <= 6


@pytest.mark.django_db
def test_its_time_ends(server: HttpServer) -> None:
    def slow(connection: socket.socket, end: Moment) -> bool:
        end.wait(0.4)
        return answer("200 OK", body=b"{}")(connection, end)

    server.acts += [slow] * 20
    before = utc_now()
    send(f"ntfy://127.0.0.1:{server.port}/a/b/c/d/e/f", patience=0.05)
    assert (utc_now() - before).total_seconds() < 3
    assert len(server.taken) <= 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?template={file}",
        "discord://0000000000/abcdefghijklmnop?template={file}",
        "workflows://127.0.0.1:{port}/WorkflowID/Signature/?template={file}",
        "json://127.0.0.1:{port}/?attach={file}&attach-as=x",
        "json://127.0.0.1:{port}/?config={file}",
    ],
)
def test_no_address_makes_us_read_a_file(
    server: HttpServer, address: str, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Templates, keys and attachments are files to the library, or addresses of files."""
    secret = tmp_path / "secret"
    secret.write_text('{"text": "of-the-machine"}')
    opened: list[str] = []
    original = open

    def noted(path: object, *rest: object, **more: object) -> object:
        opened.append(str(path))
        return original(path, *rest, **more)  # type: ignore[call-overload]

    def nowhere(*_: object, **__: object) -> object:
        raise OSError("no names in this test")

    monkeypatch.setattr("builtins.open", noted)
    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    for where in (str(secret), f"file://{secret}", f"http://127.0.0.1:{server.port}/template"):
        Endpoint.objects.all().delete()
        send(address.format(port=server.port, file=where))
    assert not any("secret" in path for path in opened)
    assert not any(b"of-the-machine" in one.body for one in server.taken)
    assert not any(one.line.startswith("GET") for one in server.taken)


def test_the_library_calls_nothing_outside_an_errand() -> None:
    plugin = plugin_of("json://127.0.0.1/", ("json",))
    assert plugin is not None
    assert plugin.notify(title="a", body="b") is False
    ours = GuardedRequests()
    with pytest.raises(requests.ConnectionError):
        ours.get("http://127.0.0.1/")
    with ours.Session() as session:
        session.mount("http://", requests.adapters.HTTPAdapter())
        with pytest.raises(requests.ConnectionError, match="outside an errand"):
            session.get("http://127.0.0.1/")
    assert ours.RequestException is requests.RequestException
    for way_out in ("api", "sessions", "adapters", "packages", "models"):
        with pytest.raises(AttributeError):
            getattr(ours, way_out)


def test_a_session_of_a_plugin_follows_no_redirect(server: HttpServer) -> None:
    server.acts += [answer("302 Found", "Location: /elsewhere")] * 2
    with (
        HttpClient(LOOPBACK) as client,
        on_errand(Errand(client, 1.0)),
        GuardedRequests().Session() as session,
        pytest.raises(requests.TooManyRedirects),
    ):
        session.get(server.url)
    assert len(server.taken) == 1


def test_nothing_is_sent_when_an_address_is_looked_at(server: HttpServer, settings: LazySettings) -> None:
    assert obstacle_to(f"json://127.0.0.1:{server.port}/") is None
    settings.HTTP_ALLOWED_NETWORKS = ()
    assert obstacle_to(f"json://127.0.0.1:{server.port}/") is Obstacle.ADDRESS_NOT_ALLOWED
    settings.HTTP_ALLOWED_PORTS = ("443",)
    assert obstacle_to(f"json://127.0.0.1:{server.port}/") is Obstacle.PORT_NOT_ALLOWED
    assert server.connections == 0


@pytest.mark.django_db
def test_without_an_allow_list_it_is_nobodys_way(settings: LazySettings) -> None:
    endpoint = make_endpoint("json://127.0.0.1/")
    assert ways_by_owner(1, [endpoint.owner_key])
    settings.APPRISE_ALLOWED = ()
    assert ways_by_owner(1, [endpoint.owner_key]) == {}
