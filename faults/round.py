"""One round: load, a random offset, the fault, recovery, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from faults.client import Client, Load
from faults.house import TRICKLES
from faults.judge import Allowance, Judgement, judge, missing
from faults.ledger import Dot, Promise
from faults.scene import Scene
from faults.sinks.remote import Sink, wait_until
from faults.stack import Stack
from faults.table import Fault

_LONGEST_OFFSET = 1.5
_LATE_IS_NOT_LOST = 30.0
_SETTLES_IN = 45.0
_QUIET = 0.5
_BESIDE_OTHER_TESTS = 2  # the short form shares the machine with other tests
_MOST_KILLED = 2


@dataclass
class Stage:
    """What every round shares."""

    stack: Stack
    smtp: Sink
    http: Sink
    seed: str
    is_quick: bool
    mails_per_second: float = 40.0
    killed: int = 0

    def dots(self) -> list[Dot]:
        return [*self.smtp.dots(), *self.http.dots()]


@dataclass
class Round:
    """What happened in a round. It is judged again at the very end, so that a late repeat counts as well."""

    fault: Fault
    number: int
    offset: float
    allowance: Allowance
    promises: list[Promise]
    bounds: dict[tuple[str, ...], float]
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def judge(self, dots: list[Dot]) -> Judgement:
        return judge(self.promises, dots, self.allowance)

    def all_problems(self, dots: list[Dot]) -> list[str]:
        """Return everything that is wrong, in words."""
        found = self.judge(dots)
        words = [*self.problems, *found.problems, *(f"{to} never got {token}" for token, to in found.lost[:5])]
        if found.repeated > found.allowed_repeats:
            ids = ", ".join(list(found.repeats)[:5])
            words.append(f"{found.repeated} repeats, {found.allowed_repeats} allowed: {ids}")
        for accounts, bound in self.bounds.items():
            ours = [one for one in self.promises if one.account in accounts]
            delay = judge(ours, dots, self.allowance).worst_delay
            if delay > bound:
                words.append(f"{', '.join(accounts)}: {delay:.1f} s, at most {bound:.0f} s allowed")
        return words

    def as_data(self, dots: list[Dot]) -> dict[str, Any]:
        found, problems = self.judge(dots), self.all_problems(dots)
        return {
            "fault": self.fault.name,
            "round": self.number,
            "offset": round(self.offset, 3),
            "alerts": len(self.promises),
            "owed": found.owed,
            "accepted": found.accepted,
            "lost": len(found.lost),
            "repeats": found.repeated,
            "allowed_repeats": found.allowed_repeats,
            "worst_delay": round(found.worst_delay, 2),
            "seconds": round(self.seconds, 1),
            "problems": problems,
            "verdict": "bad" if problems else "good",
        }


def play(fault: Fault, number: int, stage: Stage, ledger: Path) -> Round:
    """Run one round and return what happened; the stack is whole and quiet again afterwards."""
    random = Random(f"{stage.seed}/{fault.name}/{number}")  # chance, not secrecy
    offset = random.uniform(0, _LONGEST_OFFSET)
    client = Client(stage.stack.port, stage.stack.house, ledger)
    scene = Scene(
        stage.stack, stage.smtp, stage.http, client, random,
        is_quick=stage.is_quick, mails_per_second=stage.mails_per_second,
    )  # fmt: skip
    began = time.monotonic()
    load = Load(client, TRICKLES, fault.load, random)
    with load:
        time.sleep(offset)
        _run(fault, scene)
        scene.join()
    scene.problems += load.problems
    ended = time.monotonic()
    _recover(fault, stage, scene)
    return Round(fault, number, offset, scene.allowance, client.promises, scene.bounds, scene.problems, ended - began)


def _run(fault: Fault, scene: Scene) -> None:
    try:
        fault.run(scene)
    except Exception as problem:  # noqa: BLE001  # a fault that could not be made is a bad round, not the end
        scene.problems.append(f"the fault could not be made: {type(problem).__name__}: {problem}")
        scene.smtp.clear()
        scene.http.clear()


def _recover(fault: Fault, stage: Stage, scene: Scene) -> None:
    """Wait, touching nothing, until all has arrived and every delivery has reached an end; then tidy up."""

    def arrived() -> bool:
        return not missing(scene.client.promises, stage.dots(), scene.allowance)

    limit = fault.recovers_in * (_BESIDE_OTHER_TESTS if stage.is_quick else 1)
    if not wait_until(arrived, limit, every=0.2):
        late = wait_until(arrived, _LATE_IS_NOT_LOST, every=0.5)
        scene.problems.append(f"not recovered in {limit:.0f} s" + (", but later" if late else ""))
    stage.smtp.clear()
    stage.http.clear()
    if not wait_until(lambda: _is_settled(stage.stack), _SETTLES_IN, every=0.3):
        scene.problems.append(f"deliveries without an end after {_SETTLES_IN:.0f} s more")
    time.sleep(_QUIET)
    stage.killed += scene.crashes
    if stage.killed > _MOST_KILLED:
        # The supervisor waits longer before each further restart; a later round begins with a fresh one.
        stage.stack.end("worker")
        stage.stack.start_worker()
        stage.killed = 0


def _is_settled(stack: Stack) -> bool:
    try:
        return stack.unsettled() == 0
    except psycopg.Error:
        return False
