"""Receivers of webhooks that hang, fail, ask for patience, are gone, redirect, flood, or hang up; all at once.

Each behaviour has an endpoint of its own, so that one round sees them side by side: what one does must not delay
the others, nor the mails of the same alert.
"""

from __future__ import annotations

from pathlib import Path

from faults.house import HOOKED, hook
from faults.scene import Scene
from faults.sinks.remote import wait_until
from faults.table.fault import Fault

_PATIENCE = 3
_VISIBLE_WITHIN = 60.0
_MOST_MEMORY = 300 * 1024 * 1024
_BOUND_OF_MAILS = 10.0


def all_at_once(scene: Scene) -> None:
    """Misbehave once at each endpoint; everything arrives all the same, but at the one that is gone for good."""
    elsewhere = f"http://127.0.0.1:{scene.http.port}/hook/elsewhere"
    scene.http.rule(point="dot", to=hook("hang"), do="hold", after="drop", times=1)
    scene.http.rule(point="dot", to=hook("fails"), do="answer", words="500", times=1)
    scene.http.rule(point="dot", to=hook("slow-down"), do="answer", words=f"429 Retry-After: {_PATIENCE}", times=1)
    scene.http.rule(point="dot", to=hook("redirects"), do="answer", words=f"302 Location: {elsewhere}", times=1)
    scene.http.rule(point="dot", to=hook("big"), do="answer", words="200 big", times=1)
    scene.http.rule(point="accepted", to=hook("drops"), do="drop", times=1)
    gone = scene.stack.house.next_gone
    if gone:
        scene.http.rule(point="dot", to=gone, do="answer", words="410")
    (token,) = scene.alert(HOOKED)
    if gone:
        scene.refused.add((token, gone))
        if not wait_until(lambda: scene.staff_sees_failed(scene.refused), _VISIBLE_WITHIN, every=0.5):
            scene.problems.append("staff did not see within 60 s that the endpoint is gone")
        scene.stack.house.remove(HOOKED, gone)
        scene.alert(HOOKED)
    wait_until(lambda: not scene.lost(), 30)
    _look_at_patience(scene)
    _look_at_memory(scene)
    _look_at_mails(scene, token)


def _look_at_patience(scene: Scene) -> None:
    """The message that was asked for patience must not come again before its time, and must come again.

    Which message met the rule is for the ledger to say: on a slow machine the second alert's may be first.
    """
    asked = [dot for dot in scene.http.dots() if dot.to == hook("slow-down")]
    for first in (dot for dot in asked if dot.answer == "429"):
        again = [dot.at - first.at for dot in asked if dot.message_id == first.message_id and dot.at > first.at]
        if not again or again[0] < _PATIENCE:
            scene.problems.append(f"Retry-After: {_PATIENCE} was not kept: asked again after {again[:1]} s")
            return
    if not any(dot.answer == "429" for dot in asked):
        scene.problems.append("nobody was asked for patience")


def _look_at_memory(scene: Scene) -> None:
    """Two gigabytes of an answer must not end up in a worker."""
    for pid in scene.stack.deliverers():
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        if pages * 4096 > _MOST_MEMORY:
            scene.problems.append(f"a delivery process holds {pages * 4096 // 1024**2} MiB")


def _look_at_mails(scene: Scene, token: str) -> None:
    """The mails of the same alert wait for no webhook."""
    promise = next(one for one in scene.client.promises if one.token == token)
    moments = [dot.at for dot in scene.smtp.dots() if dot.token == token and dot.is_accepted]
    if moments and max(moments) - promise.accepted_at > scene.quick(_BOUND_OF_MAILS, 2 * _BOUND_OF_MAILS):
        scene.problems.append(f"a mail waited {max(moments) - promise.accepted_at:.1f} s beside hanging webhooks")


FAULTS = (
    Fault("webhooks", "hang, 500, 429, 302, 410, two gigabytes, no answer: an endpoint each, at once", all_at_once,
          in_quick=True),
)  # fmt: skip
