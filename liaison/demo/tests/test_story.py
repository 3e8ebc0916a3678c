"""The story stops at the first step that does not hold, and never calls that a success."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import liaison.health.tests
from liaison.demo import people, seed
from liaison.demo.mailbox import Mailbox
from liaison.demo.steps import STEPS
from liaison.demo.story import Scene, Step, expect, play, wait_until
from liaison.lib.clock import utc_now
from liaison.lib.languages import is_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liaison.integrations.models import Integration

DATA = Path(seed.__file__).parent / "data"
CAPTURED = Path(liaison.health.tests.__file__).parent / "captured"


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene("http://127.0.0.1:1", seed.Stage(), Mailbox(tmp_path), threading.Event())


def holds(scene: Scene) -> Iterator[str]:
    yield "evidence"


def fails(scene: Scene) -> Iterator[str]:
    yield "evidence before"
    expect(condition=False, what="it was otherwise")


def breaks(scene: Scene) -> Iterator[str]:
    yield str(scene.browser("nobody").get("/").status)


def test_it_holds_when_every_step_holds(scene: Scene) -> None:
    said: list[str] = []
    assert play(scene, [Step("First", holds), Step("Second", holds)], said.append)
    assert said[:2] == ["\n 1. First", "    evidence"]
    assert said[-1].startswith("\nAll 2 steps held, in ")


@pytest.mark.parametrize("bad", [fails, breaks])
def test_it_stops_at_the_first_step_that_does_not_hold(scene: Scene, bad: object) -> None:
    said: list[str] = []
    steps = [Step("First", holds), Step("Bad", bad), Step("Never", holds)]  # type: ignore[arg-type]
    assert not play(scene, steps, said.append)
    assert any("DID NOT HOLD: " in line for line in said)
    assert "Step 2 of 3 did not hold." in said[-1]
    assert not any("Never" in line for line in said)


def test_waiting_ends_when_the_time_is_over(scene: Scene) -> None:
    def waits(scene: Scene) -> Iterator[str]:
        wait_until(scene, lambda: False, 0.1, "nothing came")
        yield "never"

    said: list[str] = []
    assert not play(scene, [Step("Wait", waits)], said.append)
    assert "    DID NOT HOLD: nothing came" in said[-1] or "nothing came" in "".join(said)


def test_what_the_demo_posts_was_captured_from_a_real_alertmanager() -> None:
    """Issue 2, point 14."""
    posted = sorted(DATA.glob("*.json"))
    assert len(posted) == 3
    for file in posted:
        assert file.read_bytes() == (CAPTURED / file.name).read_bytes()


def test_the_cast_speaks_five_languages_and_every_step_has_a_title() -> None:
    cast = [person for _company, person in people.everybody("Operator")]
    assert all(is_language(person.language) for person in cast)
    assert {person.language for person in cast} == {"en", "ko", "zh-hans", "it", "pl"}
    assert len({person.key for person in cast}) == len(cast)
    assert len({step.title for step in STEPS}) == len(STEPS)


@pytest.mark.django_db
def test_three_accounts_are_made_one_incomplete_one_complete_one_paused() -> None:
    """Issue 2, point 14."""
    stage = seed.fill(operator_name="Example Platform", now=utc_now())
    statuses = {
        slug: [(integration.stage, integration.status) for integration in fresh(integrations)]
        for slug, integrations in stage.integrations.items()
    }
    assert statuses == {
        "hana-table": [("integrating", "")],
        "lanterna": [("launched", "live"), ("launched", "live")],
        "wisla": [("launched", "paused")],
    }


def fresh(integrations: tuple[Integration, ...]) -> list[Integration]:
    for integration in integrations:
        integration.refresh_from_db()
    return list(integrations)
