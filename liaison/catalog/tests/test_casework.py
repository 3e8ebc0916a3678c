from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison import catalog
from liaison.catalog.casework import (
    LONGEST_ANSWER,
    URGENT_TECHNICAL_SUPPORT,
    AnswerProblem,
    asked,
    checked,
    find_categories,
    products_of,
    severity_of,
)
from liaison.catalog.caseworkreading import read_categories, read_questions
from liaison.catalog.loader import questions
from liaison.catalog.source import CatalogError
from liaison.catalog.vocabulary import CaseSeverity
from liaison.lib.languages import CODES

CALLS_FAIL = {
    "environment": "production",
    "action": "submit_order",
    "started_at": "2026-11-20T14:05",
    "frequency": "often",
}


def test_every_kind_of_integration_is_a_product_and_has_urgent_support() -> None:
    """S3."""
    urgent = catalog.categories()[URGENT_TECHNICAL_SUPPORT]
    for kind in catalog.integration_kinds():
        assert catalog.products()[kind].kind == kind
        assert products_of(urgent, kind)
    assert not products_of(urgent, "partner_portal")
    assert len(catalog.urgent_criteria()) == 3


def test_every_product_has_a_category_and_every_question_is_asked() -> None:
    for product in catalog.products():
        assert any(products_of(category, product) for category in catalog.categories().values())
    used = {question.key for category in catalog.categories().values() for question in category.questions}
    assert used == set(questions())


def test_prompts_and_synonyms_stand_in_five_languages_in_equal_number() -> None:
    """L1."""
    for category in catalog.categories().values():
        assert len({len(category.prompts[code]) for code in CODES}) == 1, category.key
        assert all(category.synonyms[code] for code in CODES)


def test_each_severity_explains_itself_and_is_chosen_by_its_impacts() -> None:
    entries = catalog.case_severities()
    assert list(entries) == list(CaseSeverity)
    keys = [impact.key for entry in entries.values() for impact in entry.impacts]
    assert len(keys) == len(set(keys))
    assert severity_of(frozenset({"question", "many_affected"}), entries) is CaseSeverity.HIGH
    assert severity_of(frozenset({"question"}), entries) is CaseSeverity.LOW
    assert severity_of(frozenset({"unheard_of"}), entries) is None


def test_a_conditional_question_is_asked_only_after_its_answer() -> None:
    category = catalog.categories()["technical_support"]

    def keys(answers: dict[str, Any]) -> list[str]:
        return [question.key for question in asked(category, answers)]

    assert "steps" not in keys({})
    assert "steps" in keys({"can_repeat": True})
    assert "steps" in keys({"can_repeat": "yes"})
    assert "steps" not in keys({"can_repeat": "no"})


def test_answers_are_kept_in_their_own_kind_and_what_was_not_asked_is_dropped() -> None:
    category = catalog.categories()["calls_fail"]
    clean, problems = checked(category, {**CALLS_FAIL, "changed_lately": "no", "what_changed": "nothing", "x": "y"})
    assert problems == ()
    assert clean == {**CALLS_FAIL, "changed_lately": False}


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("environment", "moon", AnswerProblem.NOT_A_CHOICE),
        ("environment", ["production"], AnswerProblem.NOT_A_CHOICE),
        ("environment", " ", AnswerProblem.MISSING),
        ("started_at", "yesterday", AnswerProblem.NOT_A_MOMENT),
        ("changed_lately", "perhaps", AnswerProblem.NOT_YES_OR_NO),
        ("error_code", "x" * (LONGEST_ANSWER + 1), AnswerProblem.TOO_LONG),
    ],
    ids=["choice", "list", "blank", "moment", "yes_no", "long"],
)
def test_it_says_what_is_wrong_with_an_answer(key: str, value: object, problem: AnswerProblem) -> None:
    answers = {**CALLS_FAIL, "changed_lately": "no", key: value}
    assert checked(catalog.categories()["calls_fail"], answers)[1] == ((key, problem),)


def test_numbers_and_links_are_taken_strictly() -> None:
    urgent = catalog.categories()[URGENT_TECHNICAL_SUPPORT]
    answers: dict[str, Any] = {"started_at": "2026-11-20T14:05+09:00", "changed_lately": "no"}
    assert checked(urgent, {**answers, "merchant_count": "40"})[0]["merchant_count"] == 40
    for wrong in ("-1", "４０", "4e3", True, "9" * 13):
        assert checked(urgent, {**answers, "merchant_count": wrong})[1] == (
            ("merchant_count", AnswerProblem.NOT_A_NUMBER),
        )
    portal = catalog.categories()["portal_access"]
    for wrong in ("javascript:alert(1)", "https://a b", "//elsewhere"):
        problems = checked(portal, {"started_at": "2026-11-20T14:05", "page_address": wrong})[1]
        assert problems == (("page_address", AnswerProblem.NOT_A_LINK),)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))


@given(st.dictionaries(st.sampled_from(sorted(questions())), JSON), st.sampled_from(sorted(catalog.categories())))
def test_whatever_is_answered_what_is_kept_is_good_a_second_time(answers: dict[str, Any], key: str) -> None:
    category = catalog.categories()[key]
    clean, _ = checked(category, answers)
    again, problems = checked(category, clean)
    assert again == clean
    assert all(problem is AnswerProblem.MISSING for _, problem in problems)


@pytest.mark.parametrize(
    ("typed", "language", "first"),
    [
        ("긴급", "ko", "urgent_technical_support"),
        ("超时", "zh-hans", "calls_fail"),
        ("hasło", "pl", None),
        ("feed", "it", "inventory_feeds"),
        ("invoice", "ko", "billing_and_contract"),
        ("zzzz qqqq", "en", None),
        ("errore 500 da stamattina", "it", "technical_support"),
        ("긴급합니다", "ko", "urgent_technical_support"),
        ("SubmitOrder refuses since noon", "en", "calls_fail"),
    ],
)
def test_a_category_is_found_by_its_name_and_by_other_words_in_every_language(
    typed: str, language: str, first: str | None
) -> None:
    """D2."""
    found = find_categories(catalog.categories(), typed, "ordering_end_to_end", language)
    assert (found[0].key if found else None) == first


def test_without_a_word_all_categories_of_the_product_are_offered() -> None:
    offered = find_categories(catalog.categories(), " ", "partner_portal", "en")
    assert [category.key for category in offered][:2] == ["technical_support", "portal_access"]


def test_mistakes_name_their_lines(tmp_path: Path) -> None:
    names = "\n".join(f'{code} = "Name"' for code in CODES)
    file = tmp_path / "questions.toml"
    file.write_text(
        f'[late]\nanswer = "text"\nrequired = false\n[late.name]\n{names}\n[late.when]\nquestion = "x"\nvalues = []\n'
    )
    with pytest.raises(CatalogError) as raised:
        read_questions(file)
    assert [problem.line for problem in raised.value.problems] == [10]
    file = tmp_path / "categories.toml"
    file.write_text('[one]\nproducts = ["moon"]\nquestions = ["steps"]\n')
    with pytest.raises(CatalogError) as raised:
        read_categories(file, MappingProxyType(dict(questions())), frozenset({"other"}))
    said = str(raised.value)
    assert "moon" in said
    assert "“steps” depends on “can_repeat”" in said
    assert "urgent_technical_support" in said
