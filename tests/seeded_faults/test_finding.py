"""The conditions of a source are found, each is taken away alone, and what is left is still a module."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.seeded_faults.finding import faults_in
from tests.seeded_faults.modules import MODULES, ROOT

SOURCE = '''
def sees(actor, rows):
    if actor.is_gone:
        return None
    mine = actor.is_staff and actor.may("view") and not actor.is_busy
    return rows.filter(Q(one=1, two=2), account=actor.account, at=None) if mine else rows


_SQL = """
SELECT 1 FROM share
WHERE share.case_id = 1
  AND share.revoked_at IS NULL
  AND EXISTS (
    SELECT
  )
"""
'''


def test_every_condition_is_taken_away_once() -> None:
    found = [fault.what for fault in faults_in(SOURCE)]
    assert found == [
        "actor.is_gone",
        "actor.is_staff",
        'actor.may("view")',
        "not actor.is_busy",
        "account=actor.account",
        "at=None",
        "one=1",
        "two=2",
        "AND share.revoked_at IS NULL",
    ]


def test_what_is_left_is_a_module_and_differs() -> None:
    texts = [fault.text for fault in faults_in(SOURCE)]
    assert len({ast.dump(ast.parse(text)) for text in [*texts, SOURCE]}) == len(texts) + 1


def test_the_rooms_hold_at_least_twenty_conditions() -> None:
    """The issue: at least 20, in every `access.py`, `queries.py`, `scope.py` and `deciding.py` of these rooms."""
    count = 0
    for module in MODULES:
        for fault in faults_in(Path(ROOT, module).read_text()):
            ast.parse(fault.text)
            count += 1
    assert count >= 20
