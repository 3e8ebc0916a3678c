from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client

from liaison.web import preferences


def test_a_chosen_language_holds_from_the_next_page_on(portal: Client) -> None:
    answer = portal.post("/preferences/language", {"language": "pl", "next": "/plain?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/plain?a=1")
    assert '<html lang="pl"' in portal.get("/plain").text


def test_an_unknown_language_or_theme_changes_nothing(portal: Client) -> None:
    portal.post("/preferences/language", {"language": "tlh"})
    portal.post("/preferences/theme", {"theme": '"><script>'})
    assert not portal.cookies


def test_a_chosen_theme_is_written_into_the_page_and_automatic_is_left_to_the_script(portal: Client) -> None:
    assert 'data-theme="auto"' in portal.get("/plain").text
    assert "data-bs-theme" not in portal.get("/plain").text
    portal.post("/preferences/theme", {"theme": "dark"})
    assert 'data-theme="dark" data-bs-theme="dark"' in portal.get("/plain").text


@pytest.mark.parametrize("wanted", ["https://evil.test/", "//evil.test", "javascript:alert(1)", "/\\evil.test", ""])
def test_it_never_leads_to_another_site(portal: Client, wanted: str) -> None:
    answer = portal.post("/preferences/language", {"language": "ko", "next": wanted})
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_SEC_FETCH_SITE": "same-site"}, {"HTTP_ORIGIN": "null"}],
)
def test_another_site_cannot_change_the_readers_language(portal: Client, headers: dict[str, str]) -> None:
    answer = portal.post("/preferences/language", {"language": "ko"}, **headers)  # type: ignore[arg-type]  # headers
    assert answer.status_code == 403
    assert "liaison_language" not in portal.cookies


def test_reading_a_preference_address_is_refused(portal: Client) -> None:
    assert portal.get("/preferences/language").status_code == 405


def test_a_room_above_keeps_the_language_on_the_identity(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []

    def keep(request: HttpRequest, language: str) -> None:
        kept.append(language)

    monkeypatch.setattr(preferences, "_keepers", [])
    preferences.register_language_keeper(keep)
    portal.post("/preferences/language", {"language": "it"})
    portal.post("/preferences/language", {"language": "xx"})
    assert kept == ["it"]
    with pytest.raises(ValueError, match="already kept"):
        preferences.register_language_keeper(keep)
