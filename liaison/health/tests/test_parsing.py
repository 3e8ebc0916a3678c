"""What a real Alertmanager sent is understood; what nobody should send is refused with its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.health.alertmanager import MalformedError, parse
from liaison.health.vocabulary import AlertCode, ShapeCode
from liaison.integrations.vocabulary import IntakeCode

CAPTURED = Path(__file__).parent / "captured"


def _payload(**changes: Any) -> dict[str, Any]:
    alert: dict[str, Any] = {
        "status": "firing",
        "labels": {"alertname": "Down", "severity": "critical"},
        "annotations": {"summary": "It is down"},
        "startsAt": "2026-11-22T08:16:41.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": "ee6e9483c003a85c",
    }
    alert.update(changes)
    return {"version": "4", "alerts": [{key: value for key, value in alert.items() if value is not ...}]}


def _parse(payload: Any) -> Any:
    return parse(json.dumps(payload).encode())


def test_it_understands_every_captured_payload() -> None:
    found = {path.name: parse(path.read_bytes()) for path in sorted(CAPTURED.glob("*.json"))}
    assert len(found) == 5
    assert [alert.severity_word for alert in found["firing-group-of-three.json"]] == ["warning", "error", "page"]
    assert [alert.is_firing for alert in found["group-with-one-resolved.json"]] == [False, True, True]
    assert found["firing-critical.json"][0].title == "예약 서버의 오류율이 12%를 넘었습니다"
    assert found["firing-critical.json"][0].fingerprint == found["resolved-critical.json"][0].fingerprint
    assert found["firing-critical.json"][0].starts_at == found["resolved-critical.json"][0].starts_at
    assert found["firing-unknown-severity.json"][0].title == "Watchdog"


def test_it_reads_a_moment_of_nanoseconds_as_utc() -> None:
    (alert,) = _parse(_payload(startsAt="2026-11-22T09:16:41.123456789+01:00"))
    assert alert.starts_at == datetime(2026, 11, 22, 8, 16, 41, 123456, tzinfo=UTC)


def test_it_passes_over_keys_that_it_does_not_know() -> None:
    payload = _payload(newKey={"a": 1}) | {"another": [1, 2]}
    assert len(_parse(payload)) == 1


@pytest.mark.parametrize(
    ("payload", "path", "shape"),
    [
        ([], "", ShapeCode.EXPECTED_OBJECT),
        (None, "", ShapeCode.EXPECTED_OBJECT),
        ({}, "version", ShapeCode.MISSING),
        ({"version": "3"}, "version", ShapeCode.EXPECTED_VERSION),
        ({"version": 4}, "version", ShapeCode.EXPECTED_VERSION),
        ({"version": "4"}, "alerts", ShapeCode.MISSING),
        ({"version": "4", "alerts": {}}, "alerts", ShapeCode.EXPECTED_LIST),
        ({"version": "4", "alerts": []}, "alerts", ShapeCode.EMPTY),
        ({"version": "4", "alerts": ["x"]}, "alerts[0]", ShapeCode.EXPECTED_OBJECT),
        (_payload(status=...), "alerts[0].status", ShapeCode.MISSING),
        (_payload(status="acknowledged"), "alerts[0].status", ShapeCode.EXPECTED_STATUS),
        (_payload(status=["firing"]), "alerts[0].status", ShapeCode.EXPECTED_STATUS),
        (_payload(labels=...), "alerts[0].labels", ShapeCode.MISSING),
        (_payload(labels={"a": 1}), "alerts[0].labels.a", ShapeCode.EXPECTED_TEXT),
        (_payload(annotations=[]), "alerts[0].annotations", ShapeCode.EXPECTED_OBJECT),
        (_payload(fingerprint=...), "alerts[0].fingerprint", ShapeCode.MISSING),
        (_payload(fingerprint=""), "alerts[0].fingerprint", ShapeCode.EXPECTED_KEY),
        (_payload(fingerprint=7), "alerts[0].fingerprint", ShapeCode.EXPECTED_TEXT),
        (_payload(fingerprint="a\x00"), "alerts[0].fingerprint", ShapeCode.EXPECTED_KEY),
        (_payload(fingerprint="f" * 256), "alerts[0].fingerprint", ShapeCode.EXPECTED_KEY),
        (_payload(startsAt="2026-11-22T08:16:41"), "alerts[0].startsAt", ShapeCode.EXPECTED_MOMENT),
        (_payload(startsAt="2026-02-30T08:16:41Z"), "alerts[0].startsAt", ShapeCode.EXPECTED_MOMENT),
        (_payload(startsAt="9999-12-31T23:59:59-23:59"), "alerts[0].startsAt", ShapeCode.EXPECTED_MOMENT),
        (_payload(startsAt="0001-01-01T00:00:00Z"), "alerts[0].startsAt", ShapeCode.EXPECTED_MOMENT),
        (_payload(startsAt=1790000000), "alerts[0].startsAt", ShapeCode.EXPECTED_MOMENT),
        (_payload(status="resolved", endsAt="soon"), "alerts[0].endsAt", ShapeCode.EXPECTED_MOMENT),
    ],
)
def test_it_names_the_place_of_what_is_wrong(payload: Any, path: str, shape: ShapeCode) -> None:
    with pytest.raises(MalformedError) as refused:
        _parse(payload)
    assert (refused.value.code, refused.value.path, refused.value.shape) == (AlertCode.WRONG_SHAPE, path, shape)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe{\x00}\x00", b'{"version": NaN}', b"[" * 100_000, b"\x00", b'{"a": ' + b"9" * 5000 + b"}"],
)
def test_it_refuses_what_is_no_json(body: bytes) -> None:
    with pytest.raises(MalformedError) as refused:
        parse(body)
    assert refused.value.code == IntakeCode.BROKEN_JSON


def test_it_keeps_evidence_that_the_database_could_not_keep_as_it_is() -> None:
    """NUL and half a surrogate pair are replaced; refusing them would lose the alert."""
    body = json.dumps(_payload(annotations={"summary": "a\x00b", "half": "\ud83d"})).encode()
    (alert,) = parse(body)
    assert alert.annotations == {"summary": "a\ufffdb", "half": "\ufffd"}
    alert.title.encode()


def test_it_makes_one_short_line_of_the_title() -> None:
    (alert,) = _parse(_payload(annotations={"summary": "Down\r\nBcc: evil@evil.test" + "x" * 400}))
    assert "\n" not in alert.title
    assert "\r" not in alert.title
    assert len(alert.title) == 300


def test_it_falls_back_from_summary_to_the_name_to_the_fingerprint() -> None:
    assert _parse(_payload(annotations=None))[0].title == "Down"
    assert _parse(_payload(annotations={}, labels={}))[0].title == "ee6e9483c003a85c"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["firing", "4"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(key=st.sampled_from(["status", "labels", "annotations", "startsAt", "endsAt", "fingerprint"]), value=JSON)
def test_it_never_fails_in_another_way(key: str, value: Any) -> None:
    for status in ("firing", "resolved"):
        try:
            (alert,) = _parse(_payload(**{"status": status, key: value}))
        except MalformedError:
            continue
        assert alert.starts_at.tzinfo is UTC
