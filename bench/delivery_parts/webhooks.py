"""Signed webhooks, measured as mail is.

The one contact of this account has a mailbox and an endpoint: each alert makes one mail and one webhook, at once.
"""

from __future__ import annotations

from delivery_parts.load import for_liaison
from delivery_parts.report import Measured, Report, Row, share
from delivery_parts.rounds import LONGEST_SECONDS, Options, Runs, run_once, run_singles
from delivery_parts.sinks import Sink
from delivery_parts.stack import WEBHOOKS, Stack

_FIRST_SECONDS = 20.0
_WARM_UP = 10


def measure_webhooks(report: Report, options: Options, stack: Stack, mails: Sink, hooks: Sink) -> None:
    """Measure all sizes, to the last webhook and to the last of both. Says so when no webhook arrives at all."""
    keys = [stack.keys[WEBHOOKS]]
    try:
        run_once(Runs(), stack.port, for_liaison(1, keys), hooks, 1, seconds=_FIRST_SECONDS)
    except TimeoutError:
        print("webhooks: not measured, none arrived")
        return
    run_singles(stack.port, lambda: for_liaison(1, keys), hooks, _WARM_UP)
    stack.wait_until_quiet()
    for alerts in options.sizes:
        if alerts == 1:
            runs = run_singles(stack.port, lambda: for_liaison(1, keys), hooks, options.singles)
            _row(report, alerts, "to the last webhook").value = Measured.of(runs.last, "at rest")
            _row(report, alerts, "to the last webhook, 99 of 100").value = Measured(share(runs.last, 99))
        else:
            runs, both = _storms(options, stack, alerts, mails, hooks)
            _row(report, alerts, "to the last webhook").value = Measured.of(runs.last)
            _row(report, alerts, "to the last of both").value = Measured.of(both, f"{2 * alerts:,} messages")
        stack.wait_until_quiet()


def _storms(options: Options, stack: Stack, alerts: int, mails: Sink, hooks: Sink) -> tuple[Runs, list[float]]:
    """Return the rounds as the webhooks saw them, and the seconds to the last webhook or mail of each."""
    runs, both = Runs(), []
    for _ in range(options.rounds):
        mails.arrivals.forget()
        began = run_once(runs, stack.port, for_liaison(alerts, [stack.keys[WEBHOOKS]]), hooks, alerts)
        last_mail = mails.arrivals.wait_for(alerts, LONGEST_SECONDS) - began
        both.append(max(runs.last[-1], last_mail))
        stack.wait_until_quiet()
        if (hooks.arrivals.count, mails.arrivals.count) != (alerts, alerts):
            raise RuntimeError(f"{hooks.arrivals.count} webhooks, {mails.arrivals.count} mails for {alerts} alerts.")
    return runs, both


def _row(report: Report, alerts: int, measure: str) -> Row:
    return report.row(f"{alerts:,} alerts by mail and webhook: {measure}", "s")
