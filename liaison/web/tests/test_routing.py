"""A table of first words answers exactly as Django's own list of the same routes."""

from __future__ import annotations

from itertools import product

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, include, path, re_path
from django.urls.resolvers import RoutePattern

from liaison.web.routing import ByFirstWord


def page(request: HttpRequest, **_named: str) -> HttpResponse:
    return HttpResponse()


ROUTES: list[URLPattern | URLResolver] = [
    path("", page, name="home"),
    path("", include([path("cases", page, name="cases"), path("cases/<str:number>", page, name="case")])),
    path("<slug:any>/mail", page, name="any_mail"),
    path("cases/mail", page, name="hidden_by_the_case"),
    path("desk/", include([path("", page, name="desk"), path("<int:key>", page, name="desk_one")])),
    path("de", include([path("sk/late", page, name="glued")])),
    path("", include(([path("own/<str:x>", page, name="own")], "room"), namespace="room")),
    path("", include([path("given", page, name="given")]), {"extra": "1"}),
    re_path(r"^cases(?:/.*)?\Z", page, name="unknown_case"),
    path("cases/late/more", page, name="hidden_by_the_expression"),
]
_WORDS = ("", "cases", "desk", "own", "given", "mail", "7", "late", "none")
PATHS = {"/".join(words) for length in (1, 2, 3) for words in product(_WORDS, repeat=length)}


def found(resolver: URLResolver, wanted: str) -> tuple[object, ...] | None:
    try:
        match = resolver.resolve(wanted)
    except Resolver404:
        return None
    return match.view_name, match.route, match.kwargs, match.args, match.func


def test_it_finds_what_django_finds_whatever_the_path() -> None:
    plain, ours = URLResolver(RoutePattern(""), ROUTES), ByFirstWord(ROUTES)
    assert {wanted: found(ours, wanted) for wanted in PATHS} == {wanted: found(plain, wanted) for wanted in PATHS}
    assert {one[0] for wanted in PATHS if (one := found(ours, wanted))} >= {
        "home",
        "case",
        "any_mail",
        "glued",
        "given",
    }


@pytest.mark.parametrize(("name", "named"), [("case", {"number": "7"}), ("desk_one", {"key": 1}), ("glued", {})])
def test_addresses_are_built_as_ever(name: str, named: dict[str, object]) -> None:
    plain, ours = URLResolver(RoutePattern(""), ROUTES), ByFirstWord(ROUTES)
    assert ours.reverse(name, **named) == plain.reverse(name, **named)
