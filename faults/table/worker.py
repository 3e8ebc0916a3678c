"""Delivery processes that die, freeze or are stopped."""

from __future__ import annotations

import signal
from collections.abc import Callable

from faults.client import Alert, new_token
from faults.house import THREE
from faults.processes import send
from faults.scene import Scene
from faults.stack import LEASE_SECONDS
from faults.table.fault import Fault

_DUE = 1000
_IN_ONE_POST = 50


def kill_before_claim(scene: Scene) -> None:
    with scene.workers_stopped() as pids:
        scene.alert(times=3)
        scene.kill(pids)


def kill_at(point: str, do: str = "hold") -> Callable[[Scene], None]:
    """Return a fault that kills when a conversation comes to this point; the sink then goes on as if nothing was."""

    def run(scene: Scene) -> None:
        rule = scene.smtp.rule(point=point, do=do, times=1)
        scene.meanwhile(lambda: scene.alert(times=3))
        reached = scene.smtp.wait(rule)
        scene.kill(scene.victims(reached.port))
        scene.smtp.clear()

    return run


def kill_all_with_many_due(scene: Scene) -> None:
    with scene.workers_stopped() as pids:
        for _ in range(_DUE // 3 // _IN_ONE_POST + 1):
            scene.client.send(THREE, [Alert(new_token()) for _ in range(_IN_ONE_POST)])
        scene.kill(pids)


def stop_past_the_lease(scene: Scene) -> None:
    rule = scene.smtp.rule(point=scene.random.choice(["rcpt", "data", "body", "dot"]), do="hold", times=1)
    scene.meanwhile(lambda: scene.alert(times=3))
    reached = scene.smtp.wait(rule)
    pids = scene.victims(reached.port)
    scene.crashes += len(pids)
    send(pids, signal.SIGSTOP)
    scene.sleep(LEASE_SECONDS + scene.random.uniform(1, 3))
    scene.smtp.clear()
    send(pids, signal.SIGCONT)


def sigterm_during_work(scene: Scene) -> None:
    """End worker and web as a deployment does, in the middle of work, and start them again."""
    scene.meanwhile(lambda: scene.alert(times=20))
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
    Fault("kill-all-1000-due", "kill -9 of all with 1,000 messages due", kill_all_with_many_due, recovers_in=90),
    Fault("stop-past-lease", "SIGSTOP past the lease, then SIGCONT", stop_past_the_lease, in_quick=True),
    Fault("sigterm", "SIGTERM of worker and web during work", sigterm_during_work, recovers_in=40),
)  # fmt: skip
