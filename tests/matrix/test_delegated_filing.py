"""Who files for whom, by the API and by the whole form, is what the oracle says (D2, D3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

import pytest
from django.db import transaction

from liaison.cases.models import Case
from liaison.filing.tests.house import Form
from liaison.lib.clock import utc_now
from tests.delegation.facts import Action, Kind
from tests.delegation.oracle import allowed
from tests.delegation.scene import make_scene
from tests.delegation.staging import Stage
from tests.matrix.comparing import IS_FULL, Note, each_actor, tell, unlike_nothing
from tests.matrix.walk import BODIES, NOBODY
from tests.matrix.ways import Answer, Asker

# Who may, who may not for each of the reasons that there are, and who sees no customer.
_SOME: Final = {"rita": "trattoria", "twin": "osteria", "bob": "bottega", "hera": "trattoria", "rosa": "trattoria",
                "olga": "osteria", "agent": "cantina", "gina": "trattoria"}  # fmt: skip
_NO_DRAFT: Final = "the form was refused"


@pytest.fixture
def scene(db: None) -> Stage:
    return make_scene()


@each_actor
def test_whoever_may_files_for_an_account(scene: Stage, actors: tuple[str, ...], record_property: Note) -> None:
    now, asked, wrong = utc_now(), 0, []
    for actor in actors:
        asker = Asker(scene, actor)
        for name in _accounts(scene, actor):
            for way, file in (("api", _by_api), ("form", _by_form)):
                asked += 1
                problem = _judge(scene, (actor, name, way), partial(file, asker, scene), now)
                problem = problem or _judge_unseen(scene, asker, (actor, name), now)
                wrong += [f"{actor} for {name} by {way}: {problem}"] if problem else []
    tell(asked, wrong, record_property)


def _accounts(scene: Stage, actor: str) -> Iterator[str]:
    """Yield those for whom somebody tries to file: every customer, and the partner with a gate."""
    if IS_FULL:
        yield from (name for name, kind in scene.world.kinds.items() if kind is Kind.CUSTOMER or name == "bistro")
    elif actor in _SOME:
        yield _SOME[actor]


def _judge(scene: Stage, cell: tuple[str, str, str], file: Callable[[str], tuple[int, str]], now: datetime) -> str:
    actor, name, way = cell
    before = Case.objects.count()
    with transaction.atomic():
        status, body = file(name)
        filed = Case.objects.count() - before
        transaction.set_rollback(True)
    expected = int(allowed(scene.world, actor, Action.FILE, name, now))
    if filed != expected:
        return f"{filed} filed, {status} {body[:300]}"
    is_delegate = scene.world.kinds[scene.world.people[actor].account] in {Kind.RESELLER, Kind.SUPPORT_PARTNER}
    if filed or not is_delegate or not allowed(scene.world, actor, Action.SEE_CUSTOMER, name, now):
        return "" if filed or status != 201 else "201, and nothing was filed"
    # D3: of a customer that is seen the reason is said, and whoever works for it writes all the same.
    works = allowed(scene.world, actor, Action.ASK, name, now)
    if way == "api":
        return "" if status == 403 else f"{status} and not 403"
    return "" if status == (200 if works else 403) else f"{status} of the form"


def _judge_unseen(scene: Stage, asker: Asker, cell: tuple[str, str], now: datetime) -> str:
    """A customer that may not be seen is filed for as one that is not there, also where the form is asked for."""
    actor, name = cell
    if scene.world.kinds[name] is not Kind.CUSTOMER or allowed(scene.world, actor, Action.SEE_CUSTOMER, name, now):
        return ""
    asks: tuple[tuple[str, Callable[[str], Any]], ...] = (
        ("api", lambda slug: asker.send("POST", "/api/v1/cases", None, BODIES["POST cases"] | {"customer": slug})),
        ("begin", lambda slug: asker.browse("get", "/cases/new", {"customer": slug}, None)),
        ("form", lambda slug: asker.browse("post", "/cases/new/draft000000000", {"customer": slug}, {"press": "save"})),
    )
    for key, send in asks:

        def ask(slug: str, send: Callable[[str], Any] = send) -> Answer:
            return asker.answer(lambda: send(slug), slug)

        if problem := unlike_nothing(asker, key, ask, (name, NOBODY)):
            return f"{key}: {problem}"
    return ""


def _by_api(asker: Asker, scene: Stage, name: str) -> tuple[int, str]:
    key = "account" if scene.world.kinds[name] is not Kind.CUSTOMER else "customer"
    answer = asker.send("POST", "/api/v1/cases", None, BODIES["POST cases"] | {key: name})
    return answer.status_code, answer.content.decode()


def _by_form(asker: Asker, _scene: Stage, name: str) -> tuple[int, str]:
    """Go through the form to its end. The status is that of its first page, if nothing is filed."""
    form = Form(asker.client, None)
    first = form.open("subject", customer=name)
    if first.status_code != 200:
        return first.status_code, _NO_DRAFT
    sent = {"press": "save", "version": form.version, "page": form.showing, **form.subject()}
    asker.client.post(form.address("subject", customer=name), sent)
    form.open("description")
    form.press("next", "description", description="Since Monday.", files_shown="1")
    form.open("severity")
    form.press("next", "severity", impacts=["many_affected"], language="it", time_zone="Europe/Rome")
    form.open("review")
    last = form.press("submit", "review")
    return first.status_code, last.content.decode()
