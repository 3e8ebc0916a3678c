"""`make seeded-faults`: take the conditions away one at a time, and list those that no test misses.

In copies of the tree, each with a database of its own; the tree itself is only read. `WORKERS=2` copies at a time,
`ONLY=scope.py:41` for a module and a line, `DATABASE=test_mine` for databases of this name that are there already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Final, NamedTuple

from tests.seeded_faults.finding import Fault, faults_in
from tests.seeded_faults.modules import MODULES, ROOT, TRIED

_COPIED: Final = (
    "liaison",
    "tests",
    "docs",
    "requirements",
    "scripts",
    "conftest.py",
    "pyproject.toml",
    "CHANGELOG.md",
)
_PASSED, _FAILED = 0, 1
_LONGEST_SECONDS: Final = 1800


class Seed(NamedTuple):
    module: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.module}, {self.fault}"


class Copy(NamedTuple):
    """A copy of the tree, the name of its database, and the parts that were seen to pass there without a fault."""

    folder: Path
    database: str
    passing: set[tuple[str, ...]]


def main() -> int:
    """Return how many faults nobody noticed, 1 at most; print each fault with what noticed it."""
    seeds = [seed for seed in _seeds() if _is_wanted(seed)]
    workers = int(os.environ.get("WORKERS", "1"))
    database = os.environ.get("DATABASE") or f"test_seeded_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="liaison-seeded-") as folder:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(workers):
            copies.put(_copied(Path(folder) / str(number), f"{database}_{number}" if number else database))
        _say(f"{len(seeds)} faults")
        with ThreadPoolExecutor(workers) as pool:
            unnoticed = [seed for seed, noticed in pool.map(lambda seed: _try(seed, copies), seeds) if not noticed]
    _say(f"{len(seeds) - len(unnoticed)} of {len(seeds)} were noticed.")
    for seed in unnoticed:
        _say(f"nobody noticed: {seed}")
    return min(1, len(unnoticed))


def _seeds() -> Iterator[Seed]:
    for module in MODULES:
        for fault in faults_in((ROOT / module).read_text()):
            yield Seed(module, fault)


def _is_wanted(seed: Seed) -> bool:
    name, _colon, line = os.environ.get("ONLY", "").partition(":")
    return seed.module.endswith(name) and line in {"", str(seed.fault.line)}


def _copied(folder: Path, database: str) -> Copy:
    folder.mkdir()
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)
    return Copy(folder, database, set())


def _try(seed: Seed, copies: SimpleQueue[Copy]) -> tuple[Seed, str]:
    """Plant one fault, run the parts until one notices, and put everything back."""
    copy, began = copies.get(), monotonic()
    place = copy.folder / seed.module
    whole = place.read_text()
    noticed = ""
    try:
        for part in TRIED:
            _require_passing(copy, part)
            place.write_text(seed.fault.text)
            noticed = _run(copy, part)
            place.write_text(whole)
            if noticed:
                break
    finally:
        place.write_text(whole)
        copies.put(copy)
    _say(f"{seed}\n    {noticed or 'NOBODY NOTICED'} ({monotonic() - began:.0f} s)")
    return seed, noticed


def _require_passing(copy: Copy, part: tuple[str, ...]) -> None:
    """Look once that a part passes without a fault: else it notices whatever there is."""
    if part not in copy.passing and (failure := _run(copy, part)):
        raise SystemExit(f"without a fault it fails already: {failure}")
    copy.passing.add(part)


def _run(copy: Copy, part: tuple[str, ...]) -> str:
    """Return which test noticed something, empty where all passed."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--show-capture=no",
        "--tb=no",
        *part,
    ]
    environment = os.environ | {"TEST_DATABASE_NAME": copy.database, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=copy.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "it took too long"
    if done.returncode == _PASSED:
        return ""
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0][:200] if lines else f"pytest ended with {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
