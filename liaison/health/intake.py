"""`POST /in/alertmanager`: Alertmanager's webhook. A 2xx is sent after the commit and not before.

Overload and a lost database answer 503, never 429 or another 4xx: Alertmanager gives up on those.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from liaison.accounts.slots import slot_of
from liaison.health.actions import Received, receive_alerts
from liaison.health.alertmanager import MalformedError, parse
from liaison.health.vocabulary import IntakeCode
from liaison.integrations.keys import hash_of
from liaison.integrations.models import IntakeKey
from liaison.lib.clock import utc_now
from liaison.lib.prepared import Prepared
from liaison.lib.refusals import Missing
from liaison.web import wording
from liaison.web.gate import public
from liaison.web.middleware import DATABASE_LOST

RETRY_AFTER_SECONDS: Final = "5"
# With all that taking in an event asks of a key.
_KEY: Final = Prepared(
    lambda key_hash: (
        IntakeKey.objects.filter(key_hash=key_hash, revoked_at__isnull=True)
        .select_related("environment__integration")
        .only("last_used_at", "environment__name", "environment__integration__account")
    ),
    str,
)
_CHALLENGE: Final = 'Bearer realm="intake", Basic realm="intake"'


class RefusedError(Exception):
    """The event is not taken; nothing of it is stored."""

    def __init__(
        self,
        status: HTTPStatus,
        code: IntakeCode,
        *,
        facts: Mapping[str, Any] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.facts = status, code, facts
        self.errors, self.headers = errors, headers


@csrf_exempt
@public
def alertmanager(request: HttpRequest) -> HttpResponse:
    """Take in one payload. The answer lists what became of each alert, in the payload's order."""
    if slot_of(request) is not None:
        raise Missing
    try:
        with _turns.one():
            return _answer(_take_in(request))
    except RefusedError as refused:
        return _problem(refused)
    except DATABASE_LOST:
        return _problem(_try_again(IntakeCode.DATABASE_LOST))


def _take_in(request: HttpRequest) -> tuple[Received, ...]:
    if request.method != "POST":
        raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, IntakeCode.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})
    key = _key_of(request)
    if request.content_type != "application/json":
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, IntakeCode.NOT_JSON_TYPE)
    said, actual = request.GET.get("environment", ""), key.environment.name
    if said and said != actual:
        facts = {"said": said[:20], "actual": actual}
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, IntakeCode.WRONG_ENVIRONMENT, facts=facts)
    try:
        alerts = parse(_body_of(request))
    except MalformedError as malformed:
        raise _refusal_of(malformed) from malformed
    return receive_alerts(key=key, alerts=alerts, now=utc_now())


def _key_of(request: HttpRequest) -> IntakeKey:
    secret = _secret_of(request.headers.get("Authorization", ""))
    if not secret:
        raise _unknown_sender(IntakeCode.KEY_MISSING)
    try:
        return _KEY.get(hash_of(secret))
    except IntakeKey.DoesNotExist:
        raise _unknown_sender(IntakeCode.KEY_UNKNOWN) from None


def _unknown_sender(code: IntakeCode) -> RefusedError:
    return RefusedError(HTTPStatus.UNAUTHORIZED, code, headers={"WWW-Authenticate": _CHALLENGE})


def _secret_of(authorization: str) -> str:
    """Return the bearer token, or the password of basic authentication, which is all some senders can do."""
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _body_of(request: HttpRequest) -> bytes:
    most = settings.INTAKE_MAX_BYTES
    too_large = RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, IntakeCode.TOO_LARGE, facts={"most": most})
    announced = request.headers.get("Content-Length") or "0"
    if not announced.isdecimal() or int(announced) > most:
        raise too_large
    body = request.read(most + 1)
    if len(body) > most:
        raise too_large
    return body


def _refusal_of(malformed: MalformedError) -> RefusedError:
    if malformed.shape is None:
        return RefusedError(HTTPStatus.BAD_REQUEST, malformed.code)
    error = {"path": malformed.path, "code": malformed.shape.value, "detail": wording.text(malformed.shape)}
    return RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, malformed.code, errors=(error,))


def _try_again(code: IntakeCode) -> RefusedError:
    return RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, code, headers={"Retry-After": RETRY_AFTER_SECONDS})


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


def _problem(refused: RefusedError) -> HttpResponse:
    """Return problem+json (RFC 9457) in the sender's language; `code` is for programs and never changes."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": refused.status.phrase,
        "status": int(refused.status),
        "code": refused.code.value,
        "detail": wording.text(refused.code, refused.facts),
    }
    if refused.errors:
        problem["errors"] = list(refused.errors)
    return JsonResponse(
        problem,
        status=refused.status,
        content_type="application/problem+json",
        headers=dict(refused.headers or {}),
    )


class _Turns:
    """How many events this process takes in at once: more would only queue for the database's connections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        with self._lock:
            if self._taken >= settings.INTAKE_MAX_CONCURRENT:
                raise _try_again(IntakeCode.OVERLOADED)
            self._taken += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken -= 1


_turns = _Turns()
