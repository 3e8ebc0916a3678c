"""Search, its index, its marks, and suggestions while somebody types (H1, L1)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now as utc
from hypothesis import given
from hypothesis import strategies as st

from liaison.accounts.testing import Cast
from liaison.helpcentre import actions
from liaison.helpcentre.index import bring_up_to_date
from liaison.helpcentre.marking import excerpt, marked, question_words
from liaison.helpcentre.models import Passage
from liaison.helpcentre.search import search
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.suggesting import suggest
from liaison.helpcentre.tests.test_writing import publish
from liaison.helpcentre.words import Words
from liaison.lib.languages import CODES

LETTERS = st.text("abcßé łİ가나中文 <&>'\"\\:*|!()\x00\u202e", max_size=40)


def test_every_text_is_in_the_index_and_a_second_run_writes_nothing() -> None:
    assert bring_up_to_date() == 0
    wanted = {(slug, code) for slug in shipped() for code in CODES}
    assert set(Passage.objects.filter(section=0).values_list("slug", "language")) == wanted


def test_the_index_is_mended_where_a_text_is_new_or_gone() -> None:
    Passage.objects.filter(slug="who-is-told", language="ko").delete()
    Passage.objects.filter(slug="file-a-case", language="en").update(fingerprint="old", words="old")
    Passage.objects.create(
        slug="gone", language="en", section=0, heading="Gone", words="Gone", fingerprint="x", vector="'gone':1A"
    )
    assert search("gone", "en")[0].slug == "gone"
    assert bring_up_to_date() == 3
    assert "gone" not in [hit.slug for hit in search("gone", "en")]
    assert search("escalated", "en")[0].slug == "who-is-told"


@pytest.mark.parametrize("language", CODES)
def test_every_word_of_every_title_finds_its_article(language: str) -> None:
    """Words, beginnings of words, and any piece of a Korean or Chinese title."""
    for slug, one in shipped().items():
        title = one.text(language).title
        for word in title.replace(",", " ").split():
            assert slug in [hit.slug for hit in search(word, language)], (slug, word)
            assert slug in [hit.slug for hit in search(word[:3], language)], (slug, word[:3])


def test_one_korean_or_chinese_letter_finds() -> None:
    assert "pause-an-integration" in [hit.slug for hit in search("停", "zh-hans")]
    assert "urgent-or-not" in [hit.slug for hit in search("긴", "ko")]
    assert "connect-alertmanager" in [hit.slug for hit in search("Alertmanager 연결", "ko")]


def test_what_is_found_only_in_another_language_comes_last_and_says_so(cast: Cast) -> None:
    actions.create_article(actor=cast.agent, slug="zebras", now=utc())
    publish(cast, Words("Zebras pausieren", "Lead.", "## One\n\nText."), slug="zebras")
    found = search("zebras", "ko")
    assert [(hit.slug, hit.is_foreign, hit.language_name) for hit in found] == [("zebras", True, "English")]
    assert not search("zebras", "en")[0].is_foreign
    own_first = search("Alertmanager", "ko")
    assert [hit.is_foreign for hit in own_first] == sorted(hit.is_foreign for hit in own_first)


def test_all_words_are_needed_and_their_section_is_named() -> None:
    hit = search("forgotten password", "en")[0]
    assert (hit.slug, hit.section, str(hit.heading)) == (
        "users-and-roles", 6, "<mark>Forgotten</mark> <mark>password</mark>",
    )  # fmt: skip
    assert search("forgotten zebra", "en") == ()


@given(LETTERS)
def test_the_words_of_a_question_are_words(question: str) -> None:
    words = question_words(question)
    assert "<script" not in marked(question, words)


@pytest.mark.parametrize("question", ["'", "\\", "a & b | !c", "x:*", "((", "<b>", "\x00", "\u202e", "a" * 5_000, "%s"])
def test_hostile_questions_are_words_like_any_other(question: str) -> None:
    assert all(found.slug for found in search(question, "en"))
    assert len(suggest(question * 3, "pl")) <= 3


@given(LETTERS, LETTERS)
def test_marks_change_no_word_of_a_text(text: str, question: str) -> None:
    html = marked(text, question_words(question))
    assert html.replace("<mark>", "").replace("</mark>", "") == marked(text, ())


def test_marks_stand_at_beginnings_of_words_and_anywhere_in_cjk() -> None:
    assert marked("Pause and unpause", ("paus",)) == "<mark>Paus</mark>e and unpause"
    assert marked("일시중지하기", ("중지",)) == "일시<mark>중지</mark>하기"
    assert marked("Ｐａｕｓｅ <b>", ("pause",)) == "<mark>Ｐａｕｓｅ</mark> &lt;b&gt;"
    assert marked("przełącz", question_words("przelacz")) == "<mark>przełącz</mark>"


def test_an_excerpt_shows_the_place() -> None:
    text = "word " * 100 + "needle " + "word " * 100
    shown = excerpt(text, ("needle",))
    assert "<mark>needle</mark>" in shown
    assert shown.startswith("… ")
    assert len(shown) < 300


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [
        ("I want to stop all alerts during maintenance tonight", "en", "pause-an-integration"),
        ("Pausing our integration", "en", "pause-an-integration"),
        ("유지보수 때문에 통합을 일시중지하려고 합니다", "ko", "pause-an-integration"),
        ("我们需要暂停集成", "zh-hans", "pause-an-integration"),
        ("Vogliamo mettere in pausa le integrazioni", "it", "pause-an-integration"),
        ("Chcemy wstrzymać integrację", "pl", "pause-an-integration"),
        ("Kolega zapomniał hasła", "pl", "users-and-roles"),
    ],
)
def test_a_sentence_suggests_the_article_that_answers_it(text: str, language: str, slug: str) -> None:
    assert slug in [one.slug for one in suggest(text, language)]


def test_suggesting_is_one_query_and_nothing_for_nothing(django_assert_num_queries: object) -> None:
    assert suggest("", "en") == suggest("the and", "en") == suggest("pause", "en", most=0) == ()
    with django_assert_num_queries(1):  # type: ignore[operator]  # the fixture's own type is private
        assert len(suggest("pause integration case alert contact roles sign", "en")) == 3
    with django_assert_num_queries(1):  # type: ignore[operator]
        search("integration", "en")


def test_a_result_leads_to_the_section_with_the_words_marked(client: Client) -> None:
    page = client.get("/help", {"q": "acknowledge"}).content.decode()
    assert "/help/who-is-told?q=acknowledge#section-1" in page
    shown = client.get("/help/who-is-told", {"q": "acknowledge"}).content.decode()
    assert "<mark>Acknowledge</mark>" in shown
    assert shown.count('<details class="help-section" open>') >= 1
