"""Asking a Prometheus what happened in one minute, by the guarded client, and reading its answer as lines.

The query is asked as of the end of the minute, so `increase(calls_total[1m])` counts that minute alone. The labels of
its answer say whose calls they were: `integration` (public id), `environment`, `action`, `outcome`, and perhaps
`merchant` and `code`. The latency query gives the mean of the same minute in milliseconds, by the first three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from django.conf import settings

from liaison.lib.http import CallError, HttpClient, Limits, Request
from liaison.lib.sealing import BrokenSealError, unseal
from liaison.notifications.outbound import guard_of
from liaison.signals.actions.sources import SEALED_FOR
from liaison.signals.lines import Line
from liaison.signals.models import Outcome, PrometheusSource
from liaison.signals.rollups import MOST
from liaison.signals.vocabulary import SourceProblem

MOST_SERIES: Final = 50_000
_LIMITS: Final = Limits(connect_seconds=3.0, answer_seconds=15.0, body_bytes=16 * 1024 * 1024, body_seconds=15.0)
_LONGEST: Final = {"action": 64, "merchant": 100, "code": 64}
_LONGEST_CALL: Final = 3_600_000  # milliseconds
_OUTCOMES: Final = frozenset(outcome.value for outcome in Outcome)


class SourceError(Exception):
    """The source did not say what it was asked for."""

    def __init__(self, problem: SourceProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def ask(source: PrometheusSource, minute: int) -> list[Line]:
    """Return what happened in the minute (minutes since 1970), one line for each row of the answer.

    Rows without calls and rows whose labels say nothing that can be counted are left out. Raises SourceError.
    """
    end = (minute + 1) * 60
    counts = _query(source, source.query, end)
    latencies = _by_series(_query(source, source.latency_query, end)) if source.latency_query else {}
    lines = (_line(labels, value, latencies, minute) for labels, value in counts)
    return [line for line in lines if line is not None]


def _line(
    labels: Mapping[str, str], value: float, latencies: Mapping[tuple[str, str, str], float], minute: int
) -> Line | None:
    outcome, environment = labels.get("outcome", "ok"), labels.get("environment", "production")
    texts = {name: labels.get(name, "").replace("\x00", "\ufffd")[:longest] for name, longest in _LONGEST.items()}
    count = round(value)
    if count < 1 or outcome not in _OUTCOMES or environment not in {"sandbox", "production"} or not texts["action"]:
        return None
    integration = labels.get("integration", "")
    latency = latencies.get((integration, environment, texts["action"]))
    return Line(
        at=minute * 60,
        outcome=outcome,  # type: ignore[arg-type]  # looked up above
        integration=integration,
        environment=environment,  # type: ignore[arg-type]  # as above
        count=count,
        latency_ms=latency,
        action=texts["action"],
        merchant=texts["merchant"],
        code=texts["code"],
    )


def _by_series(rows: Sequence[tuple[Mapping[str, str], float]]) -> dict[tuple[str, str, str], float]:
    return {
        (labels.get("integration", ""), labels.get("environment", "production"), labels.get("action", "")[:64]): value
        for labels, value in rows
        if 0 <= value <= _LONGEST_CALL
    }


def _query(source: PrometheusSource, query: str, at: int) -> list[tuple[Mapping[str, str], float]]:
    """Return the rows of an instant query; values that are no numbers are left out. Raises SourceError."""
    url = f"{source.url}/api/v1/query?{urlencode({'query': query, 'time': at})}"
    guard = guard_of(
        (*settings.HTTP_ALLOWED_NETWORKS, *settings.PROMETHEUS_NETWORKS),
        (*settings.HTTP_ALLOWED_PORTS, *settings.PROMETHEUS_PORTS),
        plain_http=True,
    )
    try:
        with HttpClient(guard, limits=_LIMITS) as client:
            answer = client.send(Request("GET", url, headers=_authorization(source)))
    except CallError as error:
        raise SourceError(SourceProblem.NOT_REACHED) from error
    if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}:
        raise SourceError(SourceProblem.QUERY_REFUSED)
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise SourceError(SourceProblem.TOKEN_REFUSED)
    if answer.status != HTTPStatus.OK or not answer.is_complete:
        raise SourceError(SourceProblem.NO_ANSWER)
    return _rows(answer.body)


def _authorization(source: PrometheusSource) -> tuple[tuple[str, str], ...]:
    if not source.token:
        return ()
    try:
        token = unseal(source.token, key=settings.SECRET_KEY, purpose=SEALED_FOR)
    except BrokenSealError as error:
        raise SourceError(SourceProblem.TOKEN_LOST) from error
    return (("Authorization", f"Bearer {token}"),)


class _Row(msgspec.Struct):
    metric: dict[str, str]
    value: tuple[float, str]


class _Data(msgspec.Struct):
    result_type: str = msgspec.field(name="resultType")
    result: list[Any]


class _Answer(msgspec.Struct):
    data: _Data


def _rows(body: bytes) -> list[tuple[Mapping[str, str], float]]:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
        if answer.data.result_type != "vector":
            raise SourceError(SourceProblem.NOT_A_VECTOR)
        rows = msgspec.convert(answer.data.result, list[_Row])
        found = [(row.metric, float(row.value[1])) for row in rows]
    except (msgspec.MsgspecError, ValueError) as error:
        raise SourceError(SourceProblem.NO_ANSWER) from error
    if len(found) > MOST_SERIES:
        raise SourceError(SourceProblem.TOO_MANY_SERIES)
    return [(metric, value) for metric, value in found if abs(value) <= MOST]  # neither NaN nor without an end
