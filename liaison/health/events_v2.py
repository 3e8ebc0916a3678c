"""The parser of the Events API v2, as PagerDuty's published clients send it. Pure: bytes in, frozen values out.

As strict as that API on what an event must hold, tolerant to everything else: senders give up on a 400, so a moment
that cannot be read is passed over, and the event is taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from liaison.health.vocabulary import EventCode
from liaison.health.wire import keepable, lenient_moment, load_json, one_line

LONGEST_KEY: Final = 255
LONGEST_TITLE: Final = 300
LONGEST_MARK: Final = 200
LONGEST_LINK: Final = 500
_SEVERITIES: Final = ("critical", "error", "warning", "info")
_PARTS: Final = ("source", "component", "group", "class", "severity")
_ABOUT_SENDER: Final = ("client", "client_url")


class Action(StrEnum):
    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


@dataclass(frozen=True)
class ParsedEvent:
    """One event. `dedup_key` is empty where the sender leaves it to us, which a trigger may.

    `said_at` is the sender's own moment (aware, UTC), None where it says none that can be read. `content_hash` is the
    same for bodies that say the same.
    """

    action: Action
    dedup_key: str
    title: str
    severity_word: str
    said_at: datetime | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    content_hash: str


@dataclass(frozen=True)
class ParsedChange:
    """A change event: something was changed on purpose. `said_at` as in `ParsedEvent`; `link` is empty for none."""

    title: str
    link: str
    said_at: datetime | None


@dataclass(frozen=True)
class EventProblem:
    """What is wrong with an event: the code, and the name of the field."""

    code: EventCode
    name: str = ""


class InvalidEventError(Exception):
    """The event cannot be taken; `problems` says why, all at once."""

    def __init__(self, *problems: EventProblem) -> None:
        super().__init__(", ".join(f"{one.code} {one.name}".strip() for one in problems))
        self.problems = problems


@dataclass
class _Checked:
    """Fields being read, with what is wrong so far."""

    values: Mapping[str, Any]
    problems: list[EventProblem] = field(default_factory=list)

    def text(self, name: str, values: Mapping[str, Any] | None = None, *, prefix: str = "") -> str:
        found = (self.values if values is None else values).get(name)
        if not isinstance(found, str) or not found.strip():
            self.problems.append(EventProblem(EventCode.MISSING, f"{prefix}{name}"))
            return ""
        return keepable(found)


def routing_key_of(body: bytes) -> tuple[Mapping[str, Any], str]:
    """Return the event and its routing key, empty for none. Raises InvalidEventError for what is no JSON object."""
    try:
        values = load_json(body)
    except (ValueError, RecursionError) as error:
        raise InvalidEventError(EventProblem(EventCode.BROKEN_JSON)) from error
    if not isinstance(values, dict):
        raise InvalidEventError(EventProblem(EventCode.NOT_AN_OBJECT))
    key = values.get("routing_key")
    return values, key.strip() if isinstance(key, str) else ""


def parse_event(values: Mapping[str, Any]) -> ParsedEvent:
    """Return the event, or raise InvalidEventError with everything that is wrong with it."""
    checked = _Checked(values)
    word = checked.text("event_action")
    action = next((one for one in Action if one == word), None)
    if word and action is None:
        checked.problems.append(EventProblem(EventCode.UNKNOWN_ACTION, "event_action"))
    dedup_key = _dedup_key(checked, may_be_left_out=action is Action.TRIGGER)
    payload = values.get("payload")
    if not isinstance(payload, dict):
        payload = {}
        if action is Action.TRIGGER:
            checked.problems.append(EventProblem(EventCode.MISSING, "payload"))
    elif action is Action.TRIGGER:
        _check_payload(checked, payload)
    if checked.problems or action is None:
        raise InvalidEventError(*checked.problems)
    return ParsedEvent(
        action=action,
        dedup_key=dedup_key,
        title=one_line(_text(payload.get("summary")), LONGEST_TITLE) or one_line(dedup_key, LONGEST_TITLE),
        severity_word=_text(payload.get("severity")),
        said_at=lenient_moment(payload.get("timestamp")),
        labels=_labels(values, payload),
        annotations=_annotations(values, payload),
        content_hash=_hash_of(values),
    )


def parse_change(values: Mapping[str, Any]) -> ParsedChange:
    """Return a change event, or raise InvalidEventError."""
    checked, payload = _Checked(values), values.get("payload")
    if not isinstance(payload, dict):
        raise InvalidEventError(EventProblem(EventCode.MISSING, "payload"))
    title = one_line(checked.text("summary", payload, prefix="payload."), LONGEST_MARK)
    if checked.problems:
        raise InvalidEventError(*checked.problems)
    links = [address for _name, address in _links(values.get("links"), "href") if len(address) <= LONGEST_LINK]
    return ParsedChange(title, links[0] if links else "", lenient_moment(payload.get("timestamp")))


def _dedup_key(checked: _Checked, *, may_be_left_out: bool) -> str:
    found = checked.values.get("dedup_key")
    if may_be_left_out and (found is None or (isinstance(found, str) and not found.strip())):
        return ""
    key = checked.text("dedup_key")
    if len(key) > LONGEST_KEY:
        checked.problems.append(EventProblem(EventCode.KEY_TOO_LONG, "dedup_key"))
    return key


def _check_payload(checked: _Checked, payload: Mapping[str, Any]) -> None:
    checked.text("summary", payload, prefix="payload.")
    checked.text("source", payload, prefix="payload.")
    severity = checked.text("severity", payload, prefix="payload.")
    if severity and severity not in _SEVERITIES:
        checked.problems.append(EventProblem(EventCode.UNKNOWN_SEVERITY, "payload.severity"))


def _labels(values: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, str]:
    named = [(name, payload.get(name)) for name in _PARTS] + [(name, values.get(name)) for name in _ABOUT_SENDER]
    return {name: _text(value) for name, value in named if _text(value)}


def _annotations(values: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, str]:
    summary, details = _text(payload.get("summary")), payload.get("custom_details")
    found = {"summary": summary} if summary else {}
    if isinstance(details, dict):
        found |= {keepable(str(name)): _text(value) for name, value in details.items()}
    elif details:
        found["custom_details"] = _text(details)
    return found | dict(_links(values.get("links"), "href")) | dict(_links(values.get("images"), "src"))


def _links(value: Any, place: str) -> list[tuple[str, str]]:
    """Return links or images: what each is called, else its kind with its number, and its address."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    entries = [one for one in value if isinstance(one, dict) and _text(one.get(place))]
    return [
        (_text(one.get("text") or one.get("alt")) or f"{place} {number}", _text(one[place]))
        for number, one in enumerate(entries, start=1)
    ]


def _text(value: Any) -> str:
    """Return a value as text: a structure as JSON, nothing for null."""
    if value is None:
        return ""
    return keepable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _hash_of(values: Mapping[str, Any]) -> str:
    said = json.dumps(values, sort_keys=True).encode()
    return hashlib.sha256(said).hexdigest()
