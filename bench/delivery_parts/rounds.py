"""What is done again and again for each size: post, wait for the last mail, and count what that cost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from delivery_parts import peer
from delivery_parts.load import Request, for_alertmanager, post_all
from delivery_parts.processes import seconds_of
from delivery_parts.report import Measured, Report, share
from delivery_parts.sinks import Sink, SmtpSink, free_port, mail_sink

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_SECONDS = 900.0
_REST = (0.1, 0.2)
_PARTS = ("liaison", "floor", "alertmanager", "storm")


@dataclass(frozen=True)
class Options:
    """What the environment asks for."""

    sizes: tuple[int, ...]
    rounds: int
    singles: int
    only: str
    own_sink: bool
    profiled: bool
    entries: int = 500

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Options:
        """Read the options; raises SystemExit for one that means nothing."""
        only = environment.get("ONLY", "")
        if only and only not in _PARTS:
            raise SystemExit(f"ONLY={only!r} is none of {', '.join(_PARTS)}.")
        return cls(
            sizes=tuple(int(word) for word in environment.get("SIZES", "1,100,5000").split(",")),
            rounds=int(environment.get("ROUNDS", "3")),
            singles=int(environment.get("SINGLES", "50")),
            only=only,
            own_sink=environment.get("SINK", "") == "own",
            profiled=environment.get("PROFILE", "") == "1",
            entries=int(environment.get("ENTRIES", "500")),
        )

    def wants(self, part: str) -> bool:
        return self.only in ("", part)


@dataclass
class Runs:
    """The rounds of one size. All in seconds; `posts` are the answers to single POSTs."""

    last: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    put_off: int = 0


def run_once(
    runs: Runs, port: int, requests: list[Request], sink: Sink, count: int, *, seconds: float = LONGEST_SECONDS
) -> float:
    """Post `requests`, wait for `count` messages at most so many seconds, and return when the posting began.

    Raises RuntimeError when a POST was not taken, TimeoutError when messages are missing.
    """
    sink.arrivals.forget()
    posted = post_all(port, requests)
    if posted.broken:
        raise RuntimeError(f"Not taken: {posted.broken[0]}")
    runs.last.append(sink.arrivals.wait_for(count, seconds) - posted.began)
    runs.answered.append(posted.ended - posted.began)
    runs.posts += posted.seconds
    runs.put_off += posted.put_off
    return posted.began


def note_more(report: Report, alerts: int, sink: Sink) -> None:
    """Note what arrived beyond one for each alert: repeats, or alarms to the staff about what came too late."""
    more = sink.arrivals.count - alerts
    row = report.row(f"{alerts:,} alerts: messages beyond one for each in a round (repeats, alarms), at most", "")
    row.value = Measured(max(more, row.value.value if row.value else 0))


def run_singles(port: int, make: Callable[[], list[Request]], sink: Sink, count: int) -> Runs:
    """Post one alert at a time to a stack at rest, `count` times."""
    runs = Runs()
    for _ in range(count):
        # Not in step with anything that looks for work at intervals.
        time.sleep(random.uniform(*_REST))
        run_once(runs, port, make(), sink, 1)
    return runs


def measure_peer(report: Report, options: Options, place: Path, found: SmtpSink | None, lines: int) -> None:
    """Measure Alertmanager with so many lines of filling in its mail; each round starts with empty data."""
    report.row("size of a mail", "bytes").peer = Measured(peer.size_of(place, lines), "on the wire")
    smtp_port = free_port()
    with mail_sink(found, smtp_port) as sink:
        for alerts in options.sizes:
            runs, cpu = Runs(), 0.0
            for _ in range(1 if alerts == 1 else options.rounds):
                with peer.alertmanager(place, smtp_port, lines) as (port, process):
                    run_once(Runs(), port, for_alertmanager(1), sink, 1)
                    before = seconds_of(process.pid)
                    if alerts == 1:
                        runs = run_singles(port, lambda: for_alertmanager(1), sink, options.singles)
                    else:
                        run_once(runs, port, for_alertmanager(alerts), sink, alerts)
                    cpu += seconds_of(process.pid) - before
            note(report, "peer", alerts, runs)
            report.row(f"{alerts:,} alerts: processor time for each, all in all", "ms").peer = Measured(
                1000 * cpu / (alerts * len(runs.last))
            )


def note(report: Report, whose: str, alerts: int, runs: Runs, data: str = "") -> None:
    """Write the rounds of one size into the column `value` or `peer`."""

    def put(measure: str, unit: str, found: Measured) -> None:
        setattr(report.row(f"{alerts:,} alerts: {measure}", unit), whose, found)

    if alerts == 1:
        put("to the last mail", "s", Measured.of(runs.last, "at rest"))
        put("to the last mail, 99 of 100", "s", Measured(share(runs.last, 99)))
    else:
        put("to the last mail", "s", Measured.of(runs.last, data))
        put("mails", "1/s", Measured.of([alerts / seconds for seconds in runs.last]))
        put("to the last answer", "s", Measured.of(runs.answered, f"{runs.put_off} times 503" if runs.put_off else ""))
    put("answer to a POST, median", "ms", Measured(1000 * share(runs.posts, 50)))
    put("answer to a POST, 99 of 100", "ms", Measured(1000 * share(runs.posts, 99)))
