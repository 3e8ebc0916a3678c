"""The register is complete: nothing is reachable that it does not list, and no verb is out of reach."""

from __future__ import annotations

from liaison.web.gate import is_open_at_the_gate, is_public
from tests.matrix.exceptions import WITHOUT_OPERATION, WITHOUT_PAGE
from tests.matrix.found import is_open_operation, operations, routes, verbs
from tests.matrix.operations import OPERATIONS
from tests.matrix.pages import PAGES
from tests.matrix.routes import BY_KEY, ROUTES

_OF_CASES = ("cases", "case-", "files", "help", "support")


def test_every_route_is_listed_once() -> None:
    """Issue point 6: an unlisted route fails the build. Add it to `operations.py` or `pages.py`."""
    assert sorted(set(routes()) - set(BY_KEY)) == []
    assert len(BY_KEY) == len(ROUTES)


def test_every_listed_route_exists() -> None:
    assert sorted(set(BY_KEY) - set(routes())) == []


def test_every_verb_can_be_called_by_the_api_or_has_a_reason() -> None:
    called = {verb for route in OPERATIONS for verb in route.verbs}
    found = verbs()
    assert {name for name, verb in found.items() if verb not in called and verb not in WITHOUT_OPERATION} == set()
    assert called & set(WITHOUT_OPERATION) == set()


def test_every_verb_can_be_called_by_a_page_or_has_a_reason() -> None:
    called = {verb for route in PAGES for verb in route.verbs}
    found = verbs()
    assert {name for name, verb in found.items() if verb not in called and verb not in WITHOUT_PAGE} == set()
    assert called & set(WITHOUT_PAGE) == set()


def test_what_is_public_says_why_and_nothing_else_is() -> None:
    found = routes()
    for route in PAGES:
        assert is_public(found[route.key]) == (route.why_public is not None), route.key
    for route in OPERATIONS:
        assert bool(found[route.key].auth_callbacks) == (route.why_public is None), route.key


def test_everything_about_cases_stays_open_at_the_gate() -> None:
    """C3: contacting support, and the cases filed by it, are never locked; nor are the files sent with them."""
    found = {key: one for key, one in routes().items() if key.rpartition("api/v1/")[2].startswith(_OF_CASES)}
    assert {"cases/<str:number>", "cases/new", "support", "POST api/v1/cases"} <= set(found)
    for key, one in found.items():
        assert is_open_operation(one) if "api/v1/" in key else is_open_at_the_gate(one), key


def test_every_operation_needs_something() -> None:
    assert [route.key for route in ROUTES if not route.needs] == []
    assert set(operations()) == {route.key for route in OPERATIONS}
    assert any(is_open_operation(operation) for operation in operations().values())
