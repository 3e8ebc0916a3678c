"""Each answer gets the content security policy that django-csp itself would give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from liaison.web.middleware import PolicyMiddleware


def _given(middleware: type[CSPMiddleware], answered: Mapping[str, Any], nonce: str = "") -> set[str]:
    """Return what the policy says of an answer with these attributes."""

    def view(request: HttpRequest) -> HttpResponse:
        if nonce:
            request._csp_nonce = nonce  # type: ignore[attr-defined]  # as django-csp keeps it
        response = HttpResponse(status=answered.get("status", 200), headers=answered.get("headers"))
        for name in answered.keys() - {"status", "headers"}:
            setattr(response, name, answered[name])
        return response

    answer = middleware(view)(RequestFactory().get("/"))
    assert isinstance(answer, HttpResponse)
    return _directives(answer)


@pytest.mark.parametrize(
    "answered",
    [
        {},
        {"status": 404},
        {"status": 503},
        {"headers": {HEADER: "sandbox"}},
        {"_csp_exempt": True},
        {"_csp_update": {"img-src": ["https://pictures.test"]}},
        {"_csp_replace": {"img-src": ["https://pictures.test"]}},
        {"_csp_config": {"default-src": ["'none'"]}},
    ],
)
def test_it_gives_what_the_library_gives(answered: Mapping[str, Any]) -> None:
    for policy in ({"default-src": ["'none'"]}, {"default-src": ["'self'"], "img-src": ["'self'", "data:"]}):
        with override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": policy}):
            for nonce in ("", "cmFuZG9t"):
                expected = _given(CSPMiddleware, answered, nonce)
                assert _given(PolicyMiddleware, answered, nonce) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/help", "/nowhere", "/u/0/cases", "/u/0/signin/", "/healthz", "/api/v1/cases"])
def test_pages_errors_and_answers_to_programs_have_it(path: str) -> None:
    assert _directives(Client().get(path)) == set(build_policy().split("; "))


def _directives(answer: Any) -> set[str]:
    return set(answer.headers.get(HEADER, "").split("; "))
