"""The conditions of a source are found, each is taken away alone, and what is left is still a module."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.seeded_faults.finding import faults_in
from tests.seeded_faults.justified import JUSTIFIED
from tests.seeded_faults.modules import MODULES, ROOT, asked_about, seeds
from tests.seeded_faults.terms import terms_in

SOURCE = '''
"""Some AND others: what is said is no condition WHERE it stands."""


def sees(actor, rows):
    if actor.is_gone:
        return None
    mine = actor.is_staff and actor.may("view") and not actor.is_busy
    if rows:
        rows = [row for row in rows if row.is_open]
    return rows.filter(Q(one=1, two=2), some(rows), account=actor.account) if mine else rows


class Door:
    def is_open(self, actor):
        return actor.may("open")


_SQL = f"""
SELECT 1 FROM share JOIN person ON person.id = share.person_id AND person.is_active
WHERE share.case_id = {CASE} AND (
    share.revoked_at IS NULL OR EXISTS (SELECT FROM given WHERE given.at BETWEEN %s AND %s)
)
ORDER BY share.id
"""
'''


def test_every_condition_is_taken_away_once() -> None:
    found = [f"{fault.where}: {fault.what}" for fault in faults_in(SOURCE)]
    assert found == [
        "sees: actor.is_gone",
        "sees: actor.is_staff",
        'sees: actor.may("view")',
        "sees: not actor.is_busy",
        "sees: rows",
        "sees: row.is_open",
        "sees: Q(one=1, two=2)",
        "sees: account=actor.account",
        "sees: always mine",
        "sees: never mine",
        "sees: one=1",
        "sees: some(rows)",
        "sees: two=2",
        'Door.is_open: always actor.may("open")',
        ": person.id = share.person_id",
        ": person.is_active",
        ": ( share.revoked_at IS NULL OR EXISTS (SELECT FROM given WHERE given.at BETWEEN %s AND %s) )",
        ": share.case_id = {CASE}",
        ": EXISTS (SELECT FROM given WHERE given.at BETWEEN %s AND %s)",
        ": given.at BETWEEN %s AND %s",
        ": share.revoked_at IS NULL",
    ]


def test_what_is_left_is_a_module_and_differs() -> None:
    texts = [fault.text for fault in faults_in(SOURCE)]
    assert len({ast.dump(ast.parse(text)) for text in [*texts, SOURCE]}) == len(texts) + 1


def test_a_term_of_sql_keeps_its_values_where_it_decides_no_longer() -> None:
    assert _without_each("WHERE a = %s AND (b = %s OR c = %s) LIMIT 1") == [
        "WHERE a = %s AND ((false AND (b = %s)) OR c = %s) LIMIT 1",
        "WHERE a = %s AND (b = %s OR (false AND (c = %s))) LIMIT 1",
        "WHERE (true OR (a = %s)) AND (b = %s OR c = %s) LIMIT 1",
        "WHERE a = %s AND (true OR ((b = %s OR c = %s))) LIMIT 1",
    ]


def test_what_is_alone_is_a_term_behind_where_only() -> None:
    assert _without_each("SELECT count(*) FROM a JOIN b ON a.id = b.id WHERE NOT a.gone") == [
        "SELECT count(*) FROM a JOIN b ON a.id = b.id WHERE (true OR (NOT a.gone))"
    ]
    assert _without_each("Either this AND that OR nothing.") == []


def test_every_room_has_its_conditions_taken_away() -> None:
    """The issue: at least 20, in every `access.py` and `queries.py`."""
    rooms = {path.relative_to(ROOT).as_posix() for path in (ROOT / "liaison").glob("*/access.py")}
    assert {module for module in MODULES if module.endswith("/access.py")} == rooms
    assert all(Path(ROOT, asked).exists() for module in MODULES for asked in asked_about(module))
    every = [str(seed) for seed in seeds()]
    assert len(set(every)) == len(every) >= 20
    assert set(JUSTIFIED) <= set(every), "what is justified is there"


def _without_each(sql: str) -> list[str]:
    return [f"{sql[: term.start]}{term.instead}{sql[term.end :]}" for term in terms_in(sql)]
