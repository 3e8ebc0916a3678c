"""Making one request of a health check, and saying what came of it. No database.

Healthy is an answer of 2xx whose head is there within the time, connecting included. Nothing is followed: a redirect
is an answer like any other that is not 2xx, so it can lead nobody into our own network. The body is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from types import MappingProxyType
from typing import Final

from django.conf import settings

from liaison.lib.http import CallError, Guard, HttpClient, Limits, Obstacle, Request
from liaison.lib.http.errors import NOT_ALLOWED
from liaison.notifications.outbound import guard_of
from liaison.probes.models import CheckOutcome
from liaison.probes.vocabulary import Problem

_HEADERS: Final = (("Accept", "*/*"), ("Connection", "close"))
_MILLISECONDS: Final = 1000
_UNANSWERED: Final[Mapping[Obstacle, Problem]] = MappingProxyType(
    {
        Obstacle.HOST_UNKNOWN: Problem.HOST_UNKNOWN,
        Obstacle.NO_CONNECTION: Problem.NO_CONNECTION,
        Obstacle.CERTIFICATE_REFUSED: Problem.CERTIFICATE_REFUSED,
        Obstacle.NOT_SENT: Problem.CLOSED,
        Obstacle.ANSWER_LOST: Problem.CLOSED,
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request: `status` is None without an answer, `duration_ms` until its head was there."""

    outcome: CheckOutcome
    status: int | None = None
    duration_ms: int = 0
    problem: Problem = Problem.NONE


def probe_guard() -> Guard:
    """Return what health checks may reach: as every address that partners give, and also without encryption.

    A request says nothing but its address, so that nobody who reads along learns anything.
    """
    return guard_of(settings.HTTP_ALLOWED_NETWORKS, settings.HTTP_ALLOWED_PORTS, True)


def ask(url: str, seconds: int, guard: Guard) -> Answer:
    """Make the request, and give up after so many seconds. Raises nothing."""
    begin = monotonic()
    limits = Limits(connect_seconds=seconds, answer_seconds=seconds, body_bytes=0, body_seconds=0.001)
    try:
        with HttpClient(guard, limits=limits) as client:
            status = _status(client, url)
    except CallError as error:
        return _without_answer(error, monotonic() - begin, seconds)
    took = monotonic() - begin
    if took > seconds:
        return Answer(CheckOutcome.UNANSWERED, None, _whole(took), Problem.TOO_SLOW)
    return Answer(_outcome(status), status, _whole(took), _problem(status))


def _status(client: HttpClient, url: str) -> int:
    pending = client.begin(Request("GET", url, _HEADERS))
    try:
        return pending.answer().status
    finally:
        pending.close()


def _without_answer(error: CallError, took: float, seconds: int) -> Answer:
    if error.obstacle in NOT_ALLOWED:
        return Answer(CheckOutcome.REFUSED, None, _whole(took), Problem.NOT_ALLOWED)
    if error.obstacle is Obstacle.ANSWER_UNUSABLE:
        return Answer(CheckOutcome.WRONG_ANSWER, None, _whole(took), Problem.NOT_HTTP)
    is_slow = took >= seconds and error.obstacle is not Obstacle.HOST_UNKNOWN
    problem = Problem.TOO_SLOW if is_slow else _UNANSWERED[error.obstacle]
    return Answer(CheckOutcome.UNANSWERED, None, _whole(took), problem)


def _outcome(status: int) -> CheckOutcome:
    return CheckOutcome.HEALTHY if HTTPStatus(200) <= status < HTTPStatus(300) else CheckOutcome.WRONG_ANSWER


def _problem(status: int) -> Problem:
    if _outcome(status) is CheckOutcome.HEALTHY:
        return Problem.NONE
    return Problem.REDIRECT if HTTPStatus(300) <= status < HTTPStatus(400) else Problem.STATUS


def _whole(seconds: float) -> int:
    return round(seconds * _MILLISECONDS)
