"""The identity slot moves from the path to SCRIPT_NAME, and everything goes back afterwards (D1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import get_script_prefix, reverse, set_script_prefix

from liaison.accounts.slots import SlotMiddleware, in_slot, outside_slots, path_in_slots, slot_of


def _answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{slot_of(request)} {request.path_info} {request.path} {reverse('settings')}")


def _ask(path: str, script_name: str = "") -> str:
    return _content(_answer, RequestFactory().get(path, SCRIPT_NAME=script_name)).decode()


def _content(view: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> bytes:
    response = SlotMiddleware(view)(request)
    assert isinstance(response, HttpResponse)
    return response.content


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/u/0/users/", "0 /users/ /u/0/users/ /u/0/settings/"),
        ("/u/9", "9 / /u/9/ /u/9/settings/"),
        ("/users/", "None /users/ /users/ /settings/"),
        ("/u/10/users/", "None /u/10/users/ /u/10/users/ /settings/"),
        ("/u/x/users/", "None /u/x/users/ /u/x/users/ /settings/"),
    ],
)
def test_it_takes_the_slot_out_of_the_path_and_puts_it_into_every_address(path: str, answer: str) -> None:
    assert _ask(path) == answer


def test_it_keeps_what_stands_before_the_slots() -> None:
    set_script_prefix("/support/")
    try:
        assert _ask("/u/3/users/", script_name="/support") == "3 /users/ /support/u/3/users/ /support/u/3/settings/"
        assert get_script_prefix() == "/support/"
    finally:
        set_script_prefix("/")


def test_it_puts_the_prefix_back_after_an_exception() -> None:
    def fail(request: HttpRequest) -> HttpResponse:
        raise RuntimeError(reverse("settings"))

    with pytest.raises(RuntimeError, match="/u/4/settings/"):
        SlotMiddleware(fail)(RequestFactory().get("/u/4/users/"))
    assert get_script_prefix() == "/"
    assert reverse("settings") == "/settings/"


def test_it_builds_addresses_of_other_slots_and_of_none_from_within_a_slot() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(" ".join((in_slot(7, "/x/"), outside_slots("/go/x"), path_in_slots(reverse("users")))))

    assert _content(answer, RequestFactory().get("/u/2/")) == b"/u/7/x/ /go/x /users/"
