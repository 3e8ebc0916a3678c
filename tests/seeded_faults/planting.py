"""A plugin of pytest: for each fault a fork of this process, in which the functions have one condition less.

Everything is imported and collected once, and the database made once; each fork changes the code of live functions and
runs the tests of `modules.py` up to the first failure. What stands outside of functions cannot be planted so.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from types import CodeType, FunctionType
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol
from django.db import connection

from tests.seeded_faults.modules import ROOT, TRIED, is_wanted, seeds

_NOTHING: Final = "nothing"
_LATER: Final = "outside of functions"


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try every fault that is wanted instead of running the tests."""
    share, of = (int(part) for part in os.environ.get("SEEDED_SHARE", "0/1").split("/"))
    if any("django_db_setup" in getattr(item, "fixturenames", ()) for item in session.items):
        _make_database(session)
    passing: set[str] = set()
    for seed in [seed for seed in seeds() if is_wanted(seed)][share::of]:
        began = monotonic()
        found = _forked(session, seed.module, seed.fault.text)
        test = found.partition("\t")[0]
        if test not in {_NOTHING, _LATER, *passing}:
            if (failure := _forked(session, seed.module, "", test)) != _NOTHING:
                raise pytest.UsageError(f"without a fault: {failure}")
            passing.add(test)
        _say(f"{seed}\t{found}\t{monotonic() - began:.0f} s")
    return True


def plant(module: str, text: str) -> bool:
    """Give the live functions of a module the code of another text of it; return whether any changed."""
    path = ROOT / module
    own, other = (compile(one, str(path), "exec") for one in (path.read_text(), text))
    pairs = list(zip(_functions(own), _functions(other), strict=True))
    changed = {before: after for before, after in pairs if before.co_code != after.co_code or before != after}
    found = [one for one in gc.get_objects() if type(one) is FunctionType and one.__code__ in changed]
    for one in found:
        one.__code__ = changed[one.__code__]
    return bool(found) and own.co_code == other.co_code


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of functions that stand in a module or a class, each with what is nested in it."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & 0x02:  # CO_NEWLOCALS: a function, no body of a class
                yield constant
            else:
                yield from _functions(constant)


def _make_database(session: pytest.Session) -> None:
    """Run one test that needs the database and nothing of these rooms, and let go of it before the forks."""
    first, second = [item for item in session.items if "test_constraints" in item.nodeid][:2]
    runtestprotocol(first, nextitem=second, log=False)
    pool: Any = connection
    connection.close()
    pool.close_pool()


def _forked(session: pytest.Session, module: str, text: str, only: str = "") -> str:
    """Run what is tried for a module in a fork, with another text of it, and return which test noticed and how."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        found = "it broke"
        try:
            is_planted = not text or plant(module, text)
            found = _first_failure(session, module, only) if is_planted else _LATER
        finally:
            os.write(writing, found.encode()[:2000])
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        found = pipe.read()
    os.waitpid(child, 0)
    return found


def _first_failure(session: pytest.Session, module: str, only: str) -> str:
    items = [item for part in TRIED[module] for item in session.items if item.nodeid.startswith(part)]
    items = [item for item in items if only in {"", item.nodeid}]
    session._setupstate.teardown_exact(items[0])
    for item, following in zip(items, [*items[1:], None], strict=True):
        for report in runtestprotocol(item, nextitem=following, log=False):
            if report.failed:
                crash = getattr(report.longrepr, "reprcrash", None)
                return f"{item.nodeid}\t{' '.join(str(getattr(crash, 'message', '')).split())[:120]}"
    return _NOTHING


def _say(text: str) -> None:
    with Path(os.environ["SEEDED_REPORT"]).open("a") as report:
        report.write(f"{text}\n")
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
