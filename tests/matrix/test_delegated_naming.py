"""A name in a form, a body or a query tells no more than one in an address (D5, invariant 6).

A case, a file or a customer that may not be seen is answered, byte for byte and in the number of statements, as what
is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

import pytest

from liaison.cases.models import Attachment
from liaison.lib.clock import utc_now
from tests.delegation.facts import Action
from tests.delegation.oracle import allowed, visible
from tests.delegation.scene import make_scene
from tests.delegation.staging import Stage
from tests.matrix.comparing import IS_FULL, Note, each_actor, tell, unlike_nothing
from tests.matrix.naming import CASE_NAMINGS, CUSTOMER_NAMINGS, INTEGRATION_NAMINGS, Kind, Naming, Own, ask
from tests.matrix.walk import NOBODY
from tests.matrix.ways import NO_NUMBER, Asker

_NAMINGS: Final = (*CASE_NAMINGS, *CUSTOMER_NAMINGS, *INTEGRATION_NAMINGS)
# These ask in `make test`, in turn and about every seventh thing.
_SOME: Final = ("rita", "bob", "hal", "olga", "gina", "manager")
_NO_CASE: Final = "9999999998"
_WHO_SEES: Final = ("agent", "ugo", "rita", "twin", "administrator", "owner")


@pytest.fixture
def scene(db: None) -> Stage:
    return make_scene()


@each_actor
def test_what_may_not_be_seen_is_named_in_vain(scene: Stage, actors: tuple[str, ...], record_property: Note) -> None:
    """D5, invariant 6."""
    now, asked, wrong = utc_now(), 0, []
    for turn, actor in enumerate(actors if IS_FULL else _SOME):
        asker, own = Asker(scene, actor), _own_of(scene, actor, now)
        for naming, name, key in _hidden(scene, actor, turn, now):
            asked += 1
            if problem := unlike_nothing(asker, naming, partial(ask, asker, naming, own), (key, _nothing(naming))):
                wrong.append(f"{actor}, {naming}, {name}: {problem}")
    tell(asked, wrong, record_property)


def test_what_is_seen_is_told_apart_by_its_name(scene: Stage) -> None:
    """A request that says the same of everything would pass too."""
    now = utc_now()
    askers = [(actor, Asker(scene, actor), _own_of(scene, actor, now)) for actor in _WHO_SEES]
    for naming in _NAMINGS:
        if naming.tells:
            assert any(
                ask(asker, naming, own, key).masked != ask(asker, naming, own, _nothing(naming)).masked
                for actor, asker, own in askers
                for name, key in _named(scene, naming)
                if _sees(scene, actor, naming, name, now)
            ), naming


def _hidden(scene: Stage, actor: str, turn: int, now: datetime) -> Iterator[tuple[Naming, str, str]]:
    """Yield each request with what it can be about and the actor may not see; in the short form every third."""
    for step, naming in enumerate(_NAMINGS):
        if IS_FULL or (turn + step) % 3 == 0:
            hidden = [one for one in _named(scene, naming) if not _sees(scene, actor, naming, one[0], now)]
            yield from ((naming, *one) for one in (hidden if IS_FULL else hidden[step % 7 :: 7]))


def _named(scene: Stage, naming: Naming) -> Iterator[tuple[str, str]]:
    """Yield the names of what the request can be about, each with how it is named there."""
    if naming.about is Kind.CUSTOMER:
        yield from ((name, name) for name, kind in scene.world.kinds.items() if kind == "customer")
    elif naming.about is Kind.CASE:
        yield from ((name, case.number) for name, case in scene.cases.items())
    elif naming.about is Kind.INTEGRATION:
        yield "bistro", scene.accounts["bistro"].integrations.get().public_id
    elif naming.about is Kind.ATTACHMENT:
        yield from scene.attachments.items()
    else:
        rows = Attachment.objects.filter(public_id__in=scene.attachments.values())
        files = {public_id: str(file) for public_id, file in rows.values_list("public_id", "file__public_id")}
        yield from ((name, files[public_id]) for name, public_id in scene.attachments.items())


def _nothing(naming: Naming) -> str:
    return NO_NUMBER if naming.about is Kind.CASE else NOBODY


def _sees(scene: Stage, actor: str, naming: Naming, name: str, now: datetime) -> bool:
    if naming.about is Kind.INTEGRATION:  # W1, W2
        return scene.world.people[actor].account in {name, "operator"}
    if naming.about is not Kind.CUSTOMER:
        return allowed(scene.world, actor, Action.SEE, name, now)
    cases = (scene.world.cases[one] for one in visible(scene.world, actor, now)) if naming.is_list else ()
    return allowed(scene.world, actor, Action.SEE_CUSTOMER, name, now) or any(one.customer == name for one in cases)


def _own_of(scene: Stage, actor: str, now: datetime) -> Own:
    """Return an open case that the actor may change, else one that it sees, else nothing that there is."""
    seen = sorted(visible(scene.world, actor, now))
    able = [name for name in seen if allowed(scene.world, actor, Action.CHANGE, name, now)]
    if not seen:
        return Own(_NO_CASE, "elsewhere", NOBODY, 0, 0)
    case = scene.cases[(able or seen)[0]]
    case.refresh_from_db()
    customer = case.account.slug
    bound = [one.account for one in scene.world.supported if one.customer == customer and one.span.until is None]
    bound += [one.account for one in scene.world.managed if one.customer == customer and one.span.until is None]
    updated, created = (round(at.timestamp() * 1_000_000) for at in (case.updated_at, case.created_at))
    return Own(case.number, (bound or ["elsewhere"])[0], customer, updated, created)
