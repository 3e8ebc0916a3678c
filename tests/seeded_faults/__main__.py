"""`make seeded-faults`: take the conditions away one at a time, and list those that no test misses.

`WORKERS=2` processes at a time, each with a database of its own; `ONLY="scope.py:41 deciding.py"` for modules and
lines. The tree is only read. Constraints are taken away by `test_constraints.py`, which runs with every other test.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tests.seeded_faults.justified import JUSTIFIED
from tests.seeded_faults.modules import ROOT, TRIED

_TESTS: Final = (
    "tests/seeded_faults/test_constraints.py",
    *sorted({test for tests in TRIED.values() for test in tests}),
)
_UNNOTICED: Final = {"nothing", "outside of functions", "it broke"}


def main() -> int:
    """Print each fault with what noticed it; return 1 where nothing noticed one and nobody said why, else 0."""
    workers = int(os.environ.get("WORKERS", "1"))
    with tempfile.TemporaryDirectory(prefix="liaison-seeded-") as folder:
        reports = [Path(folder) / f"{number}.tsv" for number in range(workers)]
        with ThreadPoolExecutor(workers) as pool:
            failures = list(pool.map(lambda number: _run(number, workers, reports[number]), range(workers)))
        lines = [line for report in reports if report.exists() for line in report.read_text().splitlines()]
    survivors = [line.split("\t")[0] for line in lines if line.split("\t")[1] in _UNNOTICED]
    unsaid = [one for one in survivors if one not in JUSTIFIED]
    _say(f"{len(lines) - len(survivors)} of {len(lines)} faults were noticed.")
    for one in survivors:
        _say(f"nothing noticed {one}: {JUSTIFIED.get(one, 'NOBODY SAID WHY')}")
    return int(bool(unsaid) or any(failures))


def _run(number: int, workers: int, report: Path) -> int:
    database = os.environ.get("TEST_DATABASE_NAME", f"test_seeded_{os.getpid()}") + (f"_{number}" if number else "")
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "tests.seeded_faults.planting",
               "-p", "no:cacheprovider", "-p", "no:xdist", *_TESTS]  # fmt: skip
    environment = os.environ | {
        "TEST_DATABASE_NAME": database,
        "SEEDED_SHARE": f"{number}/{workers}",
        "SEEDED_REPORT": str(report),
    }
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
