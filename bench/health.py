"""How fast health is: taking signals in, judging the rules, and showing the overview.

`make bench-health` runs the stack as production has it (a PostgreSQL of its own that keeps what it commits, the web
server with its usual processes) and prints each number next to its floor, measured in the same run.

Options are environment variables: ONLY=signals, evaluation or overview; ROUNDS=3 and BATCHES=20 (of 5,000 lines) for
signals; SIZES=1000,10000 integrations for the evaluation and the overview.

Writes `var/bench/health.json`: a list of {measure, value, unit, floor, peer, ratio, data}; numbers are medians.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from delivery_parts.report import Report  # noqa: E402  # the path above
from delivery_parts.stack import RESULTS, durability, folder, postgres  # noqa: E402
from health_parts.evaluation import measure_evaluation  # noqa: E402
from health_parts.overview import measure_overview  # noqa: E402
from health_parts.signals import measure_signals  # noqa: E402

_QUIET_LOAD = 3.0


def main() -> None:
    """Measure, print the table, write the file."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # nothing is left running behind it
    only = os.environ.get("ONLY", "")
    report = Report()
    with folder() as place, postgres(place) as cluster:
        print(f"PostgreSQL: {durability(cluster.url)}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        if os.getloadavg()[0] > _QUIET_LOAD:
            print("This machine is busy with something else: these numbers are worse than they need to be.")
        if only in {"", "signals"}:
            rounds, batches = int(os.environ.get("ROUNDS", "3")), int(os.environ.get("BATCHES", "20"))
            measure_signals(report, place, cluster, rounds=rounds, batches=batches)
        sizes = [int(size) for size in os.environ.get("SIZES", "1000,10000").split(",")]
        if only in {"", "evaluation"}:
            measure_evaluation(report, place, cluster, sizes=sizes)
        if only in {"", "overview"}:
            measure_overview(report, place, cluster, sizes=sizes, rounds=int(os.environ.get("ROUNDS", "3")))
    print(report.table(peer="peer"))
    report.write(RESULTS / "health.json")


if __name__ == "__main__":
    main()
