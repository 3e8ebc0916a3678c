"""How views answer: a whole page, one block of it for htmx, or a way to another page."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import reverse
from jinja2 import Environment
from jinja2_fragments import render_block

from liaison.web.headers import add_vary


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = HTTPStatus.OK,
    fragment: str | None = None,
    address: str | None = None,
) -> HttpResponse:
    """Return a page; where htmx asks and `fragment` names a block, only that block and waiting messages.

    Answer a form with errors with status 422: htmx shows that one, and no other error status, in place. `address`
    is where the page stands, for an answer to a form whose own address can only be posted to: the menus of language
    and theme lead back there.
    """
    if address is not None:
        request.page_address = address  # type: ignore[attr-defined]  # read by `Portal.here`
    known = page_context(request, context or {})
    if fragment is not None and wants_fragment(request):
        body = render_block(jinja_environment(), template, fragment, known)
        body += jinja_environment().get_template("web/late_messages.html").render(known)
    else:
        body = jinja_environment().get_template(template).render(known)
    response = HttpResponse(body, status=status)
    if fragment is not None:
        add_vary(response, "HX-Request")
    return response


def render_text(template: str, context: Mapping[str, Any]) -> str:
    """Return a template rendered without a request, for mails and tests."""
    return jinja_environment().get_template(template).render(context)


def page_context(request: HttpRequest, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a template knows: the context processors' values under those of the page."""
    known: dict[str, Any] = {"request": request}
    for processor in _engine().template_context_processors:
        known.update(processor(request))
    return {**known, **context}


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of a page; when it restores its history it wants the whole."""
    headers = request.headers
    whole = headers.get("HX-Boosted") == "true" or headers.get("HX-History-Restore-Request") == "true"
    return headers.get("HX-Request") == "true" and not whole


def redirect_to(request: HttpRequest, name: str, **kwargs: Any) -> HttpResponse:
    """Send the browser to a route, also when htmx asked: it would otherwise put that page into this one."""
    return redirect_to_address(request, reverse(name, kwargs=kwargs))


def redirect_to_address(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser to an address that is known to be ours."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def jinja_environment() -> Environment:
    """Return the environment that renders all our pages and mails."""
    return _engine().env


def _engine() -> Jinja2:
    engine = engines["jinja2"]
    if not isinstance(engine, Jinja2):
        raise TypeError("The template engine named jinja2 is not Django's Jinja2 backend.")
    return engine
