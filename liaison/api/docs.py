"""The page that lists what the API can do, in the reader's language. It needs nothing that the CSP forbids."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from liaison.api.api import PREFIX, api
from liaison.web.gate import public
from liaison.web.pages import render_page


@dataclass(frozen=True)
class OperationLine:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str | Promise
    name: str
    needs_token: bool


@public
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """List all operations by what they are about, for anybody, also before signing in."""
    lines = [
        OperationLine(method.upper(), path, found["summary"], found["operationId"], "security" in found)
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, found in methods.items()
    ]
    groups = [(path, list(found)) for path, found in groupby(lines, key=_first_word)]
    base = f"{settings.PORTAL_URL}{PREFIX}"
    return render_page(request, "api/docs.html", {"groups": groups, "base": base, "document": f"{PREFIX}openapi.json"})


def _first_word(line: OperationLine) -> Any:
    return line.path.removeprefix(PREFIX).split("/")[0]
