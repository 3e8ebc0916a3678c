"""Two people at one case see each other, and hear of what is new without losing what they typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_identity, sign_in
from liaison.cases import actions, presence
from liaison.cases.models import Case, Presence, Share
from liaison.cases.testing import make_case, make_update
from liaison.cases.tests.case_pages import address, posted, text_of
from liaison.cases.vocabulary import ShareRight
from liaison.lib.clock import utc_now


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.owner)


def looked(person: Any, case: Case, **values: Any) -> str:
    answer = posted(person, case, "/presence", **{"doing": "looking", "seen": 1, "seen_note": 0, **values})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_colleagues_see_who_looks_and_who_writes(cast: Cast, case: Case) -> None:
    looked(cast.reader, case)
    looked(cast.colleague, case, doing="writing")
    page = looked(cast.owner, case)
    assert "Rita Reader has this case open too." in page
    assert "Carlo Colleague is writing." in page
    assert "Olivia" not in page
    assert "Carlo Colleague is writing." in text_of(cast.owner, case)


def test_a_reader_never_seems_to_write(cast: Cast, case: Case) -> None:
    looked(cast.reader, case, doing="writing")
    assert "is writing" not in looked(cast.owner, case)


def test_outsiders_hear_of_staff_only_that_an_answer_is_written(cast: Cast, case: Case) -> None:
    """W8: who of the staff looks, or writes a note, is not theirs to know."""
    looked(cast.agent, case)
    assert "Ada" not in looked(cast.owner, case)
    assert "support team is writing" not in looked(cast.owner, case)
    looked(cast.agent, case, doing="writing")
    page = looked(cast.owner, case)
    assert "The support team is writing." in page
    assert "Ada" not in page
    staff = make_identity(cast.operator, PredefinedRole.SUPPORT_AGENT, "Bela Agent", language="en")
    assert "Ada Agent is writing." in looked(staff, case)
    looked(cast.owner, case)
    assert "Olivia Owner" in looked(staff, case)


def test_somebody_shared_with_sees_no_names_of_the_account(cast: Cast, case: Case) -> None:
    Share.objects.create(
        case=case, address="o@e.test", identity=cast.outsider, right=ShareRight.VIEW, created_at=utc_now()
    )
    looked(cast.owner, case)
    assert "Olivia" not in looked(cast.outsider, case)
    assert "Otto" not in looked(cast.owner, case)
    assert "Otto Outsider" in looked(cast.agent, case)


def test_who_left_is_forgotten(cast: Cast, case: Case) -> None:
    now = utc_now()
    presence.note_presence(case=case, identity=cast.colleague, is_writing=False, now=now - presence.SEEN_FOR)
    assert presence.others_in(case, cast.owner, now).is_empty
    presence.note_presence(case=case, identity=cast.reader, is_writing=False, now=now)
    assert presence.forget_absent(now + timedelta(seconds=1)) == 1
    assert Presence.objects.get().identity == cast.reader


def test_what_is_new_is_announced_once_and_shown_on_demand(cast: Cast, case: Case) -> None:
    assert "new entr" not in looked(cast.owner, case)
    make_update(cast.agent, case, text="We found it.")
    page = looked(cast.owner, case, shown=20)
    assert "1 new entry in this case." in page
    assert 'role="status"' in page
    assert "shown=21" in page
    assert 'id="news"' not in looked(cast.owner, case, told=1), "it would be read out again"
    assert 'id="news"' not in looked(cast.owner, case, seen=2)
    make_update(cast.owner, case, text="My own")
    assert "1 new entry" in looked(cast.owner, case)
    assert "2 new entries" in looked(cast.colleague, case)


def test_notes_are_news_for_staff_alone(cast: Cast, case: Case) -> None:
    """W8."""
    actions.add_note(actor=cast.agent, case=case, text="Quiet", now=utc_now())
    assert "new entr" not in looked(cast.owner, case)
    assert "1 new entry" in looked(cast.manager, case)
    assert "new entr" not in looked(cast.agent, case)


def test_it_costs_the_same_however_many_look(cast: Cast, case: Case) -> None:
    def count() -> int:
        client = sign_in(Client(), cast.owner)
        with CaptureQueriesContext(connection) as queries:
            client.post(address(case, "/presence"), {"seen": 1})
        return len(queries)

    looked(cast.colleague, case)
    few = count()
    for number in range(5):
        looked(make_identity(cast.partner, name=f"P{number} Person"), case)
    assert count() == few


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "\x00", "1.5"])
def test_odd_numbers_are_none(cast: Cast, case: Case, value: str) -> None:
    assert "entr" in looked(cast.reader, case, seen=value, seen_note=value, told=value, shown=value) or value == ""
    assert posted(cast.outsider, case, "/presence", seen=value).status_code == 404
