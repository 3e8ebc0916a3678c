"""The words by which a text is found (design.md: search; L1: Korean and Chinese are found)."""

from __future__ import annotations

import re
import time

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from liaison.lib.searching import (
    LONGEST_QUESTION,
    MOST_TERMS,
    Question,
    question_of,
    quoted,
    vector_of,
    vector_words,
)

CJK = st.text(st.sampled_from("결제오류가주문한국어订单错误支付请求メニューを表示뷁갋"), min_size=1, max_size=30)
WORDS = st.text(st.sampled_from("abcdeXYZżółćęà019"), min_size=1, max_size=20)
GAPS = st.sampled_from([" ", "\n", ", ", "-", "_", ".", "@", "/", "://", "・", "。", " — ", "\u200b "])


def finds(question: str, text: str) -> bool:
    """Say whether a text is found; an index with the beginnings of words and one without agree."""
    found = question_of(question).fits(set(vector_words(text)))
    assert question_of(question, beginnings=False).fits(set(vector_words(text, beginnings=False))) == found
    return found


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("timeout", "Error TIMEOUT_504 since noon"),
        ("TIMEOUT_504", "Error timeout_504 since noon"),
        ("504", "HTTP504 from the gateway"),
        ("v2.1", "since v2.1 of the feed"),
        ("v2.1", "since v2.15 of the feed"),
        ("user@host", "written by user@host.example"),
        ("host.example/menu", "see https://host.example/menu?id=5"),
        ("NotFound", "raised OrderNotFoundError"),
        ("ordernotfounderror", "raised OrderNotFoundError"),
        ("zamowienie", "Zamówienie nie przyszło"),
        ("ŻÓŁĆ", "żółć"),
        ("Straße", "STRASSE"),
        ("ordine", "l’ordine è sparito"),
        ("API", "ＡＰＩ 오류"),
        ("API오류", "어제부터 API 오류가 납니다"),
        ("오류", "결제오류가"),
        ("류", "오류"),
        ("주문 결제", "결제가 안 된 주문"),
        ("\u1100\u1167\u11af\u110c\u1166", "결제"),
        ("订单", "支付订单失败"),
        ("ﾒﾆｭｰ", "メニュー"),
        ("ร้าน", "เมนูของร้านอาหาร"),
        ("3개월", "지난 3개월 동안"),
        ("заказ", "Заказы не приходят"),
        ("soft", "so\u00adftware"),
    ],
)
def test_it_finds(question: str, text: str) -> None:
    assert finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("blem", "problem"),
        ("결류", "결제오류"),
        ("payment order", "payment"),
        ("", "text"),
        ("!?", "!?"),
        ("\x00", "a"),
    ],
)
def test_it_does_not_find(question: str, text: str) -> None:
    assert not finds(question, text)


@given(CJK, st.data(), GAPS, WORDS)
def test_every_piece_of_a_run_is_found(run: str, data: st.DataObject, gap: str, word: str) -> None:
    start = data.draw(st.integers(0, len(run) - 1))
    piece = run[start : data.draw(st.integers(start + 1, len(run)))]
    assert finds(piece, f"{word}{gap}{run}{gap}{word}")


@given(st.lists(WORDS, min_size=1, max_size=5), GAPS, st.data())
def test_every_beginning_of_every_word_is_found(words: list[str], gap: str, data: st.DataObject) -> None:
    asked = [word[: data.draw(st.integers(1, len(word)))] for word in words]
    assert finds(" ".join(asked), gap.join(words))


@given(st.text("abcd 결제오류\n"), st.text("wxyz 订单错误\n", min_size=1))
def test_nothing_is_found_that_shares_no_word(question: str, text: str) -> None:
    assert not finds(question, text)
    assert not finds(text, question)


@given(st.text(min_size=1, max_size=80))
def test_a_text_finds_itself_unless_it_has_no_words(text: str) -> None:
    assert finds(text, text) or not question_of(text)


@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1), max_size=5))
@pytest.mark.django_db
def test_the_database_reads_every_lexeme_as_it_was_written(lexemes: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(%s::tsvector)", [vector_of(lexemes)])
        assert set(cursor.fetchone()[0]) == set(lexemes)


@given(st.text(), st.text())
@pytest.mark.django_db
def test_the_database_agrees_with_memory(text: str, more: str) -> None:
    words = vector_words(text)
    asked = text[:5] + more[:2], text[2:9]
    with connection.cursor() as cursor:
        for question in filter(None, (question_of(one, beginnings=whole) for one in asked for whole in (True, False))):
            cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector_of(words), question.tsquery()])
            assert cursor.fetchone()[0] == question.fits(set(words))


HOSTILE = ["' | 'a", "a:*", "!secret", "a\\' & b", "((", "a <-> b", "'; DROP TABLE x; --", "%s %(x)s", "a & !b", ":*A"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.django_db
def test_operators_that_somebody_types_mean_nothing(text: str) -> None:
    question = question_of(text)
    bare = re.sub(r"'(?:[^'\\]|''|\\\\)*'(:\*)?", "", question.tsquery("=t"))
    assert set(bare) <= set(" &")
    if question:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::tsquery", [question.tsquery("=t'\\")])


def test_quoting_leaves_no_way_out() -> None:
    assert quoted("a'b\\c\x00") == "'a''b\\\\c'"


def test_long_questions_and_long_words_are_cut() -> None:
    assert len(question_of("결제오류주문한국어" * 1000).terms) <= MOST_TERMS
    assert question_of("a" * LONGEST_QUESTION * 2).fits(vector_words("a" * 500))
    assert max(map(len, vector_words("x" * 5000))) == 60
    assert not Question().tsquery()


def test_signs_that_stand_for_many_letters_do_not_make_a_text_long() -> None:
    """The words of a Send are made while its case is locked."""
    assert "صلى" in vector_words("\ufdfa")
    started = time.perf_counter()
    vector_words("\ufdfa" * 100_000)
    assert time.perf_counter() - started < 3
