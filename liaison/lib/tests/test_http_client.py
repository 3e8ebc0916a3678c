"""The guarded client against real servers that do what servers do when they mean no good."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from time import monotonic

import pytest
import trustme

from liaison.lib.http import CallError, Guard, HttpClient, Limits, Obstacle, Request
from liaison.lib.http.testing import LOOPBACK, HttpServer, answer, drip, drop, hang, pour, say

QUICK = Limits(connect_seconds=0.5, answer_seconds=0.6, body_seconds=0.3)
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with HttpServer() as server:
        yield server


@pytest.fixture
def client() -> Iterator[HttpClient]:
    with HttpClient(LOOPBACK, limits=QUICK) as client:
        yield client


def this_machine(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def post(client: HttpClient, url: str, body: bytes = b"{}") -> CallError | int:
    try:
        return client.send(Request("POST", url, (("Content-Type", "application/json"),), body)).status
    except CallError as error:
        return error


def obstacle(client: HttpClient, url: str) -> Obstacle:
    error = post(client, url)
    assert isinstance(error, CallError)
    return error.obstacle


def test_it_sends_a_request_and_returns_the_answer(server: HttpServer, client: HttpClient) -> None:
    server.acts.append(answer("202 Accepted", "X-Seen: yes", body=b"thanks"))
    response = client.send(Request("POST", f"{server.url}?a=1", (("X-Mine", "1"),), b"hello"))
    assert (response.status, response.body, response.header("x-seen")) == (202, b"thanks", "yes")
    assert response.is_complete
    taken = server.taken[0]
    assert taken.line == "POST /hook?a=1 HTTP/1.1"
    assert taken.body == b"hello"
    assert taken.header("host") == f"127.0.0.1:{server.port}"
    assert taken.header("accept-encoding") == "identity"
    assert taken.header("x-mine") == "1"


def test_it_keeps_the_connection_and_notices_when_it_was_closed(server: HttpServer, client: HttpClient) -> None:
    assert [post(client, server.url) for _ in range(3)] == [204, 204, 204]
    assert server.connections == 1
    server.close_connections()
    threading.Event().wait(0.05)
    assert post(client, server.url) == 204
    assert server.connections == 2


def test_a_connection_made_beforehand_is_the_one_that_is_used(server: HttpServer, client: HttpClient) -> None:
    client.connect(server.url)
    assert post(client, server.url) == 204
    assert server.connections == 1


def test_it_follows_no_redirect(server: HttpServer, client: HttpClient) -> None:
    with HttpServer() as inner:
        server.acts.append(answer("302 Found", f"Location: {inner.url}"))
        assert post(client, server.url) == 302
        assert inner.connections == 0


def test_it_unpacks_nothing(server: HttpServer, client: HttpClient) -> None:
    packed = b"\x1f\x8b\x08\x00 not really"
    server.acts.append(answer("200 OK", "Content-Encoding: gzip", body=packed))
    assert client.send(Request("GET", server.url)).body == packed


def test_it_keeps_no_cookie_and_asks_no_proxy(
    server: HttpServer, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server.acts.append(answer("200 OK", "Set-Cookie: a=b"))
    assert [post(client, server.url), post(client, server.url)] == [200, 204]
    assert server.taken[1].header("cookie") == ""


def test_a_body_without_end_costs_nothing(server: HttpServer, client: HttpClient) -> None:
    server.acts.append(pour(OK + b"Content-Length: 2147483648\r\n\r\n", megabytes=2048))
    response = client.send(Request("GET", server.url))
    assert response.status == 200
    assert len(response.body) == QUICK.body_bytes
    assert not response.is_complete
    assert post(client, server.url) == 204
    assert server.connections == 2


def test_a_body_that_drips_is_left_after_a_while(server: HttpServer, client: HttpClient) -> None:
    server.acts.append(drip(OK + b"Content-Length: 1000\r\n\r\n", seconds=0.05))
    before = monotonic()
    assert not client.send(Request("GET", server.url)).is_complete
    assert monotonic() - before < 1


def test_headers_that_drip_end_with_the_deadline(server: HttpServer, client: HttpClient) -> None:
    server.acts.append(drip(OK + b"X-Long: ", seconds=0.05))
    before = monotonic()
    error = post(client, server.url)
    assert isinstance(error, CallError)
    assert (error.obstacle, error.is_sent) == (Obstacle.ANSWER_LOST, True)
    assert monotonic() - before < 1.5


@pytest.mark.parametrize(
    "nonsense",
    [
        OK + b"X-Long: " + b"a" * 100_000,
        OK + b"X: y\r\n" * 20_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 4_000,
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"\x00" * 1000,
    ],
)
def test_an_answer_that_is_none_is_refused(server: HttpServer, client: HttpClient, nonsense: bytes) -> None:
    server.acts.append(say(nonsense))
    assert obstacle(client, server.url) is Obstacle.ANSWER_UNUSABLE


def test_interim_answers_are_passed_over(server: HttpServer, client: HttpClient) -> None:
    server.acts.append(say(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n"))
    assert post(client, server.url) == 200


@pytest.mark.parametrize("act", [hang, drop, say(OK + b"X-Half: ", stays=False)])
def test_a_request_without_an_answer_may_have_arrived(server: HttpServer, client: HttpClient, act: object) -> None:
    server.acts.append(act)  # type: ignore[arg-type]  # parametrize forgets what they are
    error = post(client, server.url)
    assert isinstance(error, CallError)
    assert (error.obstacle, error.is_sent) == (Obstacle.ANSWER_LOST, True)
    assert len(server.taken) == 1


def test_a_request_that_could_not_be_handed_over_did_not_arrive(client: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = post(client, f"http://127.0.0.1:{silent.getsockname()[1]}/", b"a" * 20_000_000)
    assert isinstance(error, CallError)
    assert (error.obstacle, error.is_sent) == (Obstacle.NOT_SENT, False)


def test_a_refused_connection_is_told_apart(client: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert obstacle(client, f"http://127.0.0.1:{port}/") is Obstacle.NO_CONNECTION


def test_connecting_ends_with_its_time(client: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        before = monotonic()
        assert obstacle(client, f"http://127.0.0.1:{port}/") is Obstacle.NO_CONNECTION
        assert monotonic() - before < 1
        for one in waiting:
            one.close()


def test_a_name_server_that_hangs_ends_with_the_time() -> None:
    end = threading.Event()

    def look_up(host: str, port: int) -> Sequence[str]:
        end.wait(5)
        return ["127.0.0.1"]

    before = monotonic()
    assert obstacle(HttpClient(LOOPBACK, limits=QUICK, look_up=look_up), "http://a.test/") is Obstacle.HOST_UNKNOWN
    assert monotonic() - before < 1
    end.set()


def test_it_goes_to_the_checked_address_and_asks_the_name_server_once(server: HttpServer) -> None:
    asked: list[str] = []

    def look_up(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with HttpClient(LOOPBACK, limits=QUICK, look_up=look_up) as client:
        assert post(client, f"http://hooks.test:{server.port}/hook") == 204
    assert asked == ["hooks.test"]
    assert server.taken[0].header("host") == f"hooks.test:{server.port}"


def test_a_name_that_changes_to_a_private_address_is_refused(server: HttpServer) -> None:
    answers = [["127.0.0.1"], ["127.0.0.1", "10.0.0.1"]]

    def look_up(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    limits = Limits(connect_seconds=0.5, answer_seconds=0.5, idle_seconds=0.0)
    with HttpClient(LOOPBACK, limits=limits, look_up=look_up) as client:
        assert post(client, f"http://hooks.test:{server.port}/hook") == 204
        assert obstacle(client, f"http://hooks.test:{server.port}/hook") is Obstacle.ADDRESS_NOT_ALLOWED
    assert server.connections == 1


def test_it_takes_the_next_address_when_one_is_dead(server: HttpServer) -> None:
    def look_up(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]  # nothing listens on the first

    with HttpClient(LOOPBACK, limits=QUICK, look_up=look_up) as client:
        assert post(client, f"http://hooks.test:{server.port}/hook") == 204


def test_without_an_exemption_this_machine_is_out_of_reach(server: HttpServer) -> None:
    guard = Guard(ports=LOOPBACK.ports, plain_http=True)
    assert obstacle(HttpClient(guard), server.url) is Obstacle.ADDRESS_NOT_ALLOWED
    assert server.connections == 0


def test_a_header_cannot_bring_a_second_one(server: HttpServer, client: HttpClient) -> None:
    with pytest.raises(CallError):
        client.send(Request("POST", server.url, (("X-Mine", "1\r\nX-Other: 2"),)))
    assert server.taken == []


def test_a_certificate_counts_when_its_authority_is_trusted_and_the_name_is_right() -> None:
    authority = trustme.CA()
    of_server, of_client = (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context())
    authority.issue_cert("hooks.test").configure_cert(of_server)

    def called(host: str, tls: ssl.SSLContext | None, server: HttpServer) -> CallError | int:
        with HttpClient(LOOPBACK, limits=QUICK, tls=tls, look_up=this_machine) as client:
            return [post(client, f"https://{host}:{server.port}/hook") for _ in range(3)][-1]

    with HttpServer(of_server) as server:
        for host, tls in (("hooks.test", None), ("other.test", of_client)):
            error = called(host, tls, server)
            assert isinstance(error, CallError)
            assert error.obstacle is Obstacle.CERTIFICATE_REFUSED
        assert server.taken == []
        authority.configure_trust(of_client)
        before = server.connections
        assert called("hooks.test", of_client, server) == 204
        assert server.connections == before + 1  # kept, although TLS said something to itself meanwhile
        error = called("other.test", of_client, server)
        assert isinstance(error, CallError)
        assert error.obstacle is Obstacle.CERTIFICATE_REFUSED
