"""What the scene of the matrix holds: each case is seen by whom the oracle says, at the one door to cases."""

from __future__ import annotations

from liaison.cases.access import rights_on, visible_cases
from liaison.cases.vocabulary import CaseRight
from liaison.delegation.access import visible_customers
from liaison.lib.clock import utc_now
from tests.delegation.facts import Action
from tests.delegation.oracle import allowed, customers_seen, visible
from tests.delegation.scene import ACTORS
from tests.delegation.staging import Stage


def test_everybody_sees_the_cases_that_the_oracle_says(scene: Stage) -> None:
    """D5, W2, W6."""
    now = utc_now()
    names = {case.number: name for name, case in scene.cases.items()}
    for actor in ACTORS:
        if scene.people[actor].suspended_at is None:
            found = {names[one.number] for one in visible_cases(scene.people[actor], now)}
            assert found == visible(scene.world, actor, now), actor


def test_everybody_may_do_what_the_oracle_says(scene: Stage) -> None:
    now = utc_now()
    for actor in ACTORS:
        for name, case in scene.cases.items():
            is_out = scene.people[actor].suspended_at is not None or case.pk is None
            fact = scene.world.cases[name]
            if is_out or fact.closed_at is not None:
                continue
            rights = rights_on(scene.people[actor], case, now)
            for action, right in ((Action.SEE, CaseRight.READ), (Action.COMMENT, CaseRight.COMMENT),
                                  (Action.CHANGE, CaseRight.CHANGE), (Action.READ_NOTES, CaseRight.NOTE)):  # fmt: skip
                assert (right in rights) == allowed(scene.world, actor, action, name, now), (actor, name, action)


def test_everybody_sees_the_customers_that_the_oracle_says(scene: Stage) -> None:
    """D1, W2, W3."""
    now = utc_now()
    for actor in ACTORS:
        if scene.people[actor].suspended_at is None:
            found = {one.slug for one in visible_customers(scene.people[actor])}
            assert found == customers_seen(scene.world, actor, now), actor


def test_every_situation_is_in_it(scene: Stage) -> None:
    """The list of the issue: managed at filing and now, only then, only now, never, and so on."""
    seen = {actor: visible(scene.world, actor, utc_now()) for actor in ACTORS}
    assert seen["rita"] == {"t_early", "t_mid", "t_old", "t_late", "t_closed", "t_help"}  # t_own: only now
    assert seen["twin"] == {"o_early", "o_mid", "c_late", "l_early"}  # c_early: after a gap
    assert seen["bob"] == set()  # t_mid: only then; b_early: revoked
    assert seen["hal"] == seen["rita"] - {"t_early"} | {"t_own"}
    assert [name for name in ACTORS if name in {"gina", "xena", "yara", "zoe", "sven", "nora"} and seen[name]] == [
        "nora",
        "gina",
        "zoe",
    ]
    assert seen["zoe"] == {"t_late"}
