"""The page of a list that is filled from a stencil is the page that its template draws."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.test import Client
from markupsafe import Markup

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.cases.lists.testing import keep_case
from liaison.cases.pages import lists
from liaison.web import banners
from liaison.web.banners import Banner
from liaison.web.pages import render_page
from liaison.web.states import Kind
from liaison.web.whole import render_whole

QUERIES: Final = ("", "?q=leak", "?q=nothing-has-this", "?status=closed&sort=created", "?whose=shared", "?foo=<b>")
_TOKEN: Final = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w{64}')


def drawn_directly(
    request: HttpRequest, template: str, shown: Mapping[str, object], holes: Mapping[str, str], *, fragment: str
) -> HttpResponse:
    html = {name: Markup(value) for name, value in holes.items()}  # noqa: S704  # as the view made them
    return render_page(request, template, {**shown, **html}, fragment=fragment)


def both(client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    pages = []
    for render in (drawn_directly, render_whole):
        monkeypatch.setattr(lists, "render_whole", render)
        answer = client.get(address, headers={"X-Request-Id": "1"})
        assert (answer.status_code, answer["Vary"]) == (200, "HX-Request, Accept-Language, Cookie")
        pages.append(_TOKEN.sub(r"\1TOKEN", answer.content.decode()))
    return pages[0], pages[1]


def test_it_is_the_page_of_its_template_for_everybody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_case(cast.partner, "Leak <b> & %(here)s", filed_by=cast.owner)
    keep_case(cast.elsewhere, "Theirs")
    Identity.objects.filter(pk=cast.colleague.pk).update(language="ko", name="\"<i>'")
    browser = Client()
    for slot, person in ((0, cast.owner), (3, cast.colleague), (4, cast.reader), (6, cast.agent)):
        alone, with_others = sign_in(Client(), person, slot), sign_in(browser, person, slot)
        for client, query in ((alone, query) for query in QUERIES):
            directly, filled = both(client, f"/u/{slot}/cases{query}", monkeypatch)
            assert filled == directly
        alone.cookies["liaison_theme"] = "dark"
        for client in (alone, with_others):
            directly, filled = both(client, f"/u/{slot}/cases", monkeypatch)
            assert filled == directly


def test_what_has_to_be_said_above_it_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_case(cast.partner, "Ours", filed_by=cast.owner)
    client = sign_in(Client(), cast.owner)
    banner = Banner("Something <b> is up.", Kind.WARNING, "Look & see", "/somewhere")
    monkeypatch.setattr(
        banners, "_questions", [lambda _request: banner, lambda _request: None, lambda _request: banner]
    )

    def said(request: HttpRequest) -> tuple[Message, ...]:
        messages.info(request, "<i>")
        return tuple(messages.get_messages(request))

    monkeypatch.setattr("liaison.web.context.get_messages", said)
    directly, filled = both(client, "/u/0/cases", monkeypatch)
    assert filled == directly
    assert filled.count("Something &lt;b&gt; is up.") == 2
    assert filled.count("Look &amp; see") == 2
    assert "&lt;i&gt;" in filled
    assert "<i>" not in filled
