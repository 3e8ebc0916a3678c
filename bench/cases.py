"""How fast cases are: lists, filters, search in Latin, Korean and Chinese letters, opening one, and filing one.

`make bench-cases` runs the web server as production starts it and a PostgreSQL of its own that keeps what it commits,
filled with CASES=100000 cases of 500 accounts in five languages, and asks by sessions of 250 people over connections
that stay open, one at a time and eight at once. Every answer is looked at: its status, and how many rows it has; and
before, questions to search are compared with a scan of all texts, so that nothing is missing.

Next to each number stand its floor, the same statements by psycopg alone (for filing: the same rows inserted and
committed), and as *bare* a Django page with one query of fifty rows and nothing else, on the same web server.

Options are environment variables: CASES=100000,1000000 also tells how the slowest answers grow; SECONDS=5 for each
measure; ONLY=search (a word of its name); ACCOUNTS=500; CUSTOMERS=20000 of a reseller, next to one with 20: their
customers have as many cases again as CASES says (0 for no delegates); KEEP=folder fills databases once and measures
copies of them; WORKER=1 runs the worker as well, as production does, which mails what is told to a sink: what it takes
of the two cores is said in each line. 100,000 cases take fifteen minutes, seven without delegates.

Writes `var/bench/cases.json`: a list of {measure, value, unit, floor, peer, ratio, data}; `peer` is the bare page.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from case_parts.measuring import Options, measure_cases  # noqa: E402  # the path above
from delivery_parts.report import Measured, Report  # noqa: E402
from delivery_parts.stack import RESULTS, durability, folder, kept_folder, postgres  # noqa: E402

_QUIET_LOAD = 3.0


def main() -> None:
    """Measure, print the table, write the file."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # nothing is left running behind it
    options = Options(
        seconds=float(os.environ.get("SECONDS", "5")),
        only=os.environ.get("ONLY", ""),
        accounts=int(os.environ.get("ACCOUNTS", "500")),
        customers=int(os.environ.get("CUSTOMERS", "20000")),
        with_worker=os.environ.get("WORKER", "") == "1",
        keeps=bool(os.environ.get("KEEP")),
    )
    sizes = [int(size) for size in os.environ.get("CASES", "100000").split(",")]
    report, slowest = Report(), {}
    kept = os.environ.get("KEEP")
    with kept_folder(Path(kept)) if kept else folder() as place, postgres(place) as cluster:
        print(f"PostgreSQL: {durability(cluster.url)}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        if os.getloadavg()[0] > _QUIET_LOAD:
            print("This machine is busy with something else: these numbers are worse than they need to be.")
        for size in sizes:
            slowest[size] = measure_cases(report, place, cluster, size, options)
    for name, last in slowest[sizes[-1]].items() if len(sizes) > 1 else ():
        row = report.row(f"{name}: growth of what 95 % are within, {sizes[0]:,} to {sizes[-1]:,} cases", "times")
        row.value = Measured(last / slowest[sizes[0]][name], "8 clients")
    print(report.table(peer="bare"))
    report.write(RESULTS / "cases.json")


if __name__ == "__main__":
    main()
