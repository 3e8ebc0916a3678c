"""What became of every message: what the story shows about the ledger, its proof and the audit (R3, R4)."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from liaison.demo.acts_of_escalation import GONE, PAGER, in_language, nobody_else_is_called
from liaison.demo.story import Scene, expect, expect_status, wait_until
from liaison.lib.clock import utc_now
from liaison.notifications.auditing.standing import standing

if TYPE_CHECKING:
    from collections.abc import Iterator

_WITHIN = 25.0
_EXAMINED_WITHIN = 180  # a command of its own, on a machine that does much else


def ledger(scene: Scene) -> Iterator[str]:
    wait_until(scene, lambda: all(one["state"] != "pending" for one in _owed(scene)), _WITHIN, "messages still wait")
    page = scene.browser("luca").get(f"/u/0/deliveries/?incident={scene.facts['emergency']}")
    yield expect_status(page, 200, "GET /u/0/deliveries/?incident=…, by the partner's administrator")
    for one in _owed(scene):
        expect(one["name"] in page.text or one["address"] in page.text, f"the page does not show {one['name']}")
        tries = [f"{each['outcome']} {each['code']} {each['answer']}" for each in one["message"]["attempts"]]
        expect(tries, f"{one['name']}: no attempt is noted")
        right = "failed" if one["address"] == GONE else "delivered"
        expect(one["state"] == right, f"{one['name']}: {one['state']} instead of {right}")
        yield f"{one['address'] or one['name']} by {one['channel']}: {one['state']}; {'; '.join(tries)}"
    (refused,) = [one for one in _owed(scene) if one["address"] == GONE and one["step"]]
    answer = refused["message"]["attempts"][0]
    expect(answer["code"] == 550, f"the server's answer stands there as {answer['code']}")  # noqa: PLR2004  # SMTP's no
    shown = scene.browser("luca").get(f"/u/0/deliveries/{refused['id']}/")
    expect(answer["answer"] and answer["answer"] in shown.text, "the page does not show the server's own words")
    yield f"the page of the refused one shows the server's own words: {answer['answer']}"


def as_a_file(scene: Scene) -> Iterator[str]:
    answer = scene.browser("luca").get(f"/u/0/deliveries/export?incident={scene.facts['emergency']}")
    yield expect_status(answer, 200, f"GET /u/0/deliveries/export?incident=…, {answer.headers['Content-Type']}")
    rows = list(csv.DictReader(answer.text.removeprefix("\ufeff").splitlines()))
    address, state, number, said = (
        in_language(scene.person("luca").language, heading) for heading in ("Address", "State", "Attempt", "Answer")
    )
    tried = [row for row in rows if row[number]]
    attempts = sum(len(one["message"]["attempts"]) for one in _owed(scene))
    expect(len(tried) == attempts, f"{len(tried)} rows for {attempts} attempts")
    yield f"{len(tried)} rows, one for each attempt, and {len(rows) - len(tried)} about who need not be called; two:"
    for wanted in (GONE, PAGER):
        row = [row for row in tried if wanted in row[address]][-1]
        yield " | ".join([row[address], row[state], row[said], row["Message-ID"], row["SHA-256"]])


def kept_bytes(scene: Scene) -> Iterator[str]:
    (one,) = [one for one in _owed(scene) if one["address"] == PAGER]
    kept = scene.browser("luca").get(f"/u/0/deliveries/{one['id']}/message")
    yield expect_status(kept, 200, f"GET /u/0/deliveries/{one['id']}/message")
    (mail,) = [mail for mail in scene.mailbox.to(PAGER) if mail.message_id.strip("<>") in one["message"]["message_id"]]
    yield f"what Liaison kept:     {hashlib.sha256(kept.text.encode()).hexdigest()}"
    yield f"what the ledger says:  {one['message']['sha256']}"
    yield f"what the server got:   {mail.sha256}"
    expect(len({hashlib.sha256(kept.text.encode()).hexdigest(), one["message"]["sha256"], mail.sha256}) == 1, "unequal")


def audit_passed(scene: Scene) -> Iterator[str]:
    nobody_else_is_called(scene)
    yield "still nobody else was called about the emergency"
    wait_until(scene, lambda: bool(standing(utc_now()).findings), _WITHIN, "no audit has seen what was refused")
    done = subprocess.run(
        [sys.executable, "-m", "liaison", "doctor"],
        capture_output=True,
        text=True,
        timeout=_EXAMINED_WITHIN,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if "deliveries" in line or "messages" in line]
    yield from (f"liaison doctor: {line.strip()}" for line in lines)
    right = [line for line in lines if "the audit passed" in line and "refused" in line]
    expect(right, f"the audit did not pass, or did not see what was refused. {done.stderr[-300:]}")


def _owed(scene: Scene) -> list[Any]:
    """Return what was owed to people about the emergency, with every attempt; who was withheld is left out."""
    answer = scene.api("luca", "GET", f"/deliveries?incident={scene.facts['emergency']}&limit=50")
    expect_status(answer, 200, "GET /api/v1/deliveries")
    return [one for one in answer.json()["items"] if one["message"]]
