"""Which modules decide who sees what, and which tests are asked about a fault of each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.seeded_faults.finding import Fault, faults_in

ROOT: Final = Path(__file__).resolve().parents[2]

_NAMES: Final = ("access.py", "queries.py", "scope.py")
_SCENE: Final = "tests/delegation/test_scene.py"
_LISTS: Final = "tests/matrix/test_delegated_lists.py"
_DOORS: Final = "tests/matrix/test_doors.py"
_MATRIX: Final = ("tests/matrix/test_walk.py", "tests/matrix/test_delegated.py")
_OF_DELEGATION: Final = ("liaison/delegation/tests", _SCENE, "liaison/filing/tests/test_for_customers.py")
_OF_CASES: Final = ("liaison/cases/tests", _SCENE, "liaison/filing/tests/test_for_customers.py", _LISTS)
_ASKED: Final[dict[str, tuple[str, ...]]] = {
    "liaison/delegation/deciding.py": _OF_DELEGATION,
    "liaison/delegation/reaching.py": (*_OF_DELEGATION, "liaison/cases/tests"),
    "liaison/delegation/access.py": (*_OF_DELEGATION, "liaison/cases/tests"),
}
"""Beside the tests of the room itself, and the pairwise matrix."""


def _found() -> tuple[str, ...]:
    every = (path.relative_to(ROOT).as_posix() for name in _NAMES for path in (ROOT / "liaison").rglob(name))
    others = {one for one in every if "/tests/" not in one} - set(_ASKED)
    of_cases = sorted(one for one in others if one.startswith("liaison/cases/"))
    return (*_ASKED, *of_cases, *sorted(others.difference(of_cases)))


MODULES: Final = _found()
"""Every `access.py`, `queries.py` and `scope.py`, and the pure decision: those about cases and customers first."""


class Seed(NamedTuple):
    """One fault of one module; written as it stands in `justified.py`."""

    module: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.module}, {self.fault}"


def asked_about(module: str) -> tuple[str, ...]:
    """Return the files and folders of tests that are asked about a module's faults, the matrix last, unless `QUICK`."""
    beside = _OF_CASES if module.startswith("liaison/cases/") else (f"liaison/{module.split('/')[1]}/tests", _DOORS)
    return (*_ASKED.get(module, beside), *(() if os.environ.get("QUICK") else _MATRIX))


def seeds() -> Iterator[Seed]:
    """Yield every fault that `ONLY` names: ends of modules, with or without a line, separated by spaces."""
    wanted = os.environ.get("ONLY", "").split()
    for module in MODULES:
        for fault in faults_in((ROOT / module).read_text()):
            if not wanted or any(_is_named(module, fault, one) for one in wanted):
                yield Seed(module, fault)


def _is_named(module: str, fault: Fault, wanted: str) -> bool:
    name, _colon, line = wanted.partition(":")
    return f"/{module}".endswith(f"/{name}") and line in {"", str(fault.line)}
