"""Walking every route as somebody who may not: signed out, of another account, a reader, behind the gate."""

from __future__ import annotations

from http import HTTPStatus

from liaison.accounts.models import Identity
from liaison.accounts.rights import PREDEFINED_ROLES, PredefinedRole
from liaison.api.tests.house import secret_of
from liaison.audit.models import Event
from liaison.web.gate import is_open_at_the_gate
from tests.matrix.found import is_open_operation, routes
from tests.matrix.operations import OPERATIONS
from tests.matrix.pages import PAGES
from tests.matrix.vocabulary import Read, Route, Thing
from tests.matrix.walk import NOBODY, Place, address, ask, masked, nothing_for, open_page

READER = PREDEFINED_ROLES[PredefinedRole.READER].privileges
# What only staff know to exist.
OF_THE_OPERATOR = frozenset(
    {Thing.ROTA, Thing.LAYER, Thing.OVERRIDE, Thing.SWAP, Thing.HOLIDAY, Thing.RULE, Thing.HELP_ARTICLE}
    | {Thing.CUSTOMER, Thing.CORRECTION, Thing.ACCESS_REQUEST, Thing.CUSTOMER_REQUEST}
)
GUARDED_PAGES = tuple(route for route in PAGES if route.why_public is None)
GUARDED_OPERATIONS = tuple(route for route in OPERATIONS if route.why_public is None)


def named(place: Place, route: Route) -> str:
    return place.things.get(route.thing, "")


def test_nobody_calls_the_api_without_a_token(place: Place) -> None:
    for route in GUARDED_OPERATIONS:
        for name in (named(place, route), NOBODY):
            assert ask(route, address(route, name)).status_code == HTTPStatus.UNAUTHORIZED, route.key


def test_who_is_signed_out_is_led_to_sign_in(place: Place) -> None:
    for route in GUARDED_PAGES:
        for method in ("get", "post"):
            answer = open_page(address(route, named(place, route)), method=method)
            if method == "post" and answer.status_code == HTTPStatus.FORBIDDEN:  # what was typed is shown (D7)
                assert b'href="/u/0/signin/' in answer.content, route.key
                continue
            assert answer.status_code == HTTPStatus.FOUND, (route.key, method)
            assert answer["Location"].startswith("/u/0/signin/"), (route.key, answer["Location"])


def test_another_account_and_nothing_at_all_look_the_same_by_api(place: Place) -> None:
    """Invariant 6, for reads and for writes, in the address."""
    secret = secret_of(place.cast.outsider)
    for route in GUARDED_OPERATIONS:
        if route.thing is Thing.NOTHING:
            continue
        real = named(place, route)
        forbidden, missing = (masked(ask(route, address(route, name), secret), name) for name in (real, NOBODY))
        assert forbidden[0] == HTTPStatus.NOT_FOUND, route.key
        assert forbidden == missing, route.key


def test_another_account_and_nothing_at_all_look_the_same_on_pages(place: Place) -> None:
    """Invariant 6."""
    for route in GUARDED_PAGES:
        if route.thing is Thing.NOTHING:
            continue
        real = named(place, route)
        for method in ("get", "post"):
            forbidden, missing = (
                masked(open_page(address(route, name), place.cast.outsider, method), name)
                for name in (real, nothing_for(route))
            )
            assert forbidden[0] in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}, (route.key, method)
            assert forbidden == missing, (route.key, method)


def test_a_partner_manager_sees_nothing_of_an_account_that_is_not_assigned(place: Place) -> None:
    """W2, invariant 6."""
    manager, other = secret_of(place.cast.manager), place.cast.elsewhere.slug
    for route in GUARDED_OPERATIONS:
        if route.thing is Thing.ACCOUNT:
            forbidden, missing = (masked(ask(route, address(route, name), manager), name) for name in (other, NOBODY))
            assert forbidden[0] == HTTPStatus.NOT_FOUND, route.key
            assert forbidden == missing, route.key


def test_a_reader_sees_and_changes_nothing_by_api(place: Place) -> None:
    """W1: 403 for what it may not, whatever the scope of its token."""
    secret = secret_of(place.cast.reader)
    refused = 0
    for route in GUARDED_OPERATIONS:
        if _is_for(route, place.cast.reader) or route.thing is Thing.TOKEN or Read.READ in route.does:
            continue
        answer = ask(route, address(route, named(place, route)), secret)
        expected = HTTPStatus.NOT_FOUND if route.thing in OF_THE_OPERATOR else HTTPStatus.FORBIDDEN
        assert answer.status_code == expected, (route.key, answer.content)
        refused += 1
    assert refused > 20


def test_a_reader_changes_nothing_on_pages(place: Place) -> None:
    """W1."""
    refused = 0
    for route in GUARDED_PAGES:
        if _is_for(route, place.cast.reader) or not route.verbs or Read.READ in route.does:
            continue
        before = Event.objects.count()
        answer = open_page(address(route, named(place, route)), place.cast.reader, "post")
        assert answer.status_code in _REFUSED, (route.key, answer.status_code)
        assert Event.objects.count() == before, route.key
        refused += answer.status_code == HTTPStatus.FORBIDDEN
    assert refused > 5


def test_the_gate_refuses_every_operation_that_is_not_marked_open(gated_place: Place) -> None:
    """C3, W12: before any look-up."""
    secret, found = secret_of(gated_place.cast.owner), routes()
    for route in GUARDED_OPERATIONS:
        if is_open_operation(found[route.key]):
            continue
        for name in (named(gated_place, route), NOBODY):
            answer = ask(route, address(route, name), secret)
            assert answer.status_code == HTTPStatus.FORBIDDEN, route.key
            assert answer.json()["code"] == "contact_information_missing", route.key
            assert answer.json()["missing"], route.key


def test_the_gate_leads_every_page_that_is_not_marked_open_to_itself(gated_place: Place) -> None:
    """C3, W12: before any look-up."""
    found = routes()
    for route in GUARDED_PAGES:
        if is_open_at_the_gate(found[route.key]):
            continue
        for name in (named(gated_place, route), nothing_for(route)):
            answer = open_page(address(route, name), gated_place.cast.owner)
            assert answer.status_code == HTTPStatus.FOUND, route.key
            assert answer["Location"] == "/u/0/contact-information/required/", (route.key, answer["Location"])


_REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


def _is_for(route: Route, identity: Identity) -> bool:
    """Say whether the route is for the identity, of its own account."""
    return not route.privileges or bool(set(route.privileges) & READER)
