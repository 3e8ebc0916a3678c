"""What was found out, kept in `var/seeded_faults`: a run takes hours, and goes on where the one before it ended.

What noticed a fault counts as long as the module's text is the same. Faults that nothing noticed are tried again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.seeded_faults.modules import ROOT, Seed

FOLDER: Final = ROOT / "var" / "seeded_faults"
UNNOTICED: Final = frozenset({"nothing", "it broke"})
_RESULTS: Final = FOLDER / "results.jsonl"
_NOTES: Final = FOLDER / "notes.jsonl"


class Noted(NamedTuple):
    """How long a test takes, and which lines of the modules it runs."""

    seconds: float
    lines: dict[str, list[int]]


def keep_result(seed: Seed, noticed: str, message: str, seconds: float) -> None:
    """Write down by which test a fault was noticed, and how; by "nothing" where by none."""
    _append(_RESULTS, [digest_of(seed.module), str(seed), noticed, message, round(seconds, 1)])


def results() -> dict[str, str]:
    """Return what noticed which fault of the modules as they are now."""
    rows = _rows(_RESULTS)
    digests = {module: digest_of(module) for module in {seed.partition(", ")[0] for _digest, seed, *_more in rows}}
    return {seed: noticed for digest, seed, noticed, *_more in rows if digest == digests[seed.partition(", ")[0]]}


def keep_notes(file: str, tests: dict[str, Noted]) -> None:
    """Write down what the tests of a file run."""
    _append(_NOTES, [file, digest_of(file), tests])


def notes() -> dict[str, Noted]:
    """Return what is known of the tests, by name, in those files that are as they were then."""
    every = [tests for file, digest, tests in _rows(_NOTES) if digest == digest_of(file)]
    return {name: Noted(*noted) for tests in every for name, noted in tests.items()}


def digest_of(path: str) -> str:
    """Return a digest of a file's text, empty for one that is gone."""
    file = ROOT / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16] if file.exists() else ""


def _append(path: Path, row: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lines:
        lines.write(json.dumps(row) + "\n")


def _rows(path: Path) -> list[list[Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
