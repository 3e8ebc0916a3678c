"""The story of the demo: each step does one thing against the running server and shows its evidence."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from liaison.accounts import actions as accounts
from liaison.accounts.vocabulary import TokenScope
from liaison.demo.client import Browser
from liaison.demo.receiver import Partner, Receiver
from liaison.lib.clock import utc_now

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence

    from liaison.accounts.models import Identity
    from liaison.demo.client import Answer
    from liaison.demo.mailbox import Mailbox
    from liaison.demo.seed import Stage

_FIRST_PAUSE, _LONGEST_PAUSE, _SLOWER = 0.05, 0.4, 1.3  # what is late is looked for less often: looking takes time too
_TOKEN_LIFE = timedelta(days=1)
_DATA = Path(__file__).parent / "data"


class StepFailedError(Exception):
    """A step did not hold; the message says what was expected and what was found."""


@dataclass
class Scene:
    """What the steps share: keys, tokens and incidents that earlier ones leave for later ones as `facts`.

    `kept` is given back at the end, whatever happens.
    """

    root: str
    stage: Stage
    mailbox: Mailbox
    stop: threading.Event
    receiver: Receiver = field(default_factory=Receiver)
    browsers: dict[str, Browser] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    partner: Partner = field(default_factory=Partner)
    kept: ExitStack = field(default_factory=ExitStack)
    _tokens: dict[str, str] = field(default_factory=dict)

    def person(self, key: str) -> Identity:
        return self.stage.people[key]

    def browser(self, key: str) -> Browser:
        """Return the browser of one person, each with cookies of its own; `nobody` is signed in nowhere."""
        return self.browsers.setdefault(key, Browser(self.root))

    def api(self, key: str, method: str, path: str, data: object = None) -> Answer:
        """Ask the API as one person, with a token made for the story, in English."""
        if key not in self._tokens:
            self._tokens[key] = _token_of(self.person(key))
        headers = {
            "Authorization": f"Bearer {self._tokens[key]}",
            "Accept-Language": "en",
            "Content-Type": "application/json",
        }
        body = b"" if data is None else json.dumps(data).encode()
        return self.browser("nobody").send(method, f"/api/v1{path}", body, headers)


def payload(name: str) -> bytes:
    """Return a body that a real Alertmanager once posted."""
    return (_DATA / name).read_bytes()


@dataclass(frozen=True)
class Step:
    """One step: what it shows, and the function that does it and yields lines of evidence."""

    title: str
    run: Callable[[Scene], Iterator[str]]


def play(scene: Scene, steps: Sequence[Step], say: Callable[[str], None]) -> bool:
    """Play the steps in order up to the first that does not hold; tell whether all held."""
    began = time.monotonic()
    for number, step in enumerate(steps, start=1):
        say(f"\n{number:>2}. {step.title}")
        try:
            for line in step.run(scene):
                say(f"    {line}")
        except StepFailedError as problem:
            say(f"    DID NOT HOLD: {problem}\n\nStep {number} of {len(steps)} did not hold.")
            return False
        except Exception as problem:  # noqa: BLE001  # whatever it is, the story has failed and must say so
            say(f"    DID NOT HOLD: {type(problem).__name__}: {problem}")
            say(f"\nStep {number} of {len(steps)} did not hold.")
            return False
    say(f"\nAll {len(steps)} steps held, in {time.monotonic() - began:.1f} s.")
    return True


def expect(condition: object, what: str) -> None:
    """Fail the step unless the condition holds; `what` says what was found instead."""
    if not condition:
        raise StepFailedError(what)


def expect_status(answer: Answer, status: int, what: str) -> str:
    """Fail the step unless the server answered with this status; return a line of evidence."""
    expect(answer.status == status, f"{what}: HTTP {answer.status} instead of {status}. {answer.text[:300]}")
    return f"{what}: HTTP {answer.status}"


def _token_of(identity: Identity) -> str:
    now = utc_now()
    _row, token = accounts.create_api_token(
        actor=identity, name="Demo", scopes=[TokenScope.ADMINISTER], expires_at=now + _TOKEN_LIFE, now=now
    )
    return token


def wait_until(scene: Scene, condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something that happens by itself; fail the step with `what` when it does not within `seconds`."""
    deadline, pause = time.monotonic() + seconds, _FIRST_PAUSE
    while not condition():
        expect(time.monotonic() < deadline, what)
        expect(not scene.stop.is_set(), "the demo was stopped")
        time.sleep(pause)
        pause = min(pause * _SLOWER, _LONGEST_PAUSE)
