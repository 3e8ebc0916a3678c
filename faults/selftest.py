"""The judge's own test: the sink loses one mail and repeats another thrice, and the judge must say exactly that."""

from __future__ import annotations

from pathlib import Path
from random import Random

from faults.client import Client, Load
from faults.house import THREE, TRICKLES
from faults.judge import Allowance, Judgement, judge, missing
from faults.ledger import Dot
from faults.round import Stage
from faults.scene import Scene
from faults.sinks.remote import wait_until

_ALERTS = 6


def self_test(stage: Stage, ledger: Path) -> int:
    """Return 0 only if the judge reports the one loss and the one repetition, and nothing else."""
    random = Random(stage.seed)  # chance, not secrecy
    client = Client(stage.stack.port, stage.stack.house, ledger)
    scene = Scene(stage.stack, stage.smtp, stage.http, client, random)
    stage.smtp.sabotage()
    with Load(client, TRICKLES, 4, random):
        scene.alert(THREE, times=_ALERTS)
    wait_until(lambda: stage.stack.unsettled() == 0, 30)
    wait_until(lambda: missing(client.promises, stage.dots(), Allowance()) <= 1, 5)
    dots = stage.dots()
    found = judge(client.promises, dots, Allowance())
    print(f"{found.owed} owed, {found.accepted} accepted")
    print(f"lost: {', '.join(f'{to} {token}' for token, to in found.lost) or 'none'}")
    print(f"repeated: {', '.join(f'{id_} {times + 1} times' for id_, times in found.repeats.items()) or 'none'}")
    wrong = list(_differences(found, dots, stage.smtp.sabotaged))
    print("\n".join(wrong) if wrong else "Exactly that was done to it: the judge can be believed.")
    return 1 if wrong else 0


def _differences(found: Judgement, dots: list[Dot], done: dict[str, str]) -> list[str]:
    """Return in what the judge's findings differ from what the sink did."""
    wrong = []
    if done.keys() != {"drop", "thrice"}:
        wrong.append(f"the sink did only {sorted(done)}")
    if [token for token, _to in found.lost] != [done.get("drop")]:
        wrong.append(f"lost should be one message of {done.get('drop')}")
    tokens = {dot.message_id: dot.token for dot in dots}
    if {tokens[id_]: times for id_, times in found.repeats.items()} != {done.get("thrice"): 2}:
        wrong.append(f"repeated should be one message of {done.get('thrice')}, three times")
    # Three acceptances are also three dots, one more than invariant 1 allows: that one finding, and no other.
    if len(found.problems) != 1 or "3 times" not in found.problems[0]:
        wrong.append(f"something else is reported: {found.problems}")
    return wrong
