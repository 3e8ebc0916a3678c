"""What incidents are called: in the sender's words, or in the reader's language (L1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from liaison.catalog.loader import rules
from liaison.health.models import Incident
from liaison.health.titles import finding_title, title_of
from liaison.lib.languages import LANGUAGES

RULE = next(iter(rules()))


def found(**more: Any) -> dict[str, Any]:
    return {"rule": RULE, "scope": "CreateBooking", "severity": "error", "ended_at": None, **more}


def by_rules(*findings: dict[str, Any]) -> Incident:
    return Incident(source="rules", facts={"findings": list(findings)})


def test_a_sender_s_title_is_its_own_words() -> None:
    assert title_of(Incident(source="alertmanager", title="예약 실패")) == "예약 실패"


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_what_our_rules_found_is_named_in_the_reader_s_language(language: str) -> None:
    """L1."""
    with translation.override(language):
        assert title_of(by_rules(found())) in {
            f"CreateBooking{colon}{rules()[RULE].name(language)}" for colon in (": ", "：")
        }


def test_the_worst_finding_that_goes_on_gives_the_name() -> None:
    over = found(scope="Over", severity="critical", ended_at="2026-11-22T08:00:00Z")
    mild, worst = found(scope="Mild", severity="warning"), found(scope="Worst", severity="critical")
    with translation.override("en"):
        assert title_of(by_rules(over, mild, worst)).startswith("Worst: ")
        assert title_of(by_rules(over)).startswith("Over: ")


def test_a_rule_for_many_actions_together_needs_no_scope() -> None:
    with translation.override("en"):
        assert finding_title(found(scope=RULE)) == rules()[RULE].name("en")
        assert finding_title(found(scope="")) == rules()[RULE].name("en")


def test_a_rule_that_is_gone_is_called_by_its_key() -> None:
    with translation.override("en"):
        assert finding_title(found(rule="an_old_rule")) == "CreateBooking: an_old_rule"


def test_an_incident_without_findings_still_has_a_name() -> None:
    with translation.override("en"):
        assert title_of(by_rules()) == "Problem found by monitoring"
