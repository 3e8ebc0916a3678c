"""Which modules decide who sees cases and customers, and what is tried on a fault of each, the quickest first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.seeded_faults.finding import Fault, faults_in

ROOT: Final = Path(__file__).resolve().parents[2]

_SCENE: Final = "tests/delegation/test_scene.py"
_LISTS: Final = "tests/matrix/test_delegated_lists.py"
_OF_CUSTOMERS: Final = (
    "liaison/delegation/tests/test_portal_access.py",
    "liaison/delegation/tests/test_verbs.py",
    _SCENE,
    "liaison/delegation/tests/test_own_pages.py",
    "liaison/delegation/tests/test_customer_pages.py",
    "liaison/delegation/tests/test_asking.py",
    "liaison/delegation/tests/test_desk_customers.py",
    "liaison/delegation/tests/test_records.py",
    "liaison/filing/tests/test_for_customers.py",
)
_OF_CASES: Final = (
    "liaison/cases/tests/test_case_rights.py",
    "liaison/cases/tests/test_handing_over.py",
    _SCENE,
    "liaison/cases/tests/test_filing_for_customers.py",
    "liaison/cases/tests/test_delegates_attack.py",
    "liaison/cases/tests/test_boundaries.py",
    "liaison/cases/tests/test_sharing.py",
    "liaison/cases/tests/test_attaching.py",
    "liaison/cases/tests/test_noting.py",
    "liaison/cases/tests/test_linking.py",
    "liaison/cases/tests/test_listing.py",
    "liaison/cases/tests/test_delegated_lists.py",
    _LISTS,
)
TRIED: Final[dict[str, tuple[str, ...]]] = {
    "liaison/delegation/deciding.py": ("liaison/delegation/tests/test_deciding.py", _SCENE),
    "liaison/delegation/access.py": _OF_CUSTOMERS,
    "liaison/delegation/reaching.py": ("liaison/delegation/tests/test_verbs.py", _SCENE, *_OF_CASES),
    "liaison/cases/access.py": _OF_CASES,
    "liaison/cases/scope.py": _OF_CASES,
    "liaison/cases/queries.py": _OF_CASES,
    "liaison/filing/access.py": (
        "liaison/filing/tests/test_for_customers.py",
        "liaison/filing/tests/test_form.py",
        "liaison/filing/tests/test_before_sending.py",
    ),
}
"""Each is run up to its first failure."""
MODULES: Final = tuple(TRIED)


class Seed(NamedTuple):
    module: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.module}, {self.fault}"


def seeds() -> Iterator[Seed]:
    for module in MODULES:
        for fault in faults_in((ROOT / module).read_text()):
            yield Seed(module, fault)


def is_wanted(seed: Seed) -> bool:
    """Say whether `ONLY` names the fault: ends of modules, with or without a line, separated by spaces."""
    return any(_is_named(seed, one) for one in os.environ.get("ONLY", "").split()) or not os.environ.get("ONLY")


def _is_named(seed: Seed, wanted: str) -> bool:
    name, _colon, line = wanted.partition(":")
    return seed.module.endswith(name) and line in {"", str(seed.fault.line)}
