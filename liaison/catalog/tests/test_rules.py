"""The rules of the catalog: the defaults of a public partner programme, and every mistake with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from liaison import catalog
from liaison.catalog.checks import catalog_errors
from liaison.catalog.loader import RULES_FILE
from liaison.catalog.rulelimits import Wrong, mistakes_in, parameters_of
from liaison.catalog.rulereading import read_rules
from liaison.catalog.rules import Effect, Measure, Rule
from liaison.catalog.vocabulary import Severity
from liaison.lib.languages import CODES

RULES = catalog.rules()
RATES = (Measure.ERROR_RATE, Measure.DECLINED_RATE, Measure.BURN_RATE)


def spoilt(folder: Path, heading: str, line: str, replacement: str) -> tuple[Path, int]:
    """Write a copy in which this line below the heading is replaced; return it and the number of the line."""
    lines = RULES_FILE.read_text().splitlines()
    number = lines.index(line, lines.index(heading)) + 1
    lines[number - 1] = replacement
    copy = folder / RULES_FILE.name
    copy.write_text("\n".join(lines) + "\n")
    return copy, number


def found_in(copy: Path) -> list[tuple[str, str]]:
    return [(str(error.obj), error.msg) for error in catalog_errors([(read_rules, copy)])]


def test_the_defaults_are_those_of_the_programme() -> None:
    """S6 and issue 5."""
    checkout = RULES["checkout_errors"]
    assert (checkout.threshold, checkout.is_over, checkout.minutes) == (0.5, True, 30)
    assert (checkout.min_errors, checkout.min_merchants, checkout.severity) == (25, 5, Severity.CRITICAL)
    assert checkout.together
    assert checkout.actions == ("Checkout", "SubmitOrder")
    shares = {key: (RULES[key].threshold, RULES[key].is_over) for key in RULES if RULES[key].threshold < 1}
    assert shares["availability_errors"] == (0.1, False)
    assert shares["batch_availability_errors"] == (0.03, False)
    assert shares["booking_errors"] == shares["booking_update_errors"] == (0.05, False)
    assert shares["feed_errors"] == (0.1, True)
    assert shares["feed_errors_high"] == (0.2, True)
    assert shares["feed_stale"] == (0.01, False)
    slow = {key: rule.threshold for key, rule in RULES.items() if rule.measure is Measure.LATENCY and rule.is_over}
    assert slow == {
        "availability_latency": 5000,
        "batch_availability_latency": 1500,
        "booking_latency": 4000,
        "booking_update_latency": 4000,
    }
    assert RULES["feed_errors"].min_entities == 101
    disabling = {key: rule.threshold for key, rule in RULES.items() if rule.effect is Effect.DISABLE}
    assert disabling == {"check_failing_long": 60, "check_unanswered": 5}


def test_no_rate_is_without_floors() -> None:
    """Issue 5: a rate without a floor never pages."""
    for rule in RULES.values():
        if rule.measure in RATES:
            assert min(rule.min_calls, rule.min_errors, rule.min_merchants) > 0, rule.key
            without = (replace(rule, min_calls=0), replace(rule, min_errors=0), replace(rule, min_merchants=0))
            assert [[one.wrong for one in mistakes_in(each)] for each in without] == [[Wrong.OUT_OF_RANGE]] * 3


def test_every_rule_has_a_name_in_every_language() -> None:
    """L1."""
    for rule in RULES.values():
        assert all(rule.name(code).strip() for code in CODES)
        assert len({rule.name(code) for code in CODES}) == len(CODES), rule.key


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_no_number_is_kept_that_the_measure_does_not_use(rule: Rule) -> None:
    assert mistakes_in(rule) == ()
    assert {"threshold", "severity", "for_minutes"} <= set(parameters_of(rule.measure))


@pytest.mark.parametrize(
    ("heading", "line", "replacement", "message"),
    [
        ("[checkout_errors]", 'measure = "error_rate"', 'measure = "mood"', "unknown value 'mood'"),
        ("[checkout_errors]", 'severity = "critical"', 'severity = "purple"', "unknown value 'purple'"),
        ("[checkout_errors]", "threshold = 0.5", "threshold = 1.5", "must be between 0.0001 and 1"),
        ("[checkout_errors]", "threshold = 0.5", 'threshold = "half"', "must be a number"),
        ("[checkout_errors]", "threshold = 0.5", "threshold = nan", "must be a number"),
        ("[checkout_errors]", "clear_below = 0.4", "clear_below = 0.6", "must not be more than the threshold"),
        ("[checkout_errors]", "minutes = 30", "minutes = 1441", "must be between 1 and 1440"),
        ("[checkout_errors]", "minutes = 30", "minutes = 2.5", "must be a whole number"),
        ("[checkout_errors]", "min_errors = 25", "min_errors = 0", "must be between 1 and"),
        ("[checkout_errors]", "min_errors = 25", "objective = 0.9", "Unknown key “objective”"),
        ("[checkout_errors]", 'kinds = ["ordering_end_to_end"]', 'kinds = ["karaoke"]', "unknown kind “karaoke”"),
        ("[checkout_errors]", 'actions = ["Checkout", "SubmitOrder"]', 'actions = ["Checkout"]', "at least two"),
        ("[fast_burn]", "long_minutes = 60", "long_minutes = 5", "must be more than “minutes”"),
        ("[fast_burn]", "threshold = 14.4", "threshold = 101", "could never be reached"),
        ("[feed_missing]", "threshold = 1.5", "threshold = 0.5", "must be between 1 and"),
        ("[check_unanswered]", "threshold = 5", "threshold = 2.5", "must be a whole number"),
        ("[check_unanswered]", 'severity = "critical"', 'severity = "error"', "Only a rule of severity “critical”"),
        ("[silence]", 'measure = "silence"', 'measure = "latency"', "“minutes” must be between"),
        ("[feed_missing]", "is_over = true", 'actions = ["Checkout"]', "has no actions"),
        ("[feed_missing]", "[feed_missing]", "[Feed-Missing]", "must be made of small letters"),
    ],
)
def test_every_mistake_is_named_with_its_line(
    tmp_path: Path, heading: str, line: str, replacement: str, message: str
) -> None:
    copy, number = spoilt(tmp_path, heading, line, replacement)
    found = found_in(copy)
    assert any(message in text for _, text in found), found
    lines = copy.read_text().splitlines()
    named = [int(place.rpartition(":")[2]) for place, text in found if message in text]
    # At the line itself, at the one beside it that contradicts it, or at the table where a missed key would stand.
    assert any(abs(one - number) <= 1 or lines[one - 1].startswith("[") for one in named)


def test_a_missing_threshold_is_named(tmp_path: Path) -> None:
    copy, _ = spoilt(tmp_path, "[feed_missing]", "threshold = 1.5", "")
    assert [text for _, text in found_in(copy)] == ["“threshold” is missing in [feed_missing]."]
