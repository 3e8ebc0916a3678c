"""How a sink misbehaves: rules that the harness adds, each for one point of a conversation."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Handler = Callable[[dict[str, Any]], Awaitable[None]]


class HangUpError(Exception):
    """The sink closes the connection without a word."""


@dataclass
class Rule:
    """What to do at a point. `to` is a part of the recipient's address, empty for everybody.

    `do` is hold, answer (with `words`), drop, or notice (only tell the harness). It lets the first `skip` pass;
    `times` limits how often it applies, `each` how often to each recipient. A hold ends when the rules are cleared
    or after `seconds`; then the sink does `after`: go or drop.
    """

    number: int
    point: str
    do: str
    to: str = ""
    words: str = ""
    skip: int = 0
    times: int = -1
    each: int = -1
    seconds: float = 0.0
    after: str = "go"
    seen: Counter[str] = field(default_factory=Counter)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    def takes(self, point: str, to: str) -> bool:
        """Say whether the rule applies here, and count that it did."""
        if point != self.point or self.to not in to or 0 <= self.each <= self.seen[to] or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1 if self.times > 0 else 0
        self.seen[to] += 1
        return True


class Rules:
    """The rules in force. `meet` is where the sink asks what to do."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def add(self, given: dict[str, Any]) -> None:
        self._rules.append(Rule(**given))

    def clear(self) -> None:
        """Forget every rule, and let go whoever is held."""
        for rule in self._rules:
            rule.let_go.set()
        self._rules = []

    async def meet(self, point: str, to: str, port: int) -> str:
        """Return the words to answer instead of the usual ones, empty for the usual. Raises HangUpError."""
        rule = next((one for one in self._rules if one.takes(point, to)), None)
        if rule is None:
            return ""
        report(event="reached", number=rule.number, point=point, to=to, port=port)
        if rule.do == "drop":
            raise HangUpError
        if rule.do == "hold":
            await _hold(rule)
            if rule.after == "drop":
                raise HangUpError
        return rule.words if rule.do == "answer" else ""


class LedgerFile:
    """Appends one JSON object per dot, so that another process reads whole lines."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def write(self, *, to: str, token: str, message_id: str, accepted: bool, answer: str) -> None:
        line = {"at": time.time(), "to": to, "token": token, "id": message_id, "accepted": accepted, "answer": answer}
        self._file.write(json.dumps(line) + "\n")


def report(**said: Any) -> None:
    """Tell the harness something: one line of JSON on standard output."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def obey(loop: asyncio.AbstractEventLoop, handler: Handler) -> None:
    """Carry out each line of standard input, answer `done`, and end with the harness."""

    async def carry_out(command: dict[str, Any]) -> None:
        request = command.pop("request")
        await handler(command)
        report(event="done", request=request)

    def read() -> None:
        for line in sys.stdin:
            asyncio.run_coroutine_threadsafe(carry_out(json.loads(line)), loop).result()
        loop.call_soon_threadsafe(loop.stop)

    threading.Thread(target=read, name="commands", daemon=True).start()


async def _hold(rule: Rule) -> None:
    try:
        await asyncio.wait_for(rule.let_go.wait(), rule.seconds or None)
    except TimeoutError:
        return
