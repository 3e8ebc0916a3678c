"""The articles themselves: whole in five languages, true in their links, and safe to show (H1, L1)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.urls import reverse

from liaison.helpcentre.checks import article_errors
from liaison.helpcentre.picturing import pictures_of
from liaison.helpcentre.rendering import Reading, html_of, plain_text
from liaison.helpcentre.search import search
from liaison.helpcentre.shipped import FOLDER, shipped
from liaison.helpcentre.texts import markdown_of
from liaison.lib.languages import CODES

EVERY_TEXT = [
    pytest.param(article.slug, language, id=f"{article.slug}-{language}")
    for article in shipped().values()
    for language in CODES
]


def every_markdown(slug: str, language: str) -> str:
    return markdown_of(shipped()[slug].text(language))


@pytest.mark.parametrize(("slug", "language"), EVERY_TEXT)
def test_an_article_renders_without_marks_left_over_and_leads_only_to_pages_that_exist(
    slug: str, language: str
) -> None:
    """H1, L1: in each language, signed in, signed out and inside another page."""
    markdown = every_markdown(slug, language)
    for in_slot in (True, False):
        for is_fragment in (True, False):
            reading = Reading(in_slot, is_fragment, pictures=pictures_of(slug, shipped()[slug].text(language)))
            html = html_of(markdown, reading)
            words = re.sub(r"<pre.*?</pre>|<[^>]*>", " ", html, flags=re.DOTALL)
            assert "**" not in words
            assert "`" not in words
            assert not re.search(r"\{\w+\}|\]\(|page:|article:|picture:", html)
    for name in re.findall(r"\]\(page:([^)]*)\)", markdown):
        assert reverse(name)


@pytest.mark.parametrize(("slug", "language"), EVERY_TEXT)
def test_an_article_keeps_to_the_length_that_people_read(slug: str, language: str) -> None:
    words = plain_text(every_markdown(slug, language))
    size = len(words) if language in {"ko", "zh-hans"} else len(words.split())
    assert 150 <= size <= (1_500 if language in {"ko", "zh-hans"} else 380)


@pytest.mark.parametrize("language", [code for code in CODES if code != "en"])
def test_every_language_leads_to_the_same_pages_and_shows_the_same_code_as_english(language: str) -> None:
    for slug in shipped():
        english, other = every_markdown(slug, "en"), every_markdown(slug, language)
        assert sorted(re.findall(r"\]\(([^)]*)\)", other)) == sorted(re.findall(r"\]\(([^)]*)\)", english)), slug
        assert re.findall(r"```.*?```", other, re.DOTALL) == re.findall(r"```.*?```", english, re.DOTALL)


def test_html_in_an_article_is_shown_and_not_passed_on() -> None:
    html = html_of("<script>alert(1)</script> [x](javascript:alert(1))", Reading(in_slot=False))
    assert "<script" not in html
    assert "href" not in html


def test_a_link_to_an_article_stays_inside_the_page_that_shows_a_fragment() -> None:
    """C4: help opens without leaving the modal."""
    html = html_of("[a](article:users-and-roles) [b](page:users)", Reading(in_slot=True, is_fragment=True))
    assert 'hx-get="/help/users-and-roles?fragment=1"' in html
    assert 'href="/users/" target="_blank"' in html


def test_signed_out_a_link_to_a_page_goes_by_way_of_whoever_is_signed_in() -> None:
    assert 'href="/go/users/"' in html_of("[b](page:users)", Reading(in_slot=False))
    assert 'href="/contact-support"' in html_of("[b](page:contact_support)", Reading(in_slot=False))


def test_the_boot_check_names_each_file_with_a_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    shutil.copytree(FOLDER, folder)
    assert article_errors(folder) == []
    (folder / "who-is-told" / "ko.md").unlink()
    short = folder / "users-and-roles" / "it.md"
    short.write_text(short.read_text().rpartition("\n## ")[0])
    wrong = folder / "several-sign-ins" / "pl.md"
    wrong.write_text(wrong.read_text() + "\n[x](article:nowhere)\n")
    (folder / "stray").mkdir()
    (folder / "stray" / "en.md").write_text("# Stray\n\nText.\n")
    index = folder / "articles.toml"
    index.write_text(index.read_text().replace("[how-to-get-help]\nupdated = 2026-11-22", "[how-to-get-help]"))
    said = {str(error.obj).removeprefix(f"{folder}/").removesuffix(":1"): error.msg for error in article_errors(folder)}
    assert "cannot be read in this language" in said["who-is-told/ko.md"] or "sections" in said["who-is-told/ko.md"]
    assert "sections" in said["users-and-roles/it.md"]
    assert "nowhere" in said["several-sign-ins/pl.md"]
    assert "how-to-get-help" in said["articles.toml"] or "stray" in said["articles.toml"]


@pytest.mark.parametrize(
    ("language", "question", "slug"),
    [
        ("en", "alertmanager", "connect-alertmanager"),
        ("en", "ＡＬＥＲＴmanager", "connect-alertmanager"),
        ("ko", "관리", "users-and-roles"),
        ("ko", "티켓", "how-to-get-help"),
        ("zh-hans", "沙盒", "connect-alertmanager"),
        ("zh-hans", "案例", "how-to-get-help"),
        ("it", "reperibilità", "contact-information"),
        ("pl", "przełącz", "several-sign-ins"),
    ],
)
def test_search_finds_parts_of_words_and_synonyms_in_each_language(language: str, question: str, slug: str) -> None:
    """H1, L1: Korean and Chinese words are found without spaces around them."""
    assert slug in [hit.slug for hit in search(question, language)]


def test_search_finds_nothing_for_nonsense_and_for_nothing() -> None:
    assert search("xyzzy", "en") == ()
    assert search("  ", "en") == ()


def test_an_article_with_the_word_in_its_title_comes_first() -> None:
    assert search("roles", "en")[0].slug == "users-and-roles"
