"""Broken and hostile batches: a clear answer, little memory, nothing stored (S6)."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from http import HTTPStatus
from typing import Any

import pytest

from liaison.lib.refusals import Invalid
from liaison.signals.lines import read_lines
from liaison.signals.models import Batch, Minute, Sample
from liaison.signals.tests.house import House, make_house, send, send_packed, written

pytestmark = pytest.mark.django_db

MOMENT = "2026-11-05T14:05:00Z"
GOOD = f'{{"action":"A","at":"{MOMENT}","outcome":"ok"}}'


@pytest.fixture
def house() -> House:
    return make_house()


def refused(answer: Any, status: HTTPStatus, code: str) -> Any:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert not Minute.objects.exists()
    assert not Batch.objects.exists()
    return answer.json()


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ('{"action":', "lines.2", "signal_line_not_an_object"),
        ("[1]", "lines.2", "signal_line_not_an_object"),
        ("null", "lines.2", "signal_line_not_an_object"),
        (f"{GOOD} {GOOD}", "lines.2", "signal_line_not_an_object"),
        (GOOD[:-1] + ',"count":NaN}', "lines.2", "signal_line_not_an_object"),
        (GOOD[:-1] + ',"count":0}', "lines.2.count", "signal_line_out_of_range"),
        (GOOD[:-1] + ',"count":1000001}', "lines.2.count", "signal_line_out_of_range"),
        (GOOD[:-1] + ',"count":' + "9" * 400 + "}", "lines.2.count", "signal_line_out_of_range"),
        (GOOD[:-1] + ',"count":"7"}', "lines.2.count", "signal_line_wrong_kind"),
        (GOOD[:-1] + ',"count":1.5}', "lines.2.count", "signal_line_wrong_kind"),
        (GOOD[:-1] + ',"count":true}', "lines.2.count", "signal_line_wrong_kind"),
        (GOOD[:-1] + ',"latency_ms":-1}', "lines.2.latency_ms", "signal_line_out_of_range"),
        (GOOD[:-1] + ',"latency_ms":1e999}', "lines.2.latency_ms", "signal_line_out_of_range"),
        (GOOD[:-1] + ',"merchent":"m-1"}', "lines.2.merchent", "signal_line_field_unknown"),
        (GOOD[:-1] + ',"merchant":"' + "m" * 101 + '"}', "lines.2.merchant", "signal_line_too_long"),
        (GOOD[:-1] + ',"deep":' + "[" * 100_000 + "}", "lines.2.deep", "signal_line_field_unknown"),
        (GOOD[:-1] + ',"code":' + '{"a":' * 100_000 + "}", "lines.2.code", "signal_line_wrong_kind"),
        (f'{{"at":"{MOMENT}","outcome":"ok"}}', "lines.2.action", "signal_line_field_needed"),
        (f'{{"action":"","at":"{MOMENT}","outcome":"ok"}}', "lines.2.action", "signal_line_empty"),
        (f'{{"action":"A","at":"{MOMENT}","outcome":"bad"}}', "lines.2.outcome", "signal_line_not_offered"),
        ('{"action":"A","at":"yesterday","outcome":"ok"}', "lines.2.at", "signal_line_not_a_moment"),
        ('{"action":"A","at":"2026-11-05T14:05:00","outcome":"ok"}', "lines.2.at", "signal_line_not_a_moment"),
        ('{"action":"A","at":1e999,"outcome":"ok"}', "lines.2.at", "signal_line_not_a_moment"),
        ('{"action":"A","at":true,"outcome":"ok"}', "lines.2.at", "signal_line_not_a_moment"),
    ],
)
def test_a_broken_line_is_named_and_the_batch_is_not_taken(house: House, text: str, field: str, code: str) -> None:
    body = f"{GOOD}\n{text}\n{GOOD}".encode()
    problem = refused(send(house.key, body), HTTPStatus.UNPROCESSABLE_ENTITY, "invalid")
    assert [(each["field"], each["code"]) for each in problem["errors"]] == [(field, code)]
    assert problem["errors"][0]["detail"]


def test_the_first_twenty_problems_are_listed_with_the_numbers_of_their_lines(house: House) -> None:
    body = b"\n\n".join([b"{}"] * 50)
    problem = refused(send(house.key, body), HTTPStatus.UNPROCESSABLE_ENTITY, "invalid")
    assert [each["field"] for each in problem["errors"]][:3] == ["lines.1.action", "lines.3.action", "lines.5.action"]
    assert len(problem["errors"]) == 20


def test_problems_are_told_in_the_language_of_the_sender(house: House) -> None:
    answer = send(house.key, b"{}", **{"Accept-Language": "ko"})
    assert answer.headers["Content-Language"] == "ko"


def test_an_object_over_several_lines_is_not_json_lines(house: House) -> None:
    body = json.dumps(json.loads(GOOD), indent=1).encode()
    refused(send(house.key, body), HTTPStatus.UNPROCESSABLE_ENTITY, "invalid")


@pytest.mark.parametrize("body", [b"\n", b" \r\n\r\n"])
def test_a_batch_without_lines_is_taken(house: House, body: bytes) -> None:
    answer = send(house.key, body)
    assert answer.status_code == HTTPStatus.ACCEPTED
    assert answer.json()["accepted"] == 0


@pytest.mark.parametrize("text", ["%s%s\n\n", "%s%s\n", "%s %s\n \n%s"])
def test_two_objects_in_one_line_are_not_json_lines(house: House, text: str) -> None:
    line = json.dumps(house.line())
    answer = send(house.key, text.replace("%s", line).encode())
    assert refused(answer, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid")["errors"][0]["field"] == "lines.1"
    assert not Minute.objects.exists()


def test_lines_may_end_as_windows_ends_them(house: House) -> None:
    lines = [json.dumps(house.line(action=action)) for action in ("A", "B", "C")]
    answer = send(house.key, "\r\n".join(lines).encode())
    assert answer.json()["accepted"] == 3


def test_a_gzip_bomb_is_not_unpacked(house: House, settings: Any) -> None:
    settings.SIGNALS_MAX_BYTES = 100_000
    bomb = gzip.compress(b" " * 80_000_000)
    assert len(bomb) < settings.SIGNALS_MAX_BYTES
    send(house.key, b"{}")  # what a first request loads is not counted
    tracemalloc.start()
    try:
        answer = send(house.key, bomb, **{"Content-Encoding": "gzip"})
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    refused(answer, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "signals_too_large")
    assert most < 10_000_000


@pytest.mark.parametrize(
    "packed",
    [
        b"not gzip",
        gzip.compress(GOOD.encode())[:-9],
        gzip.compress(GOOD.encode()) + b"more",
        gzip.compress(b"") * 99,
    ],
    ids=["no-gzip", "cut-short", "more-behind-it", "many-empty-members"],
)
def test_what_is_no_gzip_file_is_refused(house: House, packed: bytes) -> None:
    answer = send(house.key, packed, **{"Content-Encoding": "gzip"})
    refused(answer, HTTPStatus.BAD_REQUEST, "signals_broken_gzip")


def test_a_gzip_file_of_several_members_is_read_whole(house: House) -> None:
    packed = gzip.compress(written(house.line()) + b"\n") + gzip.compress(written(house.line()))
    assert send(house.key, packed, **{"Content-Encoding": "gzip"}).json()["accepted"] == 2


def test_too_much_at_once_is_refused(house: House, settings: Any) -> None:
    settings.SIGNALS_MAX_LINES = 10
    body = written(*[house.line()] * 11)
    refused(send(house.key, body), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "signals_too_many_lines")
    assert send(house.key, written(*[house.line()] * 10)).status_code == HTTPStatus.ACCEPTED
    settings.SIGNALS_MAX_BYTES = len(body) - 1
    answer = send(house.key, body, "other")
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "intake_too_large")


def test_other_types_and_encodings_are_refused(house: House) -> None:
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    refused(send(house.key, GOOD.encode(), content_type="application/json"), status, "signals_not_lines_type")
    refused(send(house.key, GOOD.encode(), **{"Content-Encoding": "br"}), status, "signals_unknown_encoding")


def test_what_cannot_be_kept_becomes_a_replacement_character(house: House) -> None:
    now = house.line()["at"]
    body = (
        f'{{"action":"A\\u0000B","at":"{now}","outcome":"error","code":"\\ud800","merchant":"\\\\u0000",'
        f'"reference":"tab\\tline\\nback\\\\slash","detail":"\\ud83d\\ude00 \\\\\\u0000"}}'
    )
    assert send(house.key, body.encode()).json()["accepted"] == 1
    found = Sample.objects.get()
    assert (found.action, found.code, found.merchant) == ("A\ufffdB", "\ufffd", "\\u0000")
    assert (found.reference, found.detail) == ("tab\tline\nback\\slash", "😀 \\\ufffd")


def test_numbers_that_no_column_holds_stop_at_the_most(house: House) -> None:
    line = house.line(count=1_000_000, latency_ms=3_600_000, outcome="error", at=house.line()["at"])
    for number in range(3):
        answer = send_packed(house.key, written(*[line] * 1000), f"batch-{number}")
        assert answer.status_code == HTTPStatus.ACCEPTED
    row = Minute.objects.get()
    assert (row.calls, row.errors, row.latency_calls) == (2**31 - 1,) * 3
    assert row.latency_ms == 3 * 1000 * 1_000_000 * 3_600_000


def test_a_million_keys_are_read_in_reasonable_time() -> None:
    """An object with 10^6 fields is refused at the first one that is unknown."""
    body = b"{" + b",".join(b'"k%d":1' % number for number in range(1_000_000)) + b"}"
    began = time.monotonic()
    with pytest.raises(Invalid):
        read_lines(body, most=10)
    assert time.monotonic() - began < 2


def test_fifty_thousand_different_series_names_end_at_the_budget(house: House) -> None:
    body = written(*(house.line(action=f"Action{number}") for number in range(20_000)))
    answer = send_packed(house.key, body).json()
    assert (answer["accepted"], answer["refused"]) == (200, 19_800)
