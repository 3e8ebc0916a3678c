"""The mail server refuses, hangs, puts off, hangs up, or takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable

from faults.client import Alert, new_token
from faults.house import THREE
from faults.scene import Scene
from faults.sinks.remote import wait_until
from faults.table.fault import Fault

_VISIBLE_WITHIN = 60.0
_AUDIT_FAILED = "deliveries: the audit failed"


def nothing_listens(scene: Scene) -> None:
    scene.smtp.close_port()
    scene.alert(times=2)
    scene.sleep(2)
    scene.smtp.open_port()


def away(scene: Scene) -> None:
    """Let nothing listen for longer than a minute: staff must be told while it lasts, not when it is over."""
    scene.smtp.close_port()
    scene.alert(times=2)
    began = time.monotonic()
    scene.sleep(_VISIBLE_WITHIN * 2 / 3)
    if not wait_until(lambda: scene.stack.doctor_says(_AUDIT_FAILED), _VISIBLE_WITHIN / 3, every=3):
        seen = wait_until(lambda: scene.stack.doctor_says(_AUDIT_FAILED), _VISIBLE_WITHIN, every=3)
        after = f"only after {time.monotonic() - began:.0f} s" if seen else "not in two minutes either"
        scene.problems.append(f"staff did not see within 60 s that messages are late, {after}")
    scene.smtp.open_port()


def hangs(scene: Scene) -> None:
    """Say nothing to whoever connects, and nothing any more to whoever is connected, for a while."""
    point = scene.random.choice(["connect", "mail", "rcpt", "data"])
    scene.smtp.rule(point=point, do="hold", after="drop")
    scene.smtp.rule(point="connect", do="hold", after="drop")
    scene.alert(times=2)
    scene.sleep(6)
    scene.smtp.clear()


def closing(scene: Scene) -> None:
    """Answer 421, at the greeting or in the middle."""
    point = scene.random.choice(["connect", "mail", "rcpt", "dot"])
    scene.smtp.rule(point=point, do="answer", words="421 4.3.2 closing")
    scene.alert(times=2)
    scene.sleep(2)
    scene.smtp.clear()


def greylisting(scene: Scene) -> None:
    scene.smtp.rule(point="rcpt", to="three.test", do="answer", words="451 4.7.1 come back later", each=2)
    scene.alert()


def refused_for_good(point: str, words: str, *, of: int) -> Callable[[Scene], None]:
    """Return a fault where `of` of three recipients are refused with a 5xx; staff must see it within a minute."""

    def run(scene: Scene) -> None:
        recipients = scene.stack.house.homes[THREE].recipients
        chosen = scene.random.sample(recipients, of)
        for address in chosen:
            scene.smtp.rule(point=point, to=address, do="answer", words=words)
        token = new_token()
        scene.refused |= {(token, address) for address in chosen}
        began = time.monotonic()
        scene.client.send(THREE, [Alert(token)])
        left = max(1.0, _VISIBLE_WITHIN - (time.monotonic() - began))
        if not wait_until(lambda: scene.staff_sees_failed(scene.refused), left, every=0.5):
            scene.problems.append("staff did not see within 60 s that it failed")
        scene.smtp.clear()

    return run


def hangs_up(point: str) -> Callable[[Scene], None]:
    """Return a fault that hangs up on three messages: before accepting (`dot`) or after (`accepted`), without a 250."""

    def run(scene: Scene) -> None:
        rule = scene.smtp.rule(point=point, do="drop", times=3)
        scene.alert(times=2)
        for _ in range(3):
            scene.smtp.wait(rule)

    return run


def answers_late(scene: Scene) -> None:
    """Accept a message and say so after two minutes only. Nobody may send it again."""
    seconds = scene.quick(120, 12)
    rule = scene.smtp.rule(point="accepted", to="three.test", do="hold", seconds=seconds, times=1)
    scene.alert()
    scene.smtp.wait(rule)
    scene.sleep(seconds)


_REFUSED = "550 5.1.1 nobody of that name"

FAULTS = (
    Fault("smtp-refused", "nothing listens on the mail server's port", nothing_listens, recovers_in=45),
    Fault("smtp-away", "nothing listens for over a minute, and staff are told of it", away, rounds=1, recovers_in=60),
    Fault("smtp-hangs", "the mail server says nothing", hangs, recovers_in=45),
    Fault("smtp-421", "the mail server closes with 421", closing, recovers_in=45),
    Fault("smtp-greylisting", "451 until the third try", greylisting, rounds=1, recovers_in=90),
    Fault("smtp-5xx-rcpt", "550 at RCPT for all three", refused_for_good("rcpt", _REFUSED, of=3)),
    Fault("smtp-5xx-data", "554 after the final dot for all three", refused_for_good("dot", "554 5.7.1 no", of=3)),
    Fault("smtp-5xx-one-of-three", "550 at RCPT for one of three", refused_for_good("rcpt", _REFUSED, of=1),
          in_quick=True),
    Fault("smtp-drop-before-accepting", "hangs up at the final dot without accepting", hangs_up("dot"), recovers_in=60),
    Fault("smtp-drop-before-250", "accepts, and hangs up before the 250", hangs_up("accepted"), recovers_in=60,
          in_quick=True),
    Fault("smtp-250-late", "the 250 comes after two minutes", answers_late, rounds=1, recovers_in=60),
)  # fmt: skip
