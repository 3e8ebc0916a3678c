"""Internal notes are staff's only, with their attachments, on every surface there is and will be (W8)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_partner
from liaison.api.tests.house import Caller, secret_of
from liaison.cases.actions import add_note, share_case
from liaison.cases.models import Case
from liaison.cases.testing import make_update
from liaison.files.testing import make_file
from liaison.lib.clock import utc_now
from liaison.notifications.models import Announcement
from tests.matrix.operations import OPERATIONS
from tests.matrix.pages import PAGES
from tests.matrix.vocabulary import Thing
from tests.matrix.walk import Place, address, ask, open_page

SECRET = "Zanzibar"
# Routes about a case, and routes that name nothing: lists, counts, exports, home, settings.
ABOUT = frozenset({Thing.CASE, Thing.NOTHING})


@pytest.fixture
def case(place: Place) -> Case:
    """Return the case of the walk, with a note beside an update, and a file of the note whose name tells."""
    found = Case.objects.get(number=place.things[Thing.CASE])
    agent, now = place.cast.agent, utc_now()
    file = make_file(agent, now, name=f"{SECRET}.txt", content=SECRET.encode())
    add_note(actor=agent, case=found, text=f"{SECRET} pays late.", files=[file.public_id], now=now)
    make_update(agent, found, text="We are looking into it.", now=now)
    return found


@pytest.fixture
def guest(place: Place, case: Case) -> Identity:
    """Return somebody of another account with whom the case is shared."""
    who = make_identity(make_partner("guests"), PredefinedRole.EDITOR, "Gina Guest")
    share_case(actor=place.cast.owner, case=case, address=who.mailbox, right="comment", now=utc_now())
    assert Caller(who).get(f"/cases/{case.number}").status_code == HTTPStatus.OK
    return who


def test_no_page_and_no_answer_of_the_api_tells_anybody_outside(place: Place, case: Case, guest: Identity) -> None:
    """Every page and every read that is about a case, or about nothing named."""
    looked = 0
    for actor in (place.cast.owner, guest):
        secret = secret_of(actor)
        for route in PAGES:
            if route.thing in ABOUT and route.why_public is None:
                answer = open_page(address(route, case.number), actor)
                assert SECRET not in _text(answer), (actor, route.key)
                looked += answer.status_code == HTTPStatus.OK
        for route in OPERATIONS:
            if route.thing in ABOUT and route.why_public is None and route.method == "GET":
                assert SECRET not in _text(ask(route, address(route, case.number), secret)), (actor, route.key)
                looked += 1
    assert looked > 30


def test_its_word_finds_the_case_for_staff_alone(place: Place, case: Case, guest: Identity) -> None:
    for actor in (place.cast.owner, place.cast.reader, guest):
        assert Caller(actor).get("/cases", q=SECRET).json() == {"items": [], "next": None}
    found = Caller(place.cast.agent).get("/cases", q=SECRET).json()["items"]
    assert [one["number"] for one in found] == [case.number]


def test_nobody_is_told_of_it(place: Place, case: Case) -> None:
    before = Announcement.objects.count()
    add_note(actor=place.cast.agent, case=case, text=SECRET, now=utc_now())
    assert Announcement.objects.count() == before
    assert SECRET not in str(list(Announcement.objects.values_list("facts", flat=True)))


def _text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return bytes(content).decode(errors="replace")
