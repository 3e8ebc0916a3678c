"""A plugin of pytest: tries every fault that is wanted instead of running the tests, and keeps what noticed it.

What stands outside of functions is tried in a process of its own, which is told the fault by `SEEDED_FAULT`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from time import monotonic
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol
from django.db import connection

from tests.seeded_faults.keeping import UNNOTICED, Noted, keep_result, notes, results
from tests.seeded_faults.modules import MODULES, ROOT, Seed, asked_about, seeds
from tests.seeded_faults.noting import noted, tests_for
from tests.seeded_faults.planting import first_failure, forked, get_ready, plant, read_instead

_PART: Final = "\t"
_LATER: Final = "outside of functions"
_MOST_SECONDS: Final = 1800
_NOT_IN_A_FORK: Final = frozenset({"browser", "page", "context", "live_server", "running_house"})
_WANTED: Final = os.environ.get("SEEDED_FAULT")
_ALONE: Final = next((seed for seed in seeds() if str(seed) == _WANTED), None) if _WANTED else None

if _ALONE is not None:
    read_instead(_ALONE.module, _ALONE.fault.text)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try the faults of this process' share, or the one that it was started for."""
    items = [item for item in session.items if _is_asked(item)]
    if _ALONE is not None:
        _say(f"found{_PART}{_PART.join(first_failure(tests_for(_ALONE, items, notes())))}")
        return True
    for module in MODULES:
        import_module(module.removesuffix(".py").replace("/", "."))
    _make_database(session)
    get_ready()
    known = noted(items)
    modules = set(os.environ["SEEDED_MODULES"].split())
    done = {} if os.environ.get("AGAIN") else results()
    number, workers = (int(part) for part in os.environ.get("SEEDED_SHARE", "0/1").split("/"))
    wanted = [seed for seed in seeds() if seed.module in modules and done.get(str(seed), "nothing") in UNNOTICED]
    _try(wanted[number::workers], items, known)
    return True


def _try(wanted: list[Seed], items: list[pytest.Item], known: dict[str, Noted]) -> None:
    passing: set[str] = set()
    failing: set[str] = set()
    for seed in wanted:
        began = monotonic()
        while True:
            asked = [item for item in tests_for(seed, items, known) if item.nodeid not in failing]
            noticed, message = _noticed(seed, asked)
            if noticed in {*UNNOTICED, *passing}:
                break
            alone = [item for item in asked if item.nodeid == noticed]
            is_sound = forked(lambda alone=alone: first_failure(alone)[0], _MOST_SECONDS) == "nothing"  # type: ignore[misc]
            (passing if is_sound else failing).add(noticed)
            if is_sound:
                break
            _say(f"{noticed} fails without a fault, and is asked no longer.")
        keep_result(seed, noticed, message, monotonic() - began)
        _say(f"{seed}{_PART}{noticed}{_PART}{message}{_PART}{monotonic() - began:.0f} s of {len(asked)} tests")


def _noticed(seed: Seed, asked: list[pytest.Item]) -> tuple[str, str]:
    """Return which test noticed the fault, and what it said; one of UNNOTICED where none did."""

    def run() -> str:
        return _PART.join(first_failure(asked)) if plant(seed.module, seed.fault.text) else _LATER

    found = forked(run, _MOST_SECONDS)
    noticed, _part, message = (_alone(seed) if found == _LATER else found).partition(_PART)
    return noticed, message


def _alone(seed: Seed) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", __name__, "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = os.environ | {"SEEDED_FAULT": str(seed)}
    done = subprocess.run([*command, *asked_about(seed.module)], cwd=ROOT, env=environment, check=False,
                          capture_output=True, text=True)  # fmt: skip
    said = [line for line in done.stderr.splitlines() if line.startswith(f"found{_PART}")]
    if not said:
        # It cannot even be imported, or collected.
        return f"the start{_PART}{' '.join(done.stdout.split())[-200:]}"
    return said[0].removeprefix(f"found{_PART}")


def _is_asked(item: pytest.Item) -> bool:
    names = {*getattr(item, "fixturenames", ()), *(mark.name for mark in item.iter_markers())}
    return names.isdisjoint(_NOT_IN_A_FORK)


def _make_database(session: pytest.Session) -> None:
    """Run one test that needs the database and nothing of these rooms, and let go of it before the forks."""
    first, second = [item for item in session.items if "test_constraints" in item.nodeid][:2]
    runtestprotocol(first, nextitem=second, log=False)
    pool: Any = connection
    connection.close()
    pool.close_pool()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
