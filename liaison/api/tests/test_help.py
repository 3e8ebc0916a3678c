"""Help articles by the API, without a token (H1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from liaison.helpcentre.shipped import shipped


@pytest.mark.django_db
def test_everybody_lists_reads_and_searches_the_articles_in_their_language(client: Client) -> None:
    listed = client.get("/api/v1/help/articles", {"language": "ko"}).json()
    assert [one["slug"] for one in listed] == list(shipped())
    assert listed[0]["title"] == "도움말 가이드"
    whole = client.get("/api/v1/help/articles/who-is-told", {"language": "it-CH"}).json()
    assert (whole["language"], len(whole["sections"])) == ("it", len(shipped()["who-is-told"].text("it").sections))
    found = client.get("/api/v1/help/search", {"q": "forgotten password"}).json()
    assert found[0]["slug"] == "users-and-roles"
    assert "<mark>" not in found[0]["heading"]


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"q": "x" * 101}, {"q": "x", "language": "x" * 40}])
def test_a_question_that_is_none_is_refused(client: Client, data: dict[str, Any]) -> None:
    assert client.get("/api/v1/help/search", data).status_code == 422


@pytest.mark.django_db
def test_an_article_that_is_not_there_is_missing(client: Client) -> None:
    assert client.get("/api/v1/help/articles/nothing").status_code == 404
    assert client.get("/api/v1/help/search", {"q": "\x00"}).status_code in {200, 400, 422}
