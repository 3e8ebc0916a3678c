"""What holds for every request: an id, and one place where refusals and a lost database become answers."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from psycopg_pool import PoolTimeout

from liaison.lib.ids import new_public_id
from liaison.lib.refusals import Refusal
from liaison.lib.remembered import remembered
from liaison.web import errors

DATABASE_LOST = (OperationalError, InterfaceError, PoolTimeout)


class RequestIdMiddleware:
    """Gives each request an id, for logs and for the person who asks for help about an error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = new_public_id()  # type: ignore[attr-defined]  # read by request_id_of
        response = self.get_response(request)
        response["X-Request-Id"] = request_id_of(request)
        return response


def request_id_of(request: HttpRequest) -> str:
    return getattr(request, "request_id", "")


class PolicyMiddleware(CSPMiddleware):
    """django-csp's, which puts the policy into words anew for each answer: nearly all get the one of the settings."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if settings.DEBUG or self.get_policy_parts(request, response) != PolicyParts():
            return super().process_response(request, response)
        if not getattr(response, "_csp_exempt", False):
            response.headers.setdefault(HEADER, _usual_policy())
        return response


@remembered(1)
def _usual_policy() -> str:
    return build_policy()


class DatabaseMiddleware:
    """Answers 503 when the database is away: senders of alerts try again after a 503, and only then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DATABASE_LOST):
            return errors.unavailable(request)
        return None


class RefusalMiddleware:
    """Turns a refusal that no page handled itself, and a bare 405, into an error page with its status and its words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return errors.not_allowed(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            try:
                exception.keep()
            except DATABASE_LOST:
                return errors.unavailable(request)
            return errors.refused(request, exception, status=HTTPStatus(exception.status))
        return None
