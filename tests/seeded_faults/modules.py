"""Which modules decide who sees cases and customers, and what is tried on each fault, the quickest first."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_NAMES: Final = ("deciding.py", "scope.py", "access.py", "queries.py", "reaching.py")
MODULES: Final = tuple(
    f"liaison/{room}/{name}"
    for name in _NAMES
    for room in ("delegation", "cases")
    if (ROOT / "liaison" / room / name).exists()
)

TRIED: Final[tuple[tuple[str, ...], ...]] = (
    ("liaison/delegation/tests/test_deciding.py", "tests/delegation/test_scene.py"),
    ("liaison/delegation/tests/test_verbs.py", "liaison/cases/tests/test_case_rights.py", "tests/delegation"),
    ("tests/matrix/test_delegated_lists.py",),
    ("tests/matrix/test_delegated.py",),
    ("liaison/delegation", "liaison/cases/tests"),
)
"""Each part runs only where those before it noticed nothing; each stops at its first failure."""
