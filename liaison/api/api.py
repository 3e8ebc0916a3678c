"""The API of the portal, `/api/v1`: what every operation shares. The operations are in `routes/`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from liaison.api.codes import ApiCode
from liaison.api.operations import PROBLEM_REFERENCE
from liaison.api.parser import StrictParser
from liaison.api.problems import Problem, problem, refused
from liaison.api.routes import OPERATIONS
from liaison.api.validation import problems_of
from liaison.integrations.intake import RefusedError
from liaison.lib.refusals import Invalid, Missing, Refusal
from liaison.web.middleware import DATABASE_LOST

PREFIX: Final = "/api/v1/"
_logger = logging.getLogger("django.request")


class PortalApi(NinjaAPI):
    """ninja, with names that are ours and with the shape of problems in its OpenAPI document."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the OpenAPI 3.1 document. Its words are lazy: they turn into the reader's language when written."""
        return _schema(self)


@cache
def _schema(api: PortalApi) -> OpenAPISchema:
    schema = NinjaAPI.get_openapi_schema(api, path_prefix=PREFIX)
    template = PROBLEM_REFERENCE.replace("Problem", "{model}")
    shape = Problem.model_json_schema(ref_template=template)
    schema["components"]["schemas"] |= {**shape.pop("$defs"), "Problem": shape}
    return schema


def on_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return refused(request, refusal)


def on_intake_refused(request: HttpRequest, refusal: RefusedError) -> HttpResponse:
    return problem(request, refusal.status, refusal.code, refusal.facts)


def on_no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(request, HTTPStatus.UNAUTHORIZED, ApiCode.TOKEN_NEEDED)


def on_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer for ninja's own errors; what `StrictParser` refused is their cause."""
    if isinstance(error.__cause__, Refusal):
        return refused(request, error.__cause__)
    return problem(request, HTTPStatus.BAD_REQUEST, ApiCode.BROKEN_JSON)


def on_too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ApiCode.TOO_LARGE, {"most": most})


def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refused(request, Invalid(problems_of(error.errors)))


def on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return refused(request, Missing())


def on_database_lost(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer 503 with the time to wait: nothing was committed, and trying again is right."""
    _logger.warning("The database was lost during %s %s", request.method, request.path)
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, ApiCode.DATABASE_LOST)


def on_mistake(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer 500 for a mistake of ours, and let logs and tests know of it."""
    _logger.error("Mistake during %s %s", request.method, request.path, exc_info=error)
    got_request_exception.send(sender=PortalApi, request=request)
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, ApiCode.SERVER_ERROR)


def _made(operations: Sequence[Any]) -> PortalApi:
    made = PortalApi(
        title="Liaison",
        version="1",
        description=(
            "Everything that the pages of the portal do. Send an API token in the header `Authorization: Bearer …`. "
            "Moments are ISO 8601 in UTC. Errors are problems (RFC 9457) in the language of `Accept-Language`, "
            "else of the token's owner."
        ),
        openapi_url="/openapi.json",
        docs_url=None,
        urls_namespace="api",
        parser=StrictParser(),
    )
    for each in operations:
        made.add_router("", each.router)
    handlers: dict[type[Exception], Any] = {
        Refusal: on_refusal,
        RefusedError: on_intake_refused,
        AuthenticationError: on_no_token,
        HttpError: on_unreadable,
        RequestDataTooBig: on_too_large,
        ValidationError: on_invalid,
        Http404: on_missing,
        Exception: on_mistake,
        **dict.fromkeys(DATABASE_LOST, on_database_lost),
    }
    for kind, handler in handlers.items():
        made.add_exception_handler(kind, handler)
    return made


api: Final = _made(OPERATIONS)
