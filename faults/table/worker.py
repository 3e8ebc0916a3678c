"""Delivery processes that die, freeze or are stopped."""

from __future__ import annotations

import signal
from collections.abc import Callable

from faults.client import Alert, new_token
from faults.house import THREE
from faults.judge import MOST_IN_FLIGHT
from faults.processes import send
from faults.scene import Scene
from faults.sinks.remote import wait_until
from faults.stack import LEASE_SECONDS
from faults.table.fault import Fault

_DUE = 1000
_IN_ONE_POST = 50
_BATCH = 20
_VISIBLE_WITHIN = 60.0


def kill_before_claim(scene: Scene) -> None:
    with scene.workers_stopped() as pids:
        scene.alert(times=3)
        scene.kill(pids)


def kill_at(point: str, do: str = "hold") -> Callable[[Scene], None]:
    """Return a fault that kills when a conversation comes to this point; the sink then goes on as if nothing was."""

    def run(scene: Scene) -> None:
        rule = scene.smtp.rule(point=point, do=do, times=1, skip=scene.random.randrange(_BATCH))
        scene.meanwhile(lambda: scene.burst(of=_BATCH // 2))
        reached = scene.smtp.wait(rule)
        scene.kill(scene.victims(reached.port))
        scene.smtp.clear()

    return run


def kill_all_with_many_due(scene: Scene) -> None:
    with scene.workers_stopped() as pids:
        for _ in range(_DUE // 3 // _IN_ONE_POST + 1):
            scene.client.send(THREE, [Alert(new_token()) for _ in range(_IN_ONE_POST)])
        scene.kill(pids)


def kill_twice(scene: Scene) -> None:
    """Kill whoever comes to the final dot of one message, twice, and never accept it.

    A third dot is not allowed, so the message fails; what was handed over with it both times may fail as well.
    Staff must see each within a minute.
    """
    victim = scene.stack.house.homes[THREE].recipients[0]
    scene.meanwhile(scene.alert)
    for _ in range(2):
        rule = scene.smtp.rule(point="dot", to=victim, do="hold", after="drop", times=1)
        reached = scene.smtp.wait(rule, 40)
        scene.kill(scene.victims(reached.port))
        scene.smtp.clear()
    scene.join()
    if not wait_until(lambda: scene.staff_sees_failed(scene.lost()), _VISIBLE_WITHIN, every=0.5):
        scene.problems.append("staff did not see within 60 s that it failed")
        return
    given_up = scene.lost()
    if not 0 < len(given_up) <= MOST_IN_FLIGHT:
        scene.problems.append(f"{len(given_up)} messages were given up")
    scene.refused |= set(given_up)


def stop_past_the_lease(scene: Scene) -> None:
    point = scene.random.choice(["rcpt", "data", "body", "dot", "accepted"])
    rule = scene.smtp.rule(point=point, do="hold", times=1, skip=scene.random.randrange(_BATCH))
    scene.meanwhile(lambda: scene.burst(of=_BATCH // 2))
    reached = scene.smtp.wait(rule)
    pids = scene.victims(reached.port)
    scene.crashes += len(pids)
    send(pids, signal.SIGSTOP)
    scene.sleep(LEASE_SECONDS + scene.random.uniform(1, 3))
    scene.smtp.clear()
    send(pids, signal.SIGCONT)


def sigterm_during_work(scene: Scene) -> None:
    """End worker and web as a deployment does, in the middle of work, and start them again."""
    scene.meanwhile(lambda: scene.burst(of=40))
    scene.sleep(scene.random.uniform(0, 0.5))
    for name, start in (("worker", scene.stack.start_worker), ("web", scene.stack.start_web)):
        scene.stack.end(name)
        start()


FAULTS = (
    Fault("kill-before-claim", "kill -9 of all delivery processes before they claim", kill_before_claim),
    Fault("kill-after-claim", "kill -9 at RCPT: claimed, nothing handed over", kill_at("rcpt"), in_quick=True),
    Fault("kill-at-data", "kill -9 between DATA and the body", kill_at("data")),
    Fault("kill-after-body", "kill -9 when the body is under way", kill_at("body")),
    Fault("kill-after-dot", "kill -9 after the final dot, before the answer", kill_at("dot"), in_quick=True),
    Fault("kill-before-250", "kill -9 when the sink has accepted and not said so", kill_at("accepted")),
    Fault("kill-after-250", "kill -9 right after the 250 went out", kill_at("answered", "notice"), in_quick=True),
    Fault("kill-all-1000-due", "kill -9 of all with 1,000 messages due", kill_all_with_many_due, recovers_in=120),
    Fault("kill-twice", "kill -9 twice after the final dot of the same message", kill_twice),
    Fault("stop-past-lease", "SIGSTOP past the lease, then SIGCONT", stop_past_the_lease, in_quick=True),
    Fault("sigterm", "SIGTERM of worker and web during work", sigterm_during_work, recovers_in=40),
)  # fmt: skip
