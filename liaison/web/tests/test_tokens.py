"""The token of forms is Django's, masked once for each page."""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware import csrf
from django.middleware.csrf import CSRF_TOKEN_LENGTH, get_token
from django.test import RequestFactory

from liaison.web.tokens import token_input, token_of

SECRET = "aZ09" * 8
_matches = csrf._does_token_match  # type: ignore[attr-defined]  # what the middleware asks


def asked(secret: str = SECRET) -> HttpRequest:
    request = RequestFactory().get("/")
    request.META["CSRF_COOKIE"] = secret
    return request


def test_django_takes_a_token_of_ours_and_refuses_it_for_another_secret() -> None:
    for _time in range(200):
        token = token_of(asked())
        assert len(token) == CSRF_TOKEN_LENGTH
        assert _matches(token, SECRET)
        assert not _matches(token, SECRET[::-1])


def test_each_page_has_a_token_of_its_own_and_all_its_forms_the_same() -> None:
    first, second = asked(), asked()
    assert token_of(first) == token_of(first)
    assert token_of(first) != token_of(second)
    assert token_input(first) == f'<input type="hidden" name="csrfmiddlewaretoken" value="{token_of(first)}">'


def test_every_letter_can_stand_in_a_mask_about_as_often() -> None:
    """Bytes that would favour some letters are not used: a mask tells nothing of the secret."""
    masks = "".join(token_of(asked())[:32] for _time in range(1000))
    often = [masks.count(letter) for letter in set(masks)]
    assert len(often) == 62
    assert 350 < min(often) <= max(often) < 700  # 516 as a rule; ten times the spread would still fit


def test_a_token_follows_its_secret_when_somebody_signs_in_meanwhile() -> None:
    request = asked()
    before = token_of(request)
    request.META["CSRF_COOKIE"] = SECRET[::-1]
    assert token_of(request) != before
    assert _matches(token_of(request), SECRET[::-1])


def test_a_secret_is_made_where_there_is_none() -> None:
    request = RequestFactory().get("/")
    token = token_of(request)
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]
    assert _matches(token, request.META["CSRF_COOKIE"])
    assert _matches(get_token(request), request.META["CSRF_COOKIE"])
