"""List, fragment, count, search, export and the API show everybody exactly the cases that the oracle says (W7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

import pytest
from django.test import Client

from liaison.accounts.testing import sign_in
from liaison.cases.models import Follow
from liaison.cases.numbers import plain
from liaison.cases.readers import readers_of_each
from liaison.lib.clock import utc_now
from tests.delegation.oracle import visible
from tests.delegation.scene import ACTORS, make_scene
from tests.delegation.staging import SHARED_WORD, Stage
from tests.matrix.ways import Asker

_NUMBERS: Final = re.compile(rb"/cases/(\d{10})\b")


@pytest.fixture
def scene(db: None) -> Stage:
    return make_scene()


def signed_in_actors(scene: Stage) -> Iterator[tuple[str, Asker, set[str]]]:
    """Yield everybody who can sign in, and the numbers of the cases that they see."""
    now = utc_now()
    for actor in ACTORS:
        if scene.people[actor].suspended_at is None:
            seen = visible(scene.world, actor, now)
            yield actor, Asker(scene, actor), {scene.cases[name].number for name in seen}


def test_lists_and_searches_show_what_the_oracle_says(scene: Stage) -> None:
    for actor, asker, seen in signed_in_actors(scene):
        for path in ("/cases", f"/cases?q={SHARED_WORD}"):
            for is_fragment in (False, True):
                shown = asker.open(path, fragment=is_fragment).body
                assert {found.decode() for found in _NUMBERS.findall(shown)} == seen, (actor, path, is_fragment)
        for query in ({}, {"q": SHARED_WORD}):
            found = {plain(one["number"]) for one in asker.call("/cases", **query).json()["items"]}
            assert found == seen, (actor, query)


def test_exports_hold_what_the_oracle_says(scene: Stage) -> None:
    for actor, asker, seen in signed_in_actors(scene):
        _header, *lines = asker.open("/cases/export").body.decode().strip().splitlines()
        assert {plain(line.split(",")[0].strip('"')) for line in lines} == seen, actor


def test_a_word_of_one_case_finds_it_for_whoever_sees_it(scene: Stage) -> None:
    """Two actors at least for each case: one who sees it, and one who does not; the words turn with the actors."""
    titles = {about.name: word for word, about in reversed(scene.canaries.items()) if about.kind == "case"}
    for at, (actor, asker, seen) in enumerate(signed_in_actors(scene)):
        for name, word in list(titles.items())[at % 3 :: 3]:
            number = scene.cases[name].number
            found = [one["number"] for one in asker.call("/cases", q=word).json()["items"]]
            assert found == ([number] if number in seen else []), (actor, name)


def test_nobody_is_told_of_a_case_that_it_may_not_read(scene: Stage) -> None:
    """D5, W13: everybody follows every case; those who may be told are those who see it, staff by their role alone."""
    now = utc_now()
    Follow.objects.all().delete()
    everybody = {scene.people[actor].pk: actor for actor in ACTORS}
    Follow.objects.bulk_create(
        Follow(case=case, identity=scene.people[actor], is_following=True, since=now)
        for case in scene.cases.values()
        for actor in ACTORS
    )
    seen = {actor: visible(scene.world, actor, now) for actor in ACTORS}
    by_key = {case.pk: name for name, case in scene.cases.items()}
    for key, readers in readers_of_each(list(by_key), now).items():
        told = {everybody[one.person.identity_id or 0] for one in readers if one.is_told}
        assert told == {actor for actor in ACTORS if by_key[key] in seen[actor]}, by_key[key]


def test_two_sign_ins_of_one_browser_show_each_its_own(scene: Stage) -> None:
    """D1: an identity of each domain side by side, and what one sees the other does not."""
    now, browser = utc_now(), Client(headers={"Accept-Language": "en"})
    for slot, actor in enumerate(("rita", "twin")):
        sign_in(browser, scene.people[actor], slot)
    for slot, actor in enumerate(("rita", "twin")):
        shown = browser.get(f"/u/{slot}/cases").content
        expected = {scene.cases[name].number for name in visible(scene.world, actor, now)}
        assert {found.decode() for found in _NUMBERS.findall(shown)} == expected
        other = visible(scene.world, "twin" if actor == "rita" else "rita", now)
        for name in sorted(other - visible(scene.world, actor, now)):
            assert browser.get(f"/u/{slot}/cases/{scene.cases[name].number}").status_code == HTTPStatus.NOT_FOUND


def test_a_link_of_a_mail_leads_on_alike_whether_there_is_a_case_or_not(scene: Stage) -> None:
    """The redirect of `/go/` tells nothing: it asks who holds the sign-in, and nothing of the case."""
    browser = sign_in(Client(), scene.people["bob"])
    public_id = scene.people["bob"].public_id
    for number in (scene.cases["t_mid"].number, "9999999999"):
        answer = browser.get(f"/go/cases/{number}?as={public_id}")
        assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, f"/u/0/cases/{number}")
