"""Whatever finds as one types finds what the oracle says: customers to choose from, and cases that sound alike (W7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import pytest

from liaison.lib.clock import utc_now
from tests.delegation.facts import Action, Kind
from tests.delegation.oracle import allowed, chooses_from, customers_seen
from tests.delegation.scene import make_scene
from tests.delegation.staging import Stage
from tests.matrix.comparing import IS_FULL, Note, each_actor, tell
from tests.matrix.ways import Asker

_NUMBERS: Final = re.compile(r"/cases/(\d{10})\b")
_OPTIONS: Final = re.compile(r'<option value="([a-z]+)" dir="auto"')
_BEGUN: Final = re.compile(r'href="/u/0/cases/new\?(?:customer|account)=([a-z]+)"')
_LISTED: Final = re.compile(r'href="/u/0/customers/([a-z]+)"')
_SOME: Final = ("rita", "vic", "hal", "hera", "olga", "agent")


@pytest.fixture
def scene(db: None) -> Stage:
    return make_scene()


@each_actor
def test_words_find_the_customers_that_the_oracle_says(
    scene: Stage, actors: tuple[str, ...], record_property: Note
) -> None:
    """D1, D2, D6, W2, W3: by its name and by each word of its sales record."""
    now, asked, wrong = utc_now(), 0, []
    words = list(_words(scene))
    everyone = {name for name, kind in scene.world.kinds.items() if kind is Kind.CUSTOMER}
    for turn, (actor, asker) in enumerate(_asking(scene, actors)):
        for word, customers in words if IS_FULL else words[turn::7]:
            expected = _expected(scene, actor, word, now)
            for surface, found in _found(asker, everyone, word):
                asked += 1
                if found != expected[surface] & customers:
                    wrong.append(f"{actor}, {surface}, {word} of {customers}: {found}")
    tell(asked, wrong, record_property)


@each_actor
def test_a_title_finds_the_open_cases_alike_that_its_writer_sees(
    scene: Stage, actors: tuple[str, ...], record_property: Note
) -> None:
    """S2, D5: the form of a case says what may be known already, to a delegate no more than its lists do."""
    now, asked, wrong = utc_now(), 0, []
    titles = {about.name: word for word, about in reversed(scene.canaries.items()) if about.kind == "case"}
    for actor, asker in _asking(scene, actors):
        for name, word in titles.items() if IS_FULL else [*titles.items()][len(actor) % 2 :: 2]:
            fact, asked = scene.world.cases[name], asked + 1
            of_whom = "account" if scene.world.people[actor].account == fact.customer else "customer"
            answer = asker.open(f"/cases/new/draft000000000?step=subject&{of_whom}={fact.customer}&title={word}")
            may_see = allowed(scene.world, actor, Action.SEE, name, now) and fact.closed_at is None
            expected = {scene.cases[name].number} if answer.status == 200 and may_see else set()
            if (found := set(_NUMBERS.findall(answer.body.decode()))) != expected:
                wrong.append(f"{actor}, {name}, {answer.status}: {found} and not {expected}")
    tell(asked, wrong, record_property)


def _words(scene: Stage) -> Iterator[tuple[str, set[str]]]:
    """Yield words with the customers that they belong to; nobody looks for one by its street."""
    for name, kind in scene.world.kinds.items():
        if kind is Kind.CUSTOMER:
            found = [word for word, about in scene.canaries.items() if about == ("sales", name)]
            company, street, contact, mailbox = found
            yield from ((word, {name}) for word in (company, contact, mailbox, name))
            yield street, set()


def _asking(scene: Stage, actors: tuple[str, ...]) -> Iterator[tuple[str, Asker]]:
    """Yield those who can sign in, in the short form some of them."""
    for actor in actors:
        if (IS_FULL or actor in _SOME) and scene.people[actor].suspended_at is None:
            yield actor, Asker(scene, actor)


def _found(asker: Asker, customers: set[str], word: str) -> Iterator[tuple[str, set[str]]]:
    for surface, path, pattern in (
        ("suggested", f"/cases/customers?customer={word}", _OPTIONS),
        ("chooser", f"/cases/new?q={word}", _BEGUN),
        ("customers", f"/customers?q={word}", _LISTED),
    ):
        for is_fragment in (False, True):
            body = asker.open(path, fragment=is_fragment).body.decode()
            yield surface, set(pattern.findall(body)) & customers
    items = asker.call("/customers", q=word).json().get("items", ())
    yield "api", {one["slug"] for one in items}


def _expected(scene: Stage, actor: str, word: str, now: datetime) -> dict[str, set[str]]:
    """Return the customers that somebody finds on each surface, whatever the word is."""
    world, who = scene.world, scene.world.people[actor]
    seen, kind = customers_seen(world, actor, now), world.kinds[who.account]
    is_delegate = kind in {Kind.RESELLER, Kind.SUPPORT_PARTNER}
    filing = {one for one in seen if allowed(world, actor, Action.ASK, one, now)}
    if kind is Kind.OPERATOR:  # an agent files for accounts, which are found by their names
        filing = {word} & seen if who.role == "support_agent" else set()
    return {
        "suggested": chooses_from(world, actor, now) if is_delegate else set(),
        "chooser": filing,
        "customers": seen if is_delegate else set(),
        "api": set() if who.role == "on_call_engineer" else seen,  # W2: no contacts
    }
