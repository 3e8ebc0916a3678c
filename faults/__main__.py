"""`make faults`: play every fault against the real stack and judge from the ledgers. Exit code 1 on a bad verdict.

`SEED=` repeats the offsets of an earlier run, `ONLY=name,name` plays some, `QUICK=1` is the form of about two
minutes, `SELFTEST=1` tests the judge (with `QUICK=1` as well, before that form), `ROUNDS=` overrules how often each is
played, `MINUTES=` when no further round begins, `KEEP=1` leaves logs and ledgers.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults import report
from faults.round import Round, Stage, play
from faults.selftest import self_test
from faults.sinks.remote import Sink
from faults.stack import Stack
from faults.table import FAULTS, Fault

_MINUTES = 24.0


def main() -> int:
    """Play what the environment asks for."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    is_quick = _flag("QUICK")
    print(f"SEED={seed}", flush=True)
    with _stage(seed, is_quick=is_quick) as (stage, folder):
        code = 0
        if _flag("SELFTEST"):
            code = self_test(stage, folder / "client.jsonl")
            stage.smtp.clear()
            if not is_quick:
                return code
        return _play_all(stage, folder, _chosen(is_quick=is_quick)) or code


def _play_all(stage: Stage, folder: Path, faults: tuple[Fault, ...]) -> int:
    print(report.heading(), flush=True)
    began, minutes = time.monotonic(), float(os.environ.get("MINUTES") or _MINUTES)
    rounds: list[Round] = []
    is_whole = True
    for fault, number in _order(faults, one_each=stage.is_quick):
        if time.monotonic() - began > minutes * 60:
            print(f"The time is over: {fault.name}, round {number}, and what follows were not played.")
            is_whole = "MINUTES" in os.environ  # who set the time knows that not everything was played
            break
        played = play(fault, number, stage, folder / "client.jsonl")
        rounds.append(played)
        print(report.line(played.as_data(stage.dots())), flush=True)
        if fault.name == "kill-all-1000-due":
            stage.mails_per_second = _speed(played, stage)
    # Once more, with everything that came after each round's end.
    rows = [one.as_data(stage.dots()) for one in rounds]
    bad = [row for row in rows if row["verdict"] == "bad"]
    seconds = time.monotonic() - began
    report.write(stage.seed, rows, seconds=round(seconds), quick=stage.is_quick)
    totals = {key: sum(row[key] for row in rows) for key in ("alerts", "owed", "lost", "repeats")}
    print(
        f"{len(rows)} rounds in {seconds:.0f} s: {totals['alerts']} alerts, {totals['owed']} messages owed, "
        f"{totals['lost']} lost, {totals['repeats']} repeats, {len(bad)} bad verdicts."
    )
    for row in bad:
        print(report.line(row))
    return 1 if bad or not rows or not is_whole else 0


def _order(faults: tuple[Fault, ...], *, one_each: bool) -> Iterator[tuple[Fault, int]]:
    """Give every fault its first round, then its second, and so on: a run that ends early has seen everything."""
    asked = int(os.environ.get("ROUNDS") or 0)
    wanted = {fault.name: asked or (1 if one_each else fault.rounds) for fault in faults}
    for number in range(1, max(wanted.values(), default=0) + 1):
        yield from ((fault, number) for fault in faults if number <= wanted[fault.name])


def _chosen(*, is_quick: bool) -> tuple[Fault, ...]:
    names = [name for name in os.environ.get("ONLY", "").split(",") if name]
    unknown = set(names) - {fault.name for fault in FAULTS}
    if unknown:
        known = ", ".join(fault.name for fault in FAULTS)
        sys.exit(f"There is no fault {', '.join(sorted(unknown))}. There are: {known}.")
    if names:
        return tuple(fault for fault in FAULTS if fault.name in names)
    return tuple(fault for fault in FAULTS if fault.in_quick or not is_quick)


def _speed(played: Round, stage: Stage) -> float:
    """Return how many mails per second this machine delivered, after the workers came back."""
    tokens = {promise.token for promise in played.promises}
    moments = sorted(dot.at for dot in stage.dots() if dot.is_accepted and dot.token in tokens)
    middle = moments[len(moments) // 4 : -len(moments) // 4]
    return len(middle) / max(0.1, middle[-1] - middle[0]) if len(middle) > 1 else stage.mails_per_second


@contextmanager
def _stage(seed: str, *, is_quick: bool) -> Iterator[tuple[Stage, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="liaison-faults-"))
    folder.chmod(0o755)  # PostgreSQL may run as another user, and reads below it
    smtp, http = Sink("smtp", folder / "smtp.jsonl"), Sink("http", folder / "http.jsonl")
    stack = Stack(folder, smtp_port=smtp.port, hook_port=http.port)
    try:
        stack.start()
        yield Stage(stack, smtp, http, seed, is_quick), folder
    finally:
        stack.stop()
        smtp.stop()
        http.stop()
        if _flag("KEEP"):
            print(f"Logs and ledgers: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "yes", "true", "on"}


if __name__ == "__main__":
    sys.exit(main())
