"""PostgreSQL goes away, or cuts connections."""

from __future__ import annotations

import signal
from collections.abc import Callable

from faults.scene import Scene
from faults.table.fault import Fault

_POINTS = ("rcpt", "dot", "accepted")
_CUT_EVERY = 5.0
_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'liaison' AND pid <> pg_backend_pid()"


def stopped_for(seconds: float) -> Callable[[Scene], None]:
    """Return a fault that stops PostgreSQL, by an orderly stop or as hard as a crash, and starts it again.

    It stops while a batch is at some point, so that what is said after it cannot be recorded for a while.
    """

    def run(scene: Scene) -> None:
        rule = scene.smtp.rule(point=scene.random.choice(_POINTS), do="hold", times=1, skip=scene.random.randrange(10))
        scene.meanwhile(lambda: scene.burst(of=6))
        scene.smtp.wait(rule)
        scene.stack.stop_database(scene.random.choice([signal.SIGINT, signal.SIGQUIT]))
        scene.smtp.clear()
        scene.sleep(seconds)
        scene.stack.cluster.start()

    return run


def connections_cut(scene: Scene) -> None:
    for _ in range(int(scene.quick(6, 2))):
        rule = scene.smtp.rule(point=scene.random.choice(_POINTS), do="hold", times=1)
        scene.meanwhile(lambda: scene.burst(of=4))
        scene.smtp.wait(rule)
        with scene.stack.connect() as connection:
            connection.execute(_CUT)
        scene.smtp.clear()
        scene.sleep(_CUT_EVERY)


FAULTS = (
    Fault("database-5s", "PostgreSQL stopped for 5 s", stopped_for(5), recovers_in=40, in_quick=True),
    Fault("database-45s", "PostgreSQL stopped for 45 s", stopped_for(45), rounds=1, recovers_in=60),
    Fault("database-120s", "PostgreSQL stopped for 120 s", stopped_for(120), rounds=1, recovers_in=60),
    Fault("connections-cut", "every connection cut each 5 s for 30 s", connections_cut, rounds=1),
)
