"""The story of the demo: each step does one thing against the running server and shows its evidence."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from liaison.demo.client import Browser

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence

    from liaison.accounts.models import Identity
    from liaison.demo.client import Answer
    from liaison.demo.mailbox import Mailbox
    from liaison.demo.seed import Stage

_ROUND = 0.05
_DATA = Path(__file__).parent / "data"


class StepFailedError(Exception):
    """A step did not hold; the message says what was expected and what was found."""


@dataclass
class Scene:
    """What the steps share. `facts` is what earlier steps leave for later ones: keys, tokens, incidents."""

    root: str
    stage: Stage
    mailbox: Mailbox
    stop: threading.Event
    browsers: dict[str, Browser] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    def person(self, key: str) -> Identity:
        return self.stage.people[key]

    def browser(self, key: str) -> Browser:
        """Return the browser of one person, each with cookies of its own; `nobody` is signed in nowhere."""
        return self.browsers.setdefault(key, Browser(self.root))

    def payload(self, name: str) -> bytes:
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


def wait_until(scene: Scene, condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something that happens by itself; fail the step with `what` when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        expect(time.monotonic() < deadline, what)
        expect(not scene.stop.is_set(), "the demo was stopped")
        time.sleep(_ROUND)
