"""The writers' pages: the list, a text with autosave and conflicts, its preview, the review, the versions (H1)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now as utc

from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.helpcentre import actions
from liaison.helpcentre.index import bring_up_to_date
from liaison.helpcentre.library import articles
from liaison.helpcentre.models import Version
from liaison.helpcentre.search import search
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.suggesting import suggest
from liaison.helpcentre.tests.test_writing import WORDS, publish, write
from liaison.helpcentre.vocabulary import VersionState
from liaison.helpcentre.words import Words

DESK = "/u/0/desk/help"
TEXT = f"{DESK}/who-is-told/en"
HTMX = {"HX-Request": "true"}
TYPED = {"title": "Typed", "lead": "A lead.", "body": "## One\n\nText.", "keywords": "zebra\ngiraffe", "note": "New."}


@pytest.fixture
def ada(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.agent)


@pytest.fixture
def basia(cast: Cast) -> Client:
    return sign_in(Client(), cast.administrator)


def stamp_of(page: str) -> str:
    return str(re.findall(r'name="stamp" value="([^"]*)"', page)[0])


def test_what_is_written_is_reviewed_by_somebody_else_and_then_read_by_everybody(ada: Client, basia: Client) -> None:
    page = ada.get(TEXT).content.decode()
    assert "Who is told, and why" in page
    ada.post(TEXT, {**TYPED, "stamp": stamp_of(page), "ask": "1"})
    review = ada.get(f"{TEXT}/review").content.decode()
    assert "Somebody else has to read and publish it" in review
    assert 'name="publish"' not in review
    assert (
        "One help article waits" in basia.get("/u/0/").content.decode()
        or "1 help article waits" in basia.get("/u/0/").content.decode()
    )
    shown = basia.get(f"{TEXT}/review").content.decode()
    assert "<ins>Typed</ins>" in shown or "Typed" in shown
    basia.post(f"{TEXT}/review", {"publish": "1", "stamp": stamp_of(shown)})
    assert "Typed" in Client().get("/help/who-is-told").content.decode()
    assert Version.objects.get().state == VersionState.PUBLISHED


def test_what_is_typed_is_saved_by_itself_and_the_next_save_knows_of_it(ada: Client) -> None:
    stamp = stamp_of(ada.get(TEXT).content.decode())
    for title in ("A", "Ab", "Abc"):
        answer = ada.post(TEXT, {**TYPED, "title": title, "stamp": stamp, "autosave": "1"}, headers=HTMX)
        stamp = stamp_of(answer.content.decode())
        assert "<html" not in answer.content.decode()
    assert Version.objects.get().title == "Abc"
    assert ada.post(TEXT, {**TYPED, "stamp": stamp, "save": "1"}).status_code == 302


def test_two_who_write_at_once_lose_nothing(ada: Client, basia: Client) -> None:
    stamp = stamp_of(ada.get(TEXT).content.decode())
    basia.post(TEXT, {**TYPED, "title": "Hers, saved first", "stamp": stamp})
    by_itself = ada.post(TEXT, {**TYPED, "title": "His", "stamp": stamp, "autosave": "1"}, headers=HTMX)
    assert "Somebody else saved" in by_itself.content.decode()
    answer = ada.post(TEXT, {**TYPED, "title": "His", "stamp": stamp})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Basia Administrator" in page
    assert 'value="His"' in page
    assert "Hers, saved first" in page
    assert Version.objects.get().title == "Hers, saved first"
    ada.post(TEXT, {**TYPED, "title": "Both", "stamp": stamp_of(page)})
    assert Version.objects.get().title == "Both"


def test_a_review_that_is_refused_says_why_and_keeps_the_draft(ada: Client) -> None:
    stamp = stamp_of(ada.get(TEXT).content.decode())
    answer = ada.post(TEXT, {**TYPED, "lead": "[x](article:nowhere)", "stamp": stamp, "ask": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This link leads to no article: article:nowhere" in page
    again = ada.post(TEXT, {**TYPED, "stamp": stamp_of(page), "ask": "1"})
    assert again.status_code == 302
    assert Version.objects.get().state == VersionState.IN_REVIEW


@pytest.mark.parametrize("title", ["\x00", "\u2028", "<script>alert(1)</script>", "\u202eabc", "🦓", "x" * 1_000_000])
def test_whatever_is_typed_comes_back_as_words(ada: Client, title: str) -> None:
    stamp = stamp_of(ada.get(TEXT).content.decode())
    answer = ada.post(TEXT, {**TYPED, "title": title, "stamp": stamp})
    assert answer.status_code in {302, 422}
    for path in (TEXT, f"{TEXT}/preview", DESK, f"{DESK}/who-is-told", f"{TEXT}/versions"):
        page = ada.get(path)
        assert page.status_code == 200
        assert "<script>alert(1)</script>" not in page.content.decode()


@pytest.mark.parametrize("stamp", ["", "9.9", "x", "1.\x00", "\u2028"])
def test_a_forged_stamp_never_overwrites(ada: Client, cast: Cast, stamp: str) -> None:
    write(cast.administrator)
    assert ada.post(TEXT, {**TYPED, "stamp": stamp}).status_code in {409, 422}
    assert Version.objects.get().title == WORDS.title


def test_an_own_article_is_begun_by_its_address(ada: Client) -> None:
    assert ada.post(f"{DESK}/new", {"slug": "Not an address"}).status_code == 422
    answer = ada.post(f"{DESK}/new", {"slug": "zebras"})
    assert answer["Location"] == f"{DESK}/zebras/en"
    page = ada.get(f"{DESK}/zebras").content.decode()
    assert "An article of your own." in page
    assert "Nothing is written in this language" in ada.get(f"{DESK}/zebras/ko/preview").content.decode()
    assert Client().get("/help/zebras").status_code == 404


def test_a_reader_of_another_language_is_told_that_it_is_not_translated_yet(cast: Cast, client: Client) -> None:
    actions.create_article(actor=cast.agent, slug="zebras", now=utc())
    publish(cast, slug="zebras")
    page = client.get("/help/zebras", headers={"Accept-Language": "ko"}).content.decode()
    assert 'lang="en">Zebras and you' in page
    assert "help-foreign" in page
    assert "help-foreign" not in client.get("/help/zebras").content.decode()
    assert "<strong>stripes</strong>" in client.get("/help/zebras", {"in": "en"}).content.decode()


def test_versions_are_compared_word_by_word(ada: Client, cast: Cast) -> None:
    publish(cast)
    publish(cast, Words("Zebras or you", WORDS.lead, WORDS.body, WORDS.keywords))
    page = ada.get(f"{TEXT}/versions", {"old": "1", "new": "2"}).content.decode()
    assert "<del>and</del><ins>or</ins>" in page
    for odd in ({"old": "x"}, {"new": "99"}, {"old": "\x00"}, {"new": "1" * 50}):
        assert ada.get(f"{TEXT}/versions", odd).status_code == 200


def test_a_newer_shipped_text_is_said_to_the_writers(ada: Client, cast: Cast) -> None:
    publish(cast)
    assert "the shipped text is newer" not in ada.get(DESK).content.decode()
    Version.objects.update(shipped="another")
    assert "the shipped text is newer" in ada.get(DESK).content.decode()
    assert "English is newer" in ada.get(DESK).content.decode()


def test_taking_a_text_back_asks_first_and_says_what_follows(ada: Client, cast: Cast) -> None:
    publish(cast)
    assert "the text that comes with the product again" in ada.get(f"{TEXT}/withdraw").content.decode()
    assert articles()["who-is-told"].text("en").title == WORDS.title
    ada.post(f"{TEXT}/withdraw")
    assert articles()["who-is-told"].text("en").title == "Who is told, and why"
    assert ada.get(f"{TEXT}/withdraw").status_code == 404


def test_a_draft_is_given_up_after_a_question(ada: Client, cast: Cast) -> None:
    write(cast.agent)
    assert "Give up this draft" in ada.get(f"{TEXT}/discard").content.decode()
    ada.post(f"{TEXT}/discard")
    assert Version.objects.get().state == VersionState.WITHDRAWN


def test_moving_an_article_moves_it_for_readers(ada: Client) -> None:
    second = list(articles())[1]
    ada.post(f"{DESK}/{second}/move", {"to": "up"})
    assert next(iter(articles())) == second


def test_a_shipped_article_is_hidden_from_readers_everywhere_and_brought_back(ada: Client) -> None:
    """H1: what comes with the product need not fit the operator; both are in the history."""
    reader, wanted = Client(), "/help/who-is-told"
    assert search("escalated", "en")
    assert "no language" in ada.get(f"{DESK}/who-is-told/hide").content.decode()
    assert ada.get(f"{DESK}/who-is-told/show").status_code == 405
    ada.post(f"{DESK}/who-is-told/hide")
    assert reader.get(wanted).status_code == 404
    assert reader.post(f"{wanted}/feedback", {"helpful": "yes"}).status_code == 404
    assert "who-is-told" not in reader.get("/help").content.decode()
    assert "who-is-told" not in articles()
    for language in ("en", "ko", "pl"):
        assert "who-is-told" not in {found.slug for found in search(shipped_title(language), language)}
        assert "who-is-told" not in {found.slug for found in suggest(shipped_title(language), language)}
    assert reader.get("/api/v1/help/articles/who-is-told").status_code == 404
    assert bring_up_to_date() == 0
    page = ada.get(f"{DESK}/who-is-told").content.decode()
    assert "hidden from readers" in page
    assert "Read it" not in page
    assert shipped_title("en") in page
    assert ada.get(f"{TEXT}/preview").status_code == 200
    assert "is hidden already" in ada.post(f"{DESK}/who-is-told/hide", follow=True).content.decode()
    ada.post(f"{DESK}/who-is-told/show")
    assert reader.get(wanted).status_code == 200
    assert "who-is-told" in {found.slug for found in search(shipped_title("ko"), "ko")}
    kept = Event.objects.filter(subject_kind="help_article", subject_id="who-is-told").order_by("pk")
    assert [event.kind for event in kept] == ["help_article.hidden", "help_article.shown"]


def test_what_is_published_while_an_article_is_hidden_is_seen_when_it_comes_back(ada: Client, cast: Cast) -> None:
    ada.post(f"{DESK}/who-is-told/hide")
    publish(cast)
    assert search(WORDS.title, "en") == ()
    ada.post(f"{DESK}/who-is-told/show")
    assert articles()["who-is-told"].text("en").title == WORDS.title


def test_an_own_article_is_not_hidden_but_taken_back(ada: Client, cast: Cast) -> None:
    actions.create_article(actor=cast.agent, slug="zebras", now=utc())
    assert "/zebras/hide" not in ada.get(f"{DESK}/zebras").content.decode()
    assert "Take your own texts back" in ada.post(f"{DESK}/zebras/hide", follow=True).content.decode()
    assert ada.post(f"{DESK}/nothing/hide").status_code == 404


def shipped_title(language: str) -> str:
    return shipped()["who-is-told"].texts[language].title


PAGES = ("", "/new", "/who-is-told", "/who-is-told/en", "/who-is-told/en/preview", "/who-is-told/en/versions")


@pytest.mark.parametrize("path", PAGES)
def test_only_writers_see_the_pages(client: Client, cast: Cast, path: str) -> None:
    assert sign_in(client, cast.owner).get(f"{DESK}{path}").status_code == 404
    assert sign_in(client, cast.engineer).get(f"{DESK}{path}").status_code == 403
    assert sign_in(client, cast.agent).get(f"{DESK}{path}").status_code == 200


def test_what_is_not_there_is_missing(ada: Client) -> None:
    for path in ("/nowhere", "/nowhere/en", "/who-is-told/fr", "/nowhere/en/preview", "/who-is-told/en/withdraw"):
        assert ada.get(f"{DESK}{path}").status_code == 404
    assert ada.get(f"{DESK}/who-is-told/move").status_code == 405
    assert ada.get(f"{TEXT}/preview", {"version": "7"}).status_code == 404


def test_the_lists_ask_as_much_for_many_articles_as_for_few(
    ada: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        actions.create_article(actor=cast.agent, slug=f"own-{number}", now=utc())
        publish(cast, slug=f"own-{number}")
        write(cast.agent, slug=f"own-{number}", language="ko")
    ada.get(DESK)
    with django_assert_max_num_queries(8):
        ada.get(DESK)
    with django_assert_max_num_queries(2):
        Client().get("/help")
    with django_assert_max_num_queries(2):
        Client().get("/help/own-1")
    with django_assert_max_num_queries(1):
        Client().get("/help", {"q": "stripes"})
