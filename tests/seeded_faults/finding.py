"""Finding the conditions of a module in its syntax tree, and taking each away, one at a time.

A condition is an operand of `and` and `or`, a keyword of a filter, a test that leads to a return or a refusal, and a
line of SQL that begins with AND.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FILTERS: Final = frozenset({"filter", "exclude", "get", "Q"})
_LINE_OF_SQL: Final = re.compile(r"^\s*AND [^\n]*$", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """A module without one of its conditions. `text` is the whole source, `what` and `line` say what is gone."""

    line: int
    what: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


def faults_in(text: str) -> Iterator[Fault]:
    """Yield the source once for each of its conditions, in the order of the lines, without that one."""
    found = [fault for node in ast.walk(ast.parse(text)) for fault in _faults_at(node, text)]
    yield from sorted(found, key=lambda fault: (fault.line, fault.what))


def _faults_at(node: ast.AST, text: str) -> Iterator[Fault]:
    if isinstance(node, ast.BoolOp):
        yield from _without_operands(node, text)
    elif isinstance(node, ast.Call) and _name_of(node.func) in _FILTERS:
        yield from _without_keywords(node, text)
    elif isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Return | ast.Raise):
        if not isinstance(node.test, ast.BoolOp):
            yield _replaced(node.test, "False", text)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd) and not _is_of_types(node):
        for kept, gone in ((node.left, node.right), (node.right, node.left)):
            yield _replaced(node, _source(kept, text), text, gone)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from _without_lines(node, text)


def _without_operands(node: ast.BoolOp, text: str) -> Iterator[Fault]:
    word = " and " if isinstance(node.op, ast.And) else " or "
    for gone in node.values:
        kept = word.join(f"({_source(one, text)})" for one in node.values if one is not gone)
        yield _replaced(node, f"({kept})", text, gone)


def _without_keywords(node: ast.Call, text: str) -> Iterator[Fault]:
    """Take each keyword away; a call of `Q` keeps one, since an empty one is another thing."""
    named = [one for one in node.keywords if one.arg]
    if _name_of(node.func) == "Q" and len(node.args) + len(node.keywords) == 1:
        return
    for gone in named:
        kept = [_source(one, text) for one in node.args]
        kept += [f"{one.arg}={_source(one.value, text)}" if one.arg else f"**{_source(one.value, text)}"
                 for one in node.keywords if one is not gone]  # fmt: skip
        yield _replaced(node, f"{_source(node.func, text)}({', '.join(kept)})", text, gone.value, f"{gone.arg}=")


def _without_lines(node: ast.Constant, text: str) -> Iterator[Fault]:
    source = _source(node, text)
    if "SELECT" not in source:
        return
    for found in _LINE_OF_SQL.finditer(source):
        whole = found[0]
        if whole.count("(") == whole.count(")"):
            shorter = source[: found.start()] + source[found.end() :]
            fault = _replaced(node, shorter, text)
            line = node.lineno + source[: found.start()].count("\n")
            yield Fault(line, whole.strip(), fault.text)


def _replaced(node: ast.expr, by: str, text: str, gone: ast.expr | None = None, before: str = "") -> Fault:
    lines = text.splitlines(keepends=True)
    start = len("".join(lines[: node.lineno - 1]).encode()) + node.col_offset
    end = len("".join(lines[: (node.end_lineno or 0) - 1]).encode()) + (node.end_col_offset or 0)
    whole = text.encode()
    what = before + " ".join(_source(gone or node, text).split())
    return Fault((gone or node).lineno, what, (whole[:start] + by.encode() + whole[end:]).decode())


def _source(node: ast.expr, text: str) -> str:
    return ast.get_source_segment(text, node) or ""


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_of_types(node: ast.BinOp) -> bool:
    """Say whether both sides are sets that are cut, which is no condition."""
    return isinstance(node.left, ast.Name | ast.Attribute) and isinstance(node.right, ast.Name | ast.Attribute)
