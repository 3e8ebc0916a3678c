"""`POST /in/alertmanager`: Alertmanager's webhook. A 2xx is sent after the commit and not before."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from liaison.health.actions import Received, receive_alerts
from liaison.health.alertmanager import MalformedError, parse
from liaison.integrations.intake import RefusedError, body_of, key_of, taking_in
from liaison.integrations.vocabulary import IntakeCode
from liaison.lib.clock import utc_now
from liaison.lib.metrics import INTAKE_EVENTS
from liaison.web import wording


@taking_in
def alertmanager(request: HttpRequest) -> HttpResponse:
    """Take in one payload. The answer lists what became of each alert, in the payload's order."""
    key = key_of(request)
    if request.content_type != "application/json":
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, IntakeCode.NOT_JSON_TYPE)
    said, actual = request.GET.get("environment", ""), key.environment.name
    if said and said != actual:
        facts = {"said": said[:20], "actual": actual}
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, IntakeCode.WRONG_ENVIRONMENT, facts=facts)
    try:
        alerts = parse(body_of(request, settings.INTAKE_MAX_BYTES))
    except MalformedError as malformed:
        raise _refusal_of(malformed) from malformed
    received = receive_alerts(key=key, alerts=alerts, now=utc_now())
    INTAKE_EVENTS.labels("alertmanager").inc(len(received))
    return _answer(received)


def _refusal_of(malformed: MalformedError) -> RefusedError:
    if malformed.shape is None:
        return RefusedError(HTTPStatus.BAD_REQUEST, malformed.code)
    error = {"path": malformed.path, "code": malformed.shape.value, "detail": wording.text(malformed.shape)}
    return RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, malformed.code, errors=(error,))


def _answer(received: Sequence[Received]) -> HttpResponse:
    listed = [
        {
            "id": one.incident.public_id,
            "fingerprint": one.incident.dedup_key,
            "state": str(one.incident.state),
            "outcome": one.decision.value,
        }
        for one in received
    ]
    return JsonResponse({"incidents": listed})
