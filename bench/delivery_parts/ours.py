"""Liaison itself, measured: single alerts at rest, storms, processor time by part, and memory at rest."""

from __future__ import annotations

import shutil
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delivery_parts.load import for_liaison
from delivery_parts.processes import memory_of, seconds_of
from delivery_parts.profiles import watching
from delivery_parts.report import Measured, Report, rounded
from delivery_parts.rounds import Options, Runs, note, note_more, run_once, run_singles
from delivery_parts.sinks import Sink, SmtpSink, free_port, mail_sink, own_sink
from delivery_parts.stack import RESULTS, Ports, Stack, liaison
from delivery_parts.webhooks import Both, measure_webhooks

if TYPE_CHECKING:
    from pathlib import Path

    from liaison.config.postgres import PrivatePostgres

_WARM_UP_OF_LANGUAGES = 500
_WARM_UP = 20
_FIRST_MAIL_SECONDS = 90.0


@dataclass(frozen=True)
class Place:
    """Where to measure. One mail as it came over the wire is left in the file `mail`."""

    folder: Path
    cluster: PrivatePostgres
    smtp_sink: SmtpSink | None
    mail: Path


def measure_liaison(report: Report, options: Options, place: Place) -> None:
    """Start the stack and measure all sizes."""
    ports, kept = Ports(free_port(), free_port(), free_port()), place.folder / "kept"
    with liaison(place.folder, place.cluster, ports) as stack, own_sink("http", ports.webhooks) as hooks:
        english = [stack.keys["en"]]
        with own_sink("smtp", ports.mail, kept) as first:
            run_once(Runs(), stack.port, for_liaison(1, english), first, 1)
            stack.wait_until_quiet()
        shutil.copyfile(kept, place.mail)
        report.row("size of a mail", "bytes").value = Measured(place.mail.stat().st_size, "on the wire")
        with mail_sink(place.smtp_sink, ports.mail) as sink:
            # The first finds its connection closed by the other side; all of them warm the processes up.
            for _ in range(_WARM_UP):
                run_once(Runs(), stack.port, for_liaison(1, english), sink, 1)
            stack.wait_until_quiet()
            _note_memory(report, stack, "at rest")
            with watching(stack, RESULTS) if options.profiled else nullcontext():
                for alerts in options.sizes:
                    _measure_size(report, options, stack, sink, alerts)
            stack.wait_until_quiet()
            _note_memory(report, stack, "at rest after all of this")
            measure_webhooks(report, options, stack, Both(sink, hooks))


def _measure_size(report: Report, options: Options, stack: Stack, sink: Sink, alerts: int) -> None:
    english = [stack.keys["en"]]
    before = _seconds(stack, sink)
    if alerts == 1:
        runs = run_singles(stack.port, lambda: for_liaison(1, english), sink, options.singles)
        stack.wait_until_quiet()
    else:
        runs = Runs()
        for _ in range(options.rounds):
            run_once(runs, stack.port, for_liaison(alerts, english), sink, alerts)
            stack.wait_until_quiet()
            note_more(report, alerts, sink)
    after = _seconds(stack, sink)
    note(report, "value", alerts, runs)
    parts = {part: 1000 * (after[part] - before[part]) / (alerts * len(runs.last)) for part in after}
    for part, milliseconds in parts.items():
        measure = f"{alerts:,} alerts: processor time for each, {part}"
        report.row(measure, "ms").value = Measured(milliseconds)
    everything = sum(milliseconds for part, milliseconds in parts.items() if part != "sink")
    report.row(f"{alerts:,} alerts: processor time for each, all in all", "ms").value = Measured(everything)
    if alerts > 1:
        _measure_languages(report, stack, sink, alerts)


def _measure_languages(report: Report, stack: Stack, sink: Sink, alerts: int) -> None:
    keys = list(stack.keys.values())
    # Each process lays a mail out once for each language: English is warm by now, the others are not.
    run_once(Runs(), stack.port, for_liaison(_WARM_UP_OF_LANGUAGES, keys), sink, _WARM_UP_OF_LANGUAGES)
    stack.wait_until_quiet()
    runs = Runs()
    run_once(runs, stack.port, for_liaison(alerts, keys), sink, alerts)
    stack.wait_until_quiet()
    note_more(report, alerts, sink)
    measure = f"{alerts:,} alerts of five accounts in five languages: to the last mail"
    report.row(measure, "s").value = Measured.of(runs.last)


def _seconds(stack: Stack, sink: Sink) -> dict[str, float]:
    return {**stack.seconds(), "sink": seconds_of(sink.process.pid)}


def _note_memory(report: Report, stack: Stack, when: str) -> None:
    """Note the memory of web and worker with the parent of both, and in words that of each process."""
    found = memory_of(stack.liaison.pid)
    by_name: dict[str, list[float]] = defaultdict(list)
    for one in found:
        by_name[one.name].append(one.mebibytes)
    words = ", ".join(f"{name} {' + '.join(str(rounded(one)) for one in each)}" for name, each in by_name.items())
    print(f"memory {when} (PSS, MiB): {words}")
    total = sum(one.mebibytes for one in found)
    report.row(f"memory of web and worker {when} (PSS)", "MiB").value = Measured(total, words)
    own = sum(one.mebibytes for one in memory_of(stack.postgres))
    report.row(f"memory of PostgreSQL {when} (PSS)", "MiB").value = Measured(own)
