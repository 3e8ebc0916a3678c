"""Every text holds a random word; the words in all that somebody can reach are those that the oracle says.

Reached is: each page and each operation of the API that names nothing, and whatever their links and items lead to.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import pytest

from liaison.cases.models import Follow
from liaison.cases.testing import make_update
from liaison.lib.clock import utc_now
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch
from tests.delegation.facts import Action, Kind
from tests.delegation.oracle import allowed
from tests.delegation.scene import ACTORS, make_scene
from tests.delegation.staging import About, Stage
from tests.matrix.routes import ROUTES
from tests.matrix.vocabulary import Route, Thing
from tests.matrix.walk import QUERIES
from tests.matrix.ways import Asker

_WORD: Final = re.compile(r"zq[bcdfghjklmnpqrstvwxz]{12}")
_LINK: Final = re.compile(r'href="/u/0(/(?:cases|customers|account|desk/customers|hand-over)[^"#?]*)')
_CASE: Final = re.compile(r"/cases/\d{10}")
# Everybody in `make matrix`; else one of each kind.
_LOOKING: Final = ACTORS if os.environ.get("MATRIX") == "full" else ("rita", "bob", "hera", "nora", "zoe", "reto")


@pytest.fixture
def scene(db: None) -> Stage:
    return make_scene()


@pytest.mark.parametrize("actor", _LOOKING)
def test_whoever_looks_everywhere_finds_what_the_oracle_says(scene: Stage, actor: str) -> None:
    """D1, D5, W5, W6, W8, W14."""
    now = utc_now()
    found = _words(_everything(Asker(scene, actor))) & set(scene.canaries)
    owed = {word for word, about in scene.canaries.items() if _may_read(scene, actor, about, now)}
    assert {scene.canaries[word] for word in found - owed} == set()
    contents = {word for word in owed if scene.canaries[word].kind in {"case", "note"}}
    assert {scene.canaries[word] for word in contents - found} == set()


def test_mails_hold_what_their_readers_may_read(scene: Stage, mail_server: MailServer) -> None:
    """Invariant 2: with the rights at the moment of sending, whatever was planned before; by a real server."""
    everybody = {scene.people[actor].mailbox: actor for actor in ACTORS}
    Follow.objects.all().delete()
    Follow.objects.bulk_create(
        Follow(case=case, identity=identity, is_following=True, since=utc_now())
        for case in scene.cases.values()
        for identity in scene.people.values()
    )
    for name in ("t_late", "t_mid", "t_own", "o_mid", "b_early", "c_early"):
        make_update(scene.people["agent"], scene.cases[name], text=f"A word: {scene.canary('case', name)}.")
    scene.revoke("osteria", "olga", "alpha", utc_now())  # what is planned is not sent
    _deliver(mail_server)
    now, told = utc_now(), set()
    for one in mail_server.accepted:
        actor, contact = everybody.get(one.to, ""), _words([one.to.encode()])
        for word in _words([one.mail.as_bytes(), one.body("plain").encode()]) & set(scene.canaries):
            about = scene.canaries[word]
            if contact:  # of a sales record: the mail has its own name and address (W11)
                assert about in {scene.canaries[own] for own in contact}, one.to
                continue
            assert _may_read(scene, actor, about, now), (actor, about)
            told |= {(actor, about.name)}
    assert {("rita", "t_late"), ("hal", "t_own"), ("ugo", "t_mid"), ("zoe", "t_late")} <= told


def _may_read(scene: Stage, actor: str, about: About, now: datetime) -> bool:
    world, who = scene.world, scene.world.people[actor]
    is_own_or_staff = who.account == about.name or world.kinds[who.account] is Kind.OPERATOR
    match about.kind:
        case "case":
            return allowed(world, actor, Action.SEE, about.name, now)
        case "note":  # W8
            return allowed(world, actor, Action.READ_NOTES, about.name, now)
        case "sales" | "correction":  # D2: whoever works for the customer asked for it
            return is_own_or_staff or allowed(world, actor, Action.SEE_CUSTOMER, about.name, now)
        case _:  # W14: why something was granted, or somebody was bound, is the customer's and the operator's alone
            return is_own_or_staff


def _everything(asker: Asker) -> Iterator[bytes]:
    """Yield what every page and operation without a name says, and then whatever that leads to, once each."""
    paths = [route.path for route in ROUTES if _shows_by_itself(route) and not route.method]
    asked: set[str] = set()
    waiting = [f"/{path}" for path in paths]
    while waiting:
        path = waiting.pop()
        if path in asked:
            continue
        asked.add(path)
        body = asker.open(path).body
        yield body
        waiting += [link for link in _LINK.findall(body.decode(errors="replace")) if link not in asked]
    for route in ROUTES:
        if _shows_by_itself(route) and route.method == "GET":
            path = route.path.removeprefix("api/v1")
            yield asker.call(path, **QUERIES.get(route.key.replace("api/v1/", ""), {})).content
    numbers = {path.split("/")[2] for path in asked if _CASE.match(path)}
    for number in sorted(numbers):
        for part in ("", "/updates", "/attachments", "/shares", "/notes"):
            yield asker.call(f"/cases/{number}{part}").content


def _shows_by_itself(route: Route) -> bool:
    is_of_help = route.path.startswith(("help", "desk/help", "api/v1/help"))
    return route.thing is Thing.NOTHING and route.why_public is None and "<" not in route.path and not is_of_help


def _words(bodies: Iterable[bytes]) -> set[str]:
    return {word for body in bodies for word in _WORD.findall(body.decode(errors="replace"))}


def _deliver(server: MailServer) -> None:
    """Send until nothing more goes out."""
    before = -1
    while len(server.accepted) > before:
        before = len(server.accepted)
        deliver_batch(utc_now())
