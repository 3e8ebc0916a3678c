"""The parser of Alertmanager's webhook, version 4. Pure: bytes in, frozen values out.

Strict on the structure, tolerant to keys it does not know. A character that PostgreSQL cannot keep (NUL, half of
a surrogate pair) becomes U+FFFD in labels and annotations: a 4xx would lose the alert for good, because
Alertmanager gives up on those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from liaison.health.vocabulary import AlertCode, ShapeCode
from liaison.health.wire import keepable, load_json, one_line
from liaison.integrations.vocabulary import IntakeCode

VERSION: Final = "4"
LONGEST_FINGERPRINT: Final = 255
LONGEST_TITLE: Final = 300
LONGEST_PATH: Final = 200
_YEARS: Final = range(2000, 2200)
_ZERO_YEAR: Final = "0001-"
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FINGERPRINT: Final = re.compile(r"[\x21-\x7e]+")
_TITLES: Final = ("summary", "title", "message")


@dataclass(frozen=True)
class ParsedAlert:
    """One alert of a payload. Moments are aware, in UTC; `ends_at` is None while it is firing.

    `severity_word` is the sender's own word, empty when there was none.
    """

    is_firing: bool
    fingerprint: str
    title: str
    severity_word: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime | None


class MalformedError(Exception):
    """The body cannot be taken. `path` is a place such as `alerts[2].startsAt`, empty for broken JSON."""

    def __init__(self, code: AlertCode | IntakeCode, path: str = "", shape: ShapeCode | None = None) -> None:
        super().__init__(f"{code} {path} {shape or ''}".strip())
        self.code = code
        self.path = path[:LONGEST_PATH]
        self.shape = shape


def parse(body: bytes) -> tuple[ParsedAlert, ...]:
    """Return the alerts of a payload in their order, or raise `MalformedError`."""
    payload = _object(_load(body), "")
    if payload.get("version") != VERSION:
        _refuse("version", ShapeCode.EXPECTED_VERSION if "version" in payload else ShapeCode.MISSING)
    alerts = _required(payload, "alerts", "")
    if not isinstance(alerts, list):
        _refuse("alerts", ShapeCode.EXPECTED_LIST)
    if not alerts:
        _refuse("alerts", ShapeCode.EMPTY)
    return tuple(_alert(alert, f"alerts[{number}]") for number, alert in enumerate(alerts))


def _load(body: bytes) -> Any:
    try:
        return load_json(body)
    except (ValueError, RecursionError) as error:
        raise MalformedError(IntakeCode.BROKEN_JSON) from error


def _alert(value: Any, path: str) -> ParsedAlert:
    alert = _object(value, path)
    status = _required(alert, "status", path)
    if status not in ("firing", "resolved"):  # a list is no member of a set
        _refuse(f"{path}.status", ShapeCode.EXPECTED_STATUS)
    labels = _texts(_required(alert, "labels", path), f"{path}.labels")
    annotations = _texts({} if alert.get("annotations") is None else alert["annotations"], f"{path}.annotations")
    fingerprint = _fingerprint(_required(alert, "fingerprint", path), f"{path}.fingerprint")
    starts_at = _moment(_required(alert, "startsAt", path), f"{path}.startsAt")
    ends_at = _end(alert.get("endsAt"), f"{path}.endsAt") if status == "resolved" else None
    return ParsedAlert(
        is_firing=status == "firing",
        fingerprint=fingerprint,
        title=_title(labels, annotations) or fingerprint,
        severity_word=labels.get("severity", ""),
        labels=labels,
        annotations=annotations,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _object(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _refuse(path, ShapeCode.EXPECTED_OBJECT)
    return value


def _required(value: Mapping[str, Any], key: str, path: str) -> Any:
    if key not in value:
        _refuse(f"{path}.{key}" if path else key, ShapeCode.MISSING)
    return value[key]


def _texts(value: Any, path: str) -> Mapping[str, str]:
    texts = _object(value, path)
    for key, text in texts.items():
        if not isinstance(text, str):
            _refuse(f"{path}.{keepable(key)}", ShapeCode.EXPECTED_TEXT)
    return {keepable(key): keepable(text) for key, text in texts.items()}


def _fingerprint(value: Any, path: str) -> str:
    if not isinstance(value, str):
        _refuse(path, ShapeCode.EXPECTED_TEXT)
    if len(value) > LONGEST_FINGERPRINT or not _FINGERPRINT.fullmatch(value):
        _refuse(path, ShapeCode.EXPECTED_KEY)
    return value


def _end(value: Any, path: str) -> datetime | None:
    if value is None or (isinstance(value, str) and value.startswith(_ZERO_YEAR)):
        return None  # Go's zero moment: the sender does not say when
    return _moment(value, path)


def _moment(value: Any, path: str) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        _refuse(path, ShapeCode.EXPECTED_MOMENT)
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        _refuse(path, ShapeCode.EXPECTED_MOMENT)
    if moment.year not in _YEARS:
        _refuse(path, ShapeCode.EXPECTED_MOMENT)
    return moment


def _title(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    found = next((annotations[key] for key in _TITLES if annotations.get(key, "").strip()), "")
    return one_line(found or labels.get("alertname", ""), LONGEST_TITLE)


def _refuse(path: str, shape: ShapeCode) -> NoReturn:
    raise MalformedError(AlertCode.WRONG_SHAPE, path, shape)
