from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from liaison.web.language import LanguageMiddleware, reader_language, reader_zone


def request_of(user: Any = None, cookie: str = "", accept: str = "") -> HttpRequest:
    request = RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE=accept)
    if cookie:
        request.COOKIES["liaison_language"] = cookie
    if user is not None:
        request.user = user
    return request


def person(language: str = "", account_language: str = "it", zone: str = "Asia/Seoul") -> Any:
    effective = language or account_language
    return SimpleNamespace(language=language, effective_language=effective, effective_time_zone=zone)


@pytest.mark.parametrize(
    ("user", "cookie", "accept", "expected"),
    [
        (person("ko"), "pl", "it", "ko"),
        (person(""), "pl", "ko", "pl"),
        (person(""), "", "zh-CN, en;q=0.5", "zh-hans"),
        (person("", "it"), "", "fr", "it"),
        (None, "nonsense", "pl-PL", "pl"),
        (None, "", "fr, xx;q=7", "en"),
    ],
)
def test_the_identity_decides_then_the_cookie_then_the_browser(
    user: Any, cookie: str, accept: str, expected: str
) -> None:
    """L1: five languages with a switch, the browser's default, and a user setting."""
    assert reader_language(request_of(user, cookie, accept)) == expected


def test_the_zone_is_the_identitys_or_the_installations(settings: Any) -> None:
    settings.DEFAULT_TIME_ZONE = "Europe/Rome"
    assert reader_zone(request_of(person())) == "Asia/Seoul"
    assert reader_zone(request_of(person(zone="Not/AZone"))) == "Europe/Rome"
    assert reader_zone(request_of()) == "Europe/Rome"


def test_language_and_zone_hold_for_one_request_only() -> None:
    seen: list[tuple[str | None, str]] = []

    def view(request: HttpRequest) -> Any:
        seen.append((translation.get_language(), timezone.get_current_timezone_name()))
        raise RuntimeError("the view failed")

    before = (translation.get_language(), timezone.get_current_timezone_name())
    with pytest.raises(RuntimeError):
        LanguageMiddleware(view)(request_of(person("ko")))
    assert seen == [("ko", "Asia/Seoul")]
    assert (translation.get_language(), timezone.get_current_timezone_name()) == before


def test_the_answer_names_its_language_for_caches_and_for_screen_readers(portal: Client) -> None:
    answer = portal.get("/plain", HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert answer["Content-Language"] == "zh-Hans"
    assert '<html lang="zh-Hans"' in answer.text
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in answer["Vary"].split(",")}
