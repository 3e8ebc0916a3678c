"""What a fault has at hand while it happens: the stack, the sinks, the client, and what it says it may cost."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from faults.client import Alert, Client, new_token
from faults.house import THREE
from faults.judge import Allowance, Owed, judge
from faults.processes import owner_of_port, send

if TYPE_CHECKING:
    from faults.sinks.remote import Sink
    from faults.stack import Stack

_FAILED = frozenset({"failed", "bounced"})


@dataclass
class Scene:
    """One round of one fault."""

    stack: Stack
    smtp: Sink
    http: Sink
    client: Client
    random: Random
    is_quick: bool = False
    crashes: int = 0
    refused: set[Owed] = field(default_factory=set)
    bounds: dict[tuple[str, ...], float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    mails_per_second: float = 40.0
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def allowance(self) -> Allowance:
        return Allowance(self.crashes, frozenset(self.refused))

    def alert(self, account: str = THREE, *, times: int = 1) -> list[str]:
        """Send alerts, each in a request of its own, and return their tokens once all are taken."""
        tokens = [new_token() for _ in range(times)]
        for token in tokens:
            self.client.send(account, [Alert(token)])
        return tokens

    def burst(self, account: str = THREE, *, of: int) -> list[str]:
        """Send several alerts in one request, so that workers find a whole batch due, and return their tokens."""
        alerts = [Alert(new_token()) for _ in range(of)]
        self.client.send(account, alerts)
        return [alert.token for alert in alerts]

    def meanwhile(self, work: Callable[[], object]) -> None:
        """Do something beside the fault; the round waits for its end, and its failure is a problem of the round."""

        def run() -> None:
            try:
                work()
            except Exception as problem:  # noqa: BLE001  # whatever it is, the report says it
                self.problems.append(f"{type(problem).__name__}: {problem}")

        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def kill(self, pids: Sequence[int]) -> None:
        """Kill delivery processes; each may repeat what it had in flight."""
        self.crashes += len(pids)
        send(pids, signal.SIGKILL)

    def victims(self, port: int) -> list[int]:
        """Return the delivery process that has the connection with this port, or all, by chance."""
        pids = self.stack.deliverers()
        owner = owner_of_port(port, pids)
        return [owner] if owner and self.random.random() < 0.5 else pids  # noqa: PLR2004  # half of the rounds

    @contextmanager
    def workers_stopped(self) -> Iterator[list[int]]:
        """Let no delivery process do anything in the block; who lives after it goes on."""
        pids = self.stack.deliverers()
        send(pids, signal.SIGSTOP)
        try:
            yield pids
        finally:
            send(pids, signal.SIGCONT)

    def lost(self) -> tuple[Owed, ...]:
        """Return what is owed and has not arrived so far."""
        return judge(self.client.promises, [*self.smtp.dots(), *self.http.dots()], self.allowance).lost

    def staff_sees_failed(self, owed: Iterable[Owed]) -> bool:
        """Ask the API as staff whether each of these deliveries is shown as failed, with a reason."""
        wanted: dict[str, set[str]] = {}
        for token, to in owed:
            wanted.setdefault(token, set()).add(to)
        incidents = {one.token: one.incident for one in self.client.promises}
        return all(self._are_failed(incidents[token], addresses) for token, addresses in wanted.items())

    def _are_failed(self, incident: str, addresses: Iterable[str]) -> bool:
        """Say whether each address stands in a failed delivery; an endpoint is shown with more than its name."""
        shown = [
            delivery["address"]
            for announcement in self.stack.ask(f"/incidents/{incident}/announcements")
            for delivery in announcement["deliveries"]
            if delivery["state"] in _FAILED and delivery["state_reason"]
        ]
        return all(any(address.removeprefix("hook:") in one for one in shown) for address in addresses)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def quick(self, usual: float, quick: float) -> float:
        """Return the usual duration, or the one of the short form."""
        return quick if self.is_quick else usual
