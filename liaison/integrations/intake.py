"""What every address has in common to which other systems send events: keys, turns, sizes and answers.

A 2xx is sent after the commit and not before. Overload and a lost database answer 503, never 429 or another 4xx:
Alertmanager gives up on those.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from liaison.accounts.slots import slot_of
from liaison.integrations.keys import hash_of
from liaison.integrations.models import IntakeKey
from liaison.integrations.vocabulary import IntakeCode
from liaison.lib.prepared import Prepared
from liaison.lib.refusals import Missing
from liaison.web import wording
from liaison.web.gate import public
from liaison.web.middleware import DATABASE_LOST

View = Callable[[HttpRequest], HttpResponse]

RETRY_AFTER_SECONDS: Final = "5"
CHALLENGE: Final = 'Bearer realm="intake", Basic realm="intake"'
# With all that taking in an event asks of a key.
_KEY: Final = Prepared(
    lambda key_hash: (
        IntakeKey.objects.filter(key_hash=key_hash, revoked_at__isnull=True)
        .select_related("environment__integration")
        .only("last_used_at", "environment__name", "environment__integration__account")
    ),
    str,
)


class RefusedError(Exception):
    """The event is not taken; nothing of it is stored."""

    def __init__(
        self,
        status: HTTPStatus,
        code: StrEnum,
        *,
        facts: Mapping[str, Any] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.facts = status, code, facts
        self.errors, self.headers = errors, headers


def taking_in(view: View) -> View:
    """Make an address for senders of a view: POST only, public, never locked (C3), one turn for each request.

    The view may raise `RefusedError`; the answer is then a problem in the sender's language.
    """

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if slot_of(request) is not None:
            raise Missing
        try:
            with turns.one():
                refuse_other_methods(request)
                return view(request)
        except RefusedError as refused:
            return problem(refused)
        except DATABASE_LOST:
            return problem(try_again(IntakeCode.DATABASE_LOST))

    return csrf_exempt(public(guarded))


def refuse_other_methods(request: HttpRequest) -> None:
    """Raise RefusedError for everything but POST."""
    if request.method != "POST":
        raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, IntakeCode.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})


def key_of(request: HttpRequest) -> IntakeKey:
    """Return the key in the request's head, with environment and integration. Raises RefusedError (401)."""
    return key_with(secret_of(request.headers.get("Authorization", "")))


def key_with(secret: str) -> IntakeKey:
    """Return the key of this secret, with environment and integration, in one query. Raises RefusedError (401)."""
    if not secret:
        raise _unknown_sender(IntakeCode.KEY_MISSING)
    key = find_key(secret)
    if key is None:
        raise _unknown_sender(IntakeCode.KEY_UNKNOWN)
    return key


def find_key(secret: str) -> IntakeKey | None:
    """Return the key of this secret that is in use, with environment and integration, in one query."""
    try:
        return _KEY.get(hash_of(secret))
    except IntakeKey.DoesNotExist:
        return None


def secret_of(authorization: str) -> str:
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


def body_of(request: HttpRequest, most: int) -> bytes:
    """Return the body, of at most so many bytes. Raises RefusedError (413)."""
    too_large = RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, IntakeCode.TOO_LARGE, facts={"most": most})
    announced = request.headers.get("Content-Length") or "0"
    if not announced.isdecimal() or int(announced) > most:
        raise too_large
    body = request.read(most + 1)
    if len(body) > most:
        raise too_large
    return body


def try_again(code: StrEnum) -> RefusedError:
    """Return the refusal (503) after which senders send once more."""
    return RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, code, headers={"Retry-After": RETRY_AFTER_SECONDS})


def problem(refused: RefusedError) -> HttpResponse:
    """Return problem+json (RFC 9457) in the sender's language; `code` is for programs and never changes."""
    shown: dict[str, Any] = {
        "type": "about:blank",
        "title": refused.status.phrase,
        "status": int(refused.status),
        "code": refused.code.value,
        "detail": wording.text(refused.code, refused.facts),
    }
    if refused.errors:
        shown["errors"] = list(refused.errors)
    return JsonResponse(
        shown, status=refused.status, content_type="application/problem+json", headers=dict(refused.headers or {})
    )


def _unknown_sender(code: IntakeCode) -> RefusedError:
    return RefusedError(HTTPStatus.UNAUTHORIZED, code, headers={"WWW-Authenticate": CHALLENGE})


class Turns:
    """How many events this process takes in at once: more would only queue for the database's connections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold one turn for a block. Raises RefusedError (503) when all are taken."""
        with self._lock:
            if self._taken >= settings.INTAKE_MAX_CONCURRENT:
                raise try_again(IntakeCode.OVERLOADED)
            self._taken += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken -= 1


turns: Final = Turns()
