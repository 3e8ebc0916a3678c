"""`make seeded-faults`: take the conditions away one at a time, and list those that no test misses.

`WORKERS=2` processes at a time, each with a database of its own; `ONLY="scope.py:41 cases/access.py"` for ends of
modules and lines. The tree is only read. What was noticed is kept in `var/seeded_faults` and not tried again while the
module is the same, unless `AGAIN=1`; `QUICK=1` does not ask the matrix, which takes minutes. Constraints are taken away
by `test_constraints.py`, which runs with every other test.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tests.seeded_faults.justified import JUSTIFIED
from tests.seeded_faults.keeping import UNNOTICED, results
from tests.seeded_faults.modules import ROOT, asked_about, seeds

_FIRST: Final = "tests/seeded_faults/test_constraints.py"
_COMMAND: Final = ("-m", "pytest", "-q", "-s", "-p", "tests.seeded_faults.trying", "-p", "no:cacheprovider",
                   "-p", "no:xdist", _FIRST)  # fmt: skip


def main() -> int:
    """Print what noticed how many faults; return 1 where nothing noticed one and nobody said why, else 0."""
    workers = int(os.environ.get("WORKERS", "1"))
    together: dict[tuple[str, ...], list[str]] = {}
    for module in dict.fromkeys(seed.module for seed in seeds()):
        together.setdefault(asked_about(module), []).append(module)
    failures = 0
    for asked, modules in together.items():
        with ThreadPoolExecutor(workers) as pool:
            failures += sum(pool.map(lambda number: _run(number, workers, asked, modules), range(workers)))  # noqa: B023
    return int(_report() or failures > 0)


def _run(number: int, workers: int, asked: tuple[str, ...], modules: list[str]) -> int:
    database = os.environ.get("TEST_DATABASE_NAME", f"test_seeded_{os.getpid()}") + (f"_{number}" if number else "")
    environment = os.environ | {
        "TEST_DATABASE_NAME": database,
        "SEEDED_SHARE": f"{number}/{workers}",
        "SEEDED_MODULES": " ".join(modules),
    }
    return subprocess.run([sys.executable, *_COMMAND, *asked], cwd=ROOT, env=environment, check=False).returncode


def _report() -> bool:
    """Print a line for each module and each fault that nothing noticed, and return whether one is not justified."""
    known = results()
    counts: dict[str, list[int]] = {}
    unsaid = False
    for seed in seeds():
        row = counts.setdefault(seed.module, [0, 0, 0, 0, 0])
        noticed = known.get(str(seed), "")
        row[0] += 1
        row[1 if noticed not in {*UNNOTICED, ""} else 2 if str(seed) in JUSTIFIED else 3 if noticed else 4] += 1
        if noticed in UNNOTICED:
            _say(f"nothing noticed {seed}: {JUSTIFIED.get(str(seed), 'NOBODY SAID WHY')}")
            unsaid = unsaid or str(seed) not in JUSTIFIED
    _say("| module | conditions | noticed | justified | open | not tried |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for module, row in counts.items():
        _say(f"| {module} | {' | '.join(map(str, row))} |")
    _say(f"| all | {' | '.join(str(sum(column)) for column in zip(*counts.values(), strict=True))} |")
    return unsaid or any(row[4] for row in counts.values())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
