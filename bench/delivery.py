"""How fast alerts become mail: from the POST to the final dot in a real sink, all on disk before the answer.

`make bench-delivery` runs the stack as production has it (a PostgreSQL of its own that keeps what it commits, web and
worker with their usual processes), posts 1, 100 and 5,000 distinct alerts, and prints how long it takes until the last
mail has arrived; next to the floor (the same mails without Liaison) and to Debian's Alertmanager, where there is one.

Options are environment variables: SIZES=1,100,5000, ROUNDS=3, SINGLES=50 (single alerts at rest), ONLY=floor,
liaison, storm or alertmanager, ENTRIES=500 (accounts of the storm), SINK=own for our own sink in place of Postfix's,
PROFILE=1 for profiles beside the result.

Writes `var/bench/delivery.json`: a list of {measure, value, unit, floor, peer, ratio, data}; numbers are medians.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from delivery_parts import floor, peer  # noqa: E402  # the path above
from delivery_parts.ours import Place, measure_liaison  # noqa: E402
from delivery_parts.report import Measured, Report  # noqa: E402
from delivery_parts.rounds import Options, measure_peer  # noqa: E402
from delivery_parts.sinks import Sink, free_port, mail_sink, smtp_sink  # noqa: E402
from delivery_parts.stack import RESULTS, durability, folder, postgres  # noqa: E402
from delivery_parts.storm import measure_storm  # noqa: E402
from delivery_parts.webhooks import measure_peer_webhooks  # noqa: E402

_SIZE_WITHOUT_LIAISON = 10_000
_QUIET_LOAD = 1.0


def main() -> None:
    """Measure, print the table, write the file."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # nothing is left running behind it
    options = Options.of(os.environ)
    report = Report()
    found = None if options.own_sink else smtp_sink(RESULTS)
    with folder() as place, postgres(place, watched=options.profiled) as cluster:
        print(f"PostgreSQL: {durability(cluster.url)}; on {_file_system(place)}")
        print(f"sink: {'smtp-sink -c' if found else 'our own'}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        if os.getloadavg()[0] > _QUIET_LOAD:
            print("This machine is busy with something else: these times are longer than they need to be.")
        mail = place / "mail"
        mail.write_bytes((b"x" * 76 + b"\r\n") * (_SIZE_WITHOUT_LIAISON // 78))
        if options.wants("liaison"):
            measure_liaison(report, options, Place(place, cluster, found, mail))
        if options.wants("storm"):
            measure_storm(report, options, Place(place, cluster, found, mail))
        if options.wants("floor"):
            with mail_sink(found, free_port()) as sink:
                _measure_floor(report, options, cluster.url, sink, mail)
        if options.wants("alertmanager") and peer.program():
            lines = peer.filling_for(place, mail.stat().st_size)
            measure_peer(report, options, place, found, lines)
            measure_peer_webhooks(report, options, place, found, lines)
    name = f"Alertmanager {peer.version()}" if peer.program() else "Alertmanager"
    print(report.table(peer=name))
    report.write(RESULTS / "delivery.json")


def _measure_floor(report: Report, options: Options, url: str, sink: Sink, mail: Path) -> None:
    for size in options.sizes:
        rounds = options.rounds if size > 1 else options.rounds * 5
        plain = [floor.run(url, sink, mail, size, recorded=False).seconds for _ in range(rounds)]
        recorded = [floor.run(url, sink, mail, size, recorded=True).seconds for _ in range(rounds)]
        row = report.row(f"{size:,} alerts: to the last mail", "s")
        row.floor = Measured.of(plain, f"{mail.stat().st_size} bytes each")
        row = report.row(f"{size:,} alerts: to the last mail, at the least with every hand-over and answer kept", "s")
        row.floor = Measured.of(recorded)
        if size > 1:
            report.row(f"{size:,} alerts: mails", "1/s").floor = Measured.of([size / seconds for seconds in plain])


def _file_system(place: Path) -> str:
    """Return the kind of file system below a folder: on one in memory, fsync would mean nothing."""
    best = ("", "unknown")
    for line in Path("/proc/mounts").read_text().splitlines():
        _device, mounted, kind, *_rest = line.split()
        if place.is_relative_to(mounted) and len(mounted) >= len(best[0]):
            best = (mounted, kind)
    return best[1]


if __name__ == "__main__":
    main()
