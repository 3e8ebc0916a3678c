"""`POST /v2/enqueue` and `/v2/change/enqueue`: the Events API v2, with the answers that its clients expect.

A 2xx is sent after the commit and not before. Overload and a lost database answer 503, never 429.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from liaison.health.actions import receive_event, set_mark_by_key
from liaison.health.actions.marking import MOST_AHEAD, is_link
from liaison.health.events_v2 import EventProblem, InvalidEventError, parse_change, parse_event, routing_key_of
from liaison.health.vocabulary import EventCode
from liaison.integrations.intake import body_of, find_key, taking_in
from liaison.integrations.models import IntakeKey
from liaison.lib.clock import utc_now
from liaison.lib.metrics import INTAKE_EVENTS
from liaison.web import wording

Handler = Callable[[IntakeKey, Mapping[str, Any]], dict[str, str]]
View = Callable[[HttpRequest], HttpResponse]


def _event(key: IntakeKey, values: Mapping[str, Any]) -> dict[str, str]:
    received = receive_event(key=key, event=parse_event(values), now=utc_now())
    INTAKE_EVENTS.labels("pagerduty").inc()
    return {"status": "success", "message": "Event processed", "dedup_key": received.dedup_key}


def _change(key: IntakeKey, values: Mapping[str, Any]) -> dict[str, str]:
    change, now = parse_change(values), utc_now()
    at = change.said_at if change.said_at is not None and change.said_at <= now + MOST_AHEAD else now
    link = change.link if is_link(change.link) else ""
    set_mark_by_key(key=key, title=change.title, link=link, at=at, now=now)
    return {"status": "success", "message": "Change event processed"}


def _address(handle: Handler) -> View:
    """Make an address of the API: the key stands in the body, refusals have the API's own shape."""

    @taking_in
    def view(request: HttpRequest) -> HttpResponse:
        try:
            values, secret = routing_key_of(body_of(request, settings.INTAKE_MAX_BYTES))
            return JsonResponse(handle(_key_with(secret), values), status=HTTPStatus.ACCEPTED)
        except InvalidEventError as invalid:
            return _refusal(invalid)

    @wraps(view)
    def in_its_shape(request: HttpRequest) -> HttpResponse:
        answer = view(request)
        return _reshaped(answer) if answer.headers["Content-Type"] == "application/problem+json" else answer

    return in_its_shape


def _key_with(secret: str) -> IntakeKey:
    key = find_key(secret) if secret else None
    if key is None:
        code = EventCode.UNKNOWN_ROUTING_KEY if secret else EventCode.MISSING
        raise InvalidEventError(EventProblem(code, "routing_key"))
    return key


def _refusal(invalid: InvalidEventError) -> HttpResponse:
    errors = [wording.text(one.code, {"field": one.name}) for one in invalid.problems]
    said = {"status": "invalid event", "message": wording.text(EventCode.INVALID), "errors": errors}
    return JsonResponse(said, status=HTTPStatus.BAD_REQUEST)


def _reshaped(problem: HttpResponse) -> HttpResponse:
    """Return a refusal that holds for every sender as this API's clients read one."""
    detail = json.loads(problem.content)["detail"]
    status = "invalid event" if problem.status_code < HTTPStatus.INTERNAL_SERVER_ERROR else "error"
    said = {"status": status, "message": detail, "errors": [detail]}
    kept = {name: value for name, value in problem.headers.items() if name in {"Allow", "Retry-After"}}
    return JsonResponse(said, status=problem.status_code, headers=kept)


enqueue = _address(_event)
enqueue_change = _address(_change)
