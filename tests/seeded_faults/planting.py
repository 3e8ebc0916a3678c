"""Planting a fault: in the live functions of a fork of this process, or where the module is imported.

Everything is imported and collected once, and the database made once; each fork changes the code of live functions and
runs tests up to the first failure. What stands outside of functions (SQL) is read from another text by a new process.
"""

from __future__ import annotations

import ast
import functools
import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import SourceFileLoader
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from liaison.lib.prepared import Prepared, PreparedValues
from tests.seeded_faults.modules import ROOT

_Place = tuple[str, str, int, bytes]


def plant(module: str, other: str | ast.Module) -> bool:
    """Give the live functions of a module the code of another text of it; return whether that is all of the change."""
    path = str(ROOT / module)
    own, new = compile((ROOT / module).read_text(), path, "exec"), compile(other, path, "exec")
    pairs = list(zip(_functions(own), _functions(new), strict=False))
    if len(pairs) != len(list(_functions(own))) or len(pairs) != len(list(_functions(new))):
        return False
    live = _live_functions()
    changed = [(one, after) for before, after in pairs if before != after for one in live.get(_place_of(before), ())]
    for function, after in changed:
        function.__code__ = after
    return bool(changed) and own.co_code == new.co_code


@functools.cache
def _live_functions() -> dict[_Place, list[FunctionType]]:
    """Return the functions of the rooms by where they stand, as they are before the first fault is planted."""
    found: dict[_Place, list[FunctionType]] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and str(one.__module__).startswith("liaison."):
            found.setdefault(_place_of(one.__code__), []).append(one)
    return found


def _place_of(code: CodeType) -> _Place:
    """Return where code stands: that which has run is not always equal to itself as it was compiled."""
    return code.co_filename, code.co_qualname, code.co_firstlineno, code.co_linetable


@functools.cache
def _kept_queries() -> list[Any]:
    return [one for one in gc.get_objects() if isinstance(one, Prepared | PreparedValues)]


def forget_queries() -> None:
    """Forget the queries that are kept in words, which the functions would not be asked for again."""
    for query in _kept_queries():
        vars(query).pop("_words", None)


def get_ready() -> None:
    """Look once for what each fork would look for again, when everything is imported."""
    _live_functions()
    _kept_queries()
    gc.collect()
    gc.freeze()


def read_instead(module: str, text: str) -> None:
    """Let this process import another text of a module than its file holds. Before anything imports it."""
    path, original = str(ROOT / module), SourceFileLoader.get_code

    def code_of(self: Any, name: str) -> CodeType | None:
        return compile(text, path, "exec") if self.get_filename(name) == path else original(self, name)

    SourceFileLoader.get_code = code_of  # type: ignore[assignment]  # the one place that all imports pass


def forked(run: Callable[[], str], seconds: int) -> str:
    """Return what a function says in a fork of this process; "it broke" where that ends or takes too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(seconds)
        found = "it broke"
        try:
            found = run()
        finally:
            os.write(writing, found.encode()[:2000])
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        found = pipe.read()
    os.waitpid(child, 0)
    return found or "it broke"


def first_failure(items: Sequence[pytest.Item]) -> tuple[str, str]:
    """Run tests up to the first that fails, and return its name and what it says; "nothing" where all pass."""
    if not items:
        return "nothing", ""
    forget_queries()
    items[0].session._setupstate.teardown_exact(items[0])  # what is left of the test before
    for item, following in zip(items, [*items[1:], None], strict=True):
        if said := failure_of(item, following):
            return item.nodeid, said
    return "nothing", ""


def failure_of(item: pytest.Item, following: pytest.Item | None) -> str:
    """Run a test, and return what it says where it fails, else nothing."""
    for report in runtestprotocol(item, nextitem=following, log=False):
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            return " ".join(str(getattr(crash, "message", "")).split())[:120] or report.when or "failed"
    return ""


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of functions that stand in a module or a class, each with what is nested in it."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & 0x02:  # CO_NEWLOCALS: a function, no body of a class
                yield constant
            else:
                yield from _functions(constant)
