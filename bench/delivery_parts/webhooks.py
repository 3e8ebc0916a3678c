"""Webhooks beside mail: each alert makes one mail and one webhook, at once, here and in Alertmanager.

Ours are signed and each is its own message with its own attempts; the contact of this account has a mailbox and an
endpoint.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from delivery_parts import peer
from delivery_parts.load import Request, for_alertmanager, for_liaison
from delivery_parts.report import Measured, Report, share
from delivery_parts.rounds import LONGEST_SECONDS, Options, Runs, note_more, run_once, run_singles
from delivery_parts.sinks import Sink, SmtpSink, free_port, mail_sink, own_sink
from delivery_parts.stack import WEBHOOKS, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIRST_SECONDS = 20.0
_WARM_UP = 10


@dataclass(frozen=True)
class Both:
    """The two sinks."""

    mails: Sink
    hooks: Sink

    def run_once(self, runs: Runs, port: int, requests: list[Request], alerts: int) -> float:
        """Post, wait for both, note the last webhook in `runs`, and return the seconds to the last of both."""
        self.mails.arrivals.forget()
        began = run_once(runs, port, requests, self.hooks, alerts)
        return max(runs.last[-1], self.mails.arrivals.wait_for(alerts, LONGEST_SECONDS) - began)


def measure_webhooks(report: Report, options: Options, stack: Stack, both: Both) -> None:
    """Measure all sizes, to the last webhook and to the last of both. Says so when no webhook arrives at all."""

    def make(alerts: int) -> list[Request]:
        return for_liaison(alerts, [stack.keys[WEBHOOKS]])

    try:
        run_once(Runs(), stack.port, make(1), both.hooks, 1, seconds=_FIRST_SECONDS)
    except TimeoutError:
        print("webhooks: not measured, none arrived")
        return
    run_singles(stack.port, lambda: make(1), both.hooks, _WARM_UP)
    for alerts in options.sizes:
        stack.wait_until_quiet()
        if alerts == 1:
            _note_singles(report, "value", run_singles(stack.port, lambda: make(1), both.hooks, options.singles))
            continue
        runs, lasts = Runs(), []
        for _ in range(options.rounds):
            lasts.append(both.run_once(runs, stack.port, make(alerts), alerts))
            stack.wait_until_quiet()
            note_more(report, alerts, both.hooks)
            note_more(report, alerts, both.mails)
        _note_storms(report, "value", alerts, runs, lasts)


def measure_peer_webhooks(report: Report, options: Options, place: Path, found: SmtpSink | None, lines: int) -> None:
    """Measure Alertmanager with a receiver that has both; each round starts with empty data."""
    for alerts in options.sizes:
        runs, lasts = Runs(), []
        for _ in range(1 if alerts == 1 else options.rounds):
            with _peer(place, found, lines) as (port, both):
                if alerts == 1:
                    runs = run_singles(port, lambda: for_alertmanager(1), both.hooks, options.singles)
                else:
                    lasts.append(both.run_once(runs, port, for_alertmanager(alerts), alerts))
        if alerts == 1:
            _note_singles(report, "peer", runs)
        else:
            _note_storms(report, "peer", alerts, runs, lasts)


@contextmanager
def _peer(place: Path, found: SmtpSink | None, lines: int) -> Iterator[tuple[int, Both]]:
    smtp_port, http_port = free_port(), free_port()
    running = peer.alertmanager(place, smtp_port, lines, webhook_port=http_port)
    with mail_sink(found, smtp_port) as mails, own_sink("http", http_port) as hooks, running as (port, _process):
        both = Both(mails, hooks)
        both.run_once(Runs(), port, for_alertmanager(1), 1)
        yield port, both


def _note_singles(report: Report, whose: str, runs: Runs) -> None:
    measure = "1 alerts by mail and webhook: to the last webhook"
    setattr(report.row(measure, "s"), whose, Measured.of(runs.last, "at rest"))
    setattr(report.row(f"{measure}, 99 of 100", "s"), whose, Measured(share(runs.last, 99)))


def _note_storms(report: Report, whose: str, alerts: int, runs: Runs, lasts: list[float]) -> None:
    measure = f"{alerts:,} alerts by mail and webhook: to the last"
    setattr(report.row(f"{measure} webhook", "s"), whose, Measured.of(runs.last))
    setattr(report.row(f"{measure} of both", "s"), whose, Measured.of(lasts, f"{2 * alerts:,} messages"))
