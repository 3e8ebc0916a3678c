"""The commands that can be copied name what such an integration really has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from liaison.catalog.loader import integration_kinds, rules
from liaison.monitoring.snippets import snippets

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", integration_kinds())
def test_an_action_is_one_that_the_rules_of_the_kind_know(kind: str) -> None:
    known = {action for rule in rules().values() if not rule.kinds or kind in rule.kinds for action in rule.actions}
    named = snippets(kind, NOW).signals.partition('"action": "')[2].partition('"')[0]
    assert named in known or not known
    assert "2026-11-22T12:00:00Z" in snippets(kind, NOW).signals


def test_an_integration_for_orders_is_shown_an_order() -> None:
    assert '"action": "SubmitOrder"' in snippets("ordering_end_to_end", NOW).signals
