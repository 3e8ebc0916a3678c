"""What a rule says in plain sentences, in every language (L1)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.utils.translation import override

from liaison import catalog
from liaison.catalog.rules import Rule
from liaison.detection.saying import sentences_of, threshold_in_words
from liaison.lib.languages import CODES

RULES = catalog.rules()


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_rule_is_said_in_whole_sentences(rule: Rule, language: str) -> None:
    with override(language):
        said = sentences_of(rule)
    assert len(said) == len(set(said))
    for sentence in said:
        assert not re.search(r"%\([a-z]", sentence)
        assert sentence[-1] in ".。"


def test_at_and_over_the_threshold_are_said_apart() -> None:
    rule = RULES["booking_errors"]
    with override("en"):
        assert "It is bad when 5% or more of the calls fail." in sentences_of(rule)
        assert "It is bad when more than 5% of the calls fail." in sentences_of(replace(rule, is_over=True))


def test_a_value_has_the_unit_of_its_measure() -> None:
    with override("it"):
        assert threshold_in_words(RULES["booking_errors"], 0.125) == "12,5%"
        assert threshold_in_words(RULES["fast_burn"], 14.4) == "14,4"
    with override("en"):
        assert threshold_in_words(RULES["booking_latency"], 4000) == "4,000 ms"
        assert threshold_in_words(RULES["check_failing_long"], 60) == "1 hour"
