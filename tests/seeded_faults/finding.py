"""Finding the conditions of a module in its syntax tree, and taking each away, one at a time.

A condition is an operand of `and` and `or`, what a filter is given, the test of an `if` and of a comprehension, a
comparison that is returned, and a term of SQL. What is taken away decides no longer: of a refusal that it never
comes, of anything else that it always does; a choice between two is tried both ways.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import Final, TypeGuard

from tests.seeded_faults.terms import terms_in

_FILTERS: Final = frozenset({"filter", "exclude"})
_NAMING: Final = _FILTERS | {"get", "Q"}
_QUESTIONS: Final = frozenset({"may", "exists", "isdisjoint", "issubset"})
_QUOTES: Final = re.compile(r"""^[frFR]*(\"{3}|"|'{3}|')""")
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Fault:
    """A module without one of its conditions. `text` is the whole source, `what` says what is gone.

    `where` is the function with its class, empty outside of functions; `line` is that of the condition, `statement`
    that of the first line of what it is part of.
    """

    line: int
    what: str
    text: str
    where: str = ""
    statement: int = 0

    def __str__(self) -> str:
        return f"{self.where or 'outside of functions'}: {self.what}"


def faults_in(text: str) -> Iterator[Fault]:
    """Yield the source once for each of its conditions, in the order of the lines, without that one."""
    found = list(_faults_below(ast.parse(text), text))
    counts: dict[str, int] = {}
    for fault in sorted(found, key=lambda fault: (fault.line, fault.what)):
        count = counts[str(fault)] = counts.get(str(fault), 0) + 1
        yield fault if count == 1 else replace(fault, what=f"{fault.what} ({count})")


def _faults_below(node: ast.AST, text: str, where: str = "", statement: int = 0) -> Iterator[Fault]:
    for child in ast.iter_child_nodes(node):
        is_scope = isinstance(child, _SCOPES)
        within = ".".join(filter(None, (where, child.name))) if isinstance(child, _SCOPES) else where
        begun = child.lineno if isinstance(child, ast.stmt) and not is_scope else statement
        for fault in _faults_at(child, text):
            yield replace(fault, where=where, statement=begun)
        if not _is_said(child) and not isinstance(child, ast.JoinedStr):
            yield from _faults_below(child, text, within, begun)


def _faults_at(node: ast.AST, text: str) -> Iterator[Fault]:
    if isinstance(node, ast.BoolOp):
        yield from _without_operands(node, text)
    elif isinstance(node, ast.Call):
        yield from _without_arguments(node, text)
    elif isinstance(node, ast.If | ast.IfExp) and not isinstance(node.test, ast.BoolOp):
        yield from _without_test(node, text)
    elif isinstance(node, ast.Return) and _is_question(node.value):
        yield _replaced(node.value, "True", text, before="always ")
    elif isinstance(node, ast.comprehension):
        yield from (_replaced(test, "True", text) for test in node.ifs if not isinstance(test, ast.BoolOp))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd) and not _is_of_types(node):
        for kept, gone in ((node.left, node.right), (node.right, node.left)):
            yield _replaced(node, _source(kept, text), text, gone)
    elif isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield from _without_terms(node, text)


def _without_operands(node: ast.BoolOp, text: str) -> Iterator[Fault]:
    word = " and " if isinstance(node.op, ast.And) else " or "
    for gone in node.values:
        kept = word.join(f"({_source(one, text)})" for one in node.values if one is not gone)
        yield _replaced(node, f"({kept})", text, gone)


def _without_arguments(node: ast.Call, text: str) -> Iterator[Fault]:
    """Take each condition of a filter away; a call of `Q` keeps one, since an empty one is another thing."""
    name = _name_of(node.func)
    if name not in _NAMING or (name == "Q" and len(node.args) + len(node.keywords) == 1):
        return
    given: list[ast.expr] = [*node.args, *(one.value for one in node.keywords)]
    texts = [_source(one, text) for one in node.args]
    texts += [f"{one.arg}={_source(one.value, text)}" if one.arg else f"**{_source(one.value, text)}"
              for one in node.keywords]  # fmt: skip
    takes = [isinstance(node.func, ast.Attribute) and name in _FILTERS] * len(node.args)
    takes += [bool(one.arg) for one in node.keywords]
    names = ["" for _one in node.args] + [f"{one.arg}=" for one in node.keywords]
    for place, gone in enumerate(given):
        if takes[place]:
            kept = ", ".join(one for number, one in enumerate(texts) if number != place)
            yield _replaced(node, f"{_source(node.func, text)}({kept})", text, gone, names[place])


def _without_test(node: ast.If | ast.IfExp, text: str) -> Iterator[Fault]:
    if isinstance(node, ast.If) and not node.orelse:
        is_refusal = isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue)
        yield _replaced(node.test, "False" if is_refusal else "True", text)
        return
    yield _replaced(node.test, "True", text, before="always ")
    yield _replaced(node.test, "False", text, before="never ")


def _without_terms(node: ast.JoinedStr | ast.Constant, text: str) -> Iterator[Fault]:
    source = _source(node, text)
    quotes = _QUOTES.match(source)
    if quotes is None:
        return
    begun, end = quotes.end(), len(source) - len(quotes[1])
    for start, stop, instead in terms_in(source[begun:end]):
        term = source[begun + start : begun + stop]
        fault = _replaced(node, source[: begun + start] + instead + source[begun + stop :], text)
        line = node.lineno + source[: begun + start].count("\n")
        yield Fault(line, " ".join(term.split()), fault.text)


def _replaced(node: ast.expr, by: str, text: str, gone: ast.expr | None = None, before: str = "") -> Fault:
    start, end = _span(node, text)
    whole = text.encode()
    what = before + " ".join(_source(gone or node, text).split())
    return Fault((gone or node).lineno, what, (whole[:start] + by.encode() + whole[end:]).decode())


def _source(node: ast.expr, text: str) -> str:
    start, end = _span(node, text)
    return text.encode()[start:end].decode()


def _span(node: ast.expr, text: str) -> tuple[int, int]:
    """Return where an expression begins and ends, in bytes."""
    starts = _starts(text)
    return starts[node.lineno - 1] + node.col_offset, starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)


@lru_cache(1)
def _starts(text: str) -> list[int]:
    return [0, *accumulate(len(line.encode()) for line in text.splitlines(keepends=True))]


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_question(node: ast.expr | None) -> TypeGuard[ast.expr]:
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    return isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and _name_of(node.func) in _QUESTIONS)


def _is_said(node: ast.AST) -> bool:
    """Say whether it is a docstring, or nothing but a text."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_of_types(node: ast.BinOp) -> bool:
    """Say whether both sides are sets that are cut, which is no condition."""
    return isinstance(node.left, ast.Name | ast.Attribute) and isinstance(node.right, ast.Name | ast.Attribute)
