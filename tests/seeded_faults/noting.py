"""Which tests run which lines of the modules: those that can notice a fault are asked about it, the quickest first."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from time import monotonic
from typing import Final

import pytest

from tests.seeded_faults.keeping import Noted, keep_notes, notes
from tests.seeded_faults.modules import MODULES, ROOT, Seed, asked_about
from tests.seeded_faults.planting import failure_of, forget_queries, forked, plant

_NOTE: Final = "note_that_it_runs"


def noted(items: list[pytest.Item]) -> dict[str, Noted]:
    """Return what is known of the tests; those of which nothing is are run, once, in a fork of this process."""
    known = notes()
    unknown = {_file_of(item) for item in items if item.nodeid not in known}
    if unknown:
        forked(lambda: _note([item for item in items if _file_of(item) in unknown]), seconds=7200)
    return notes()


def tests_for(seed: Seed, items: list[pytest.Item], known: dict[str, Noted]) -> list[pytest.Item]:
    """Return the tests that run the line of a fault, the quickest first.

    Of what stands outside of functions every test that runs anything of the module, first those that run most of it.
    """
    order = {}
    for number, item in enumerate(items):
        of_test = known.get(item.nodeid)
        lines = of_test.lines.get(seed.module, []) if of_test else []
        is_asked = any(f"{_file_of(item)}/".startswith(f"{part}/") for part in asked_about(seed.module))
        if of_test and is_asked and (seed.fault.statement in lines if seed.fault.where else lines):
            order[item] = (0 if seed.fault.where else -len(lines), of_test.seconds, number)
    return sorted(order, key=lambda item: order[item])


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _note(items: list[pytest.Item]) -> str:
    seen: dict[str, set[int]] = {}
    setattr(builtins, _NOTE, lambda module, line: seen.setdefault(module, set()).add(line))
    for module in MODULES:
        plant(module, _noted_tree(module, (ROOT / module).read_text()))
    items[0].session._setupstate.teardown_exact(items[0])  # what is left of the test before
    following: Iterable[pytest.Item | None] = [*items[1:], None]
    found: dict[str, Noted] = {}
    for item, after in zip(items, following, strict=True):
        seen.clear()
        forget_queries()
        began = monotonic()
        if failure_of(item, after):
            seen.clear()  # It can say nothing.
        found[item.nodeid] = Noted(monotonic() - began, {module: sorted(lines) for module, lines in seen.items()})
        if after is None or _file_of(after) != _file_of(item):
            keep_notes(_file_of(item), found)
            found = {}
    return ""


def _noted_tree(module: str, text: str) -> ast.Module:
    """Return the tree of a text in which each statement of a function first says that it runs."""
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in {one: None for function in functions for one in ast.walk(function)}:
        for name in ("body", "orelse", "finalbody"):
            if isinstance(lines := getattr(node, name, None), list):
                setattr(node, name, [one for line in lines for one in (_note_before(module, line), line)])
    return ast.fix_missing_locations(tree)


def _note_before(module: str, line: ast.stmt) -> ast.stmt:
    said = ast.Expr(ast.Call(ast.Name(_NOTE, ast.Load()), [ast.Constant(module), ast.Constant(line.lineno)], []))
    return ast.copy_location(said, line)
