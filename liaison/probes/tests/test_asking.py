"""One request to a real server on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from time import monotonic

import pytest

from liaison.lib.http import Guard
from liaison.lib.http.testing import LOOPBACK, HttpServer, answer, drip, drop, hang, pour, say
from liaison.probes.asking import Answer, ask
from liaison.probes.models import CheckOutcome
from liaison.probes.vocabulary import Problem

PUBLIC = Guard(plain_http=True)


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with HttpServer() as server:
        yield server


def known(found: Answer) -> tuple[CheckOutcome, int | None, Problem]:
    return found.outcome, found.status, found.problem


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "299 Well"])
def test_every_answer_of_2xx_is_healthy(server: HttpServer, status: str) -> None:
    server.acts.append(answer(status))
    assert known(ask(server.url, 5, LOOPBACK)) == (CheckOutcome.HEALTHY, int(status[:3]), Problem.NONE)
    assert server.taken[0].line == "GET /hook HTTP/1.1"


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "500 Internal Server Error", "503 Busy"])
def test_every_other_answer_is_wrong(server: HttpServer, status: str) -> None:
    server.acts.append(answer(status, body=b"oops"))
    assert known(ask(server.url, 5, LOOPBACK)) == (CheckOutcome.WRONG_ANSWER, int(status[:3]), Problem.STATUS)


def test_a_redirect_into_our_own_network_is_not_followed(server: HttpServer) -> None:
    with HttpServer() as inside:
        server.acts.append(answer("302 Found", f"Location: {inside.url}", body=b"x"))
        assert known(ask(server.url, 5, LOOPBACK)) == (CheckOutcome.WRONG_ANSWER, 302, Problem.REDIRECT)
        assert inside.connections == 0


def test_a_server_that_says_nothing_is_given_up_in_time(server: HttpServer) -> None:
    server.acts.append(hang)
    begin = monotonic()
    found = ask(server.url, 1, LOOPBACK)
    assert known(found) == (CheckOutcome.UNANSWERED, None, Problem.TOO_SLOW)
    assert 1000 <= found.duration_ms < 3000
    assert monotonic() - begin < 3


def test_a_head_that_drips_is_given_up_in_time(server: HttpServer) -> None:
    server.acts.append(drip(b"HTTP/1.1 200 OK\r\nX: ", seconds=0.05))
    assert known(ask(server.url, 1, LOOPBACK)) == (CheckOutcome.UNANSWERED, None, Problem.TOO_SLOW)


def test_a_body_without_end_costs_nothing(server: HttpServer) -> None:
    server.acts.append(pour(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", megabytes=90))
    found = ask(server.url, 5, LOOPBACK)
    assert known(found) == (CheckOutcome.HEALTHY, 200, Problem.NONE)
    assert found.duration_ms < 1000


def test_a_closed_connection_is_no_answer(server: HttpServer) -> None:
    server.acts.append(drop)
    assert known(ask(server.url, 5, LOOPBACK)) == (CheckOutcome.UNANSWERED, None, Problem.CLOSED)


def test_what_is_not_http_is_a_wrong_answer(server: HttpServer) -> None:
    server.acts.append(say(b"SSH-2.0-OpenSSH\r\n\r\n"))
    assert known(ask(server.url, 5, LOOPBACK)) == (CheckOutcome.WRONG_ANSWER, None, Problem.NOT_HTTP)


def test_a_port_where_nobody_listens_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = ask(f"http://127.0.0.1:{port}/", 5, LOOPBACK)
    assert known(found) == (CheckOutcome.UNANSWERED, None, Problem.NO_CONNECTION)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://１２７.0.0.1/",
        "http://10.0.0.1/",
        "http://localhost/",
        "https://user:secret@partner.example/",
        "http://1.1.1.1:22/",
        "ftp://1.1.1.1/",
    ],
)
def test_our_own_network_is_never_reached(url: str) -> None:
    """Every form in which an address can lie about where it leads."""
    assert known(ask(url, 2, PUBLIC)) == (CheckOutcome.REFUSED, None, Problem.NOT_ALLOWED)
