"""A form opened as one identity and sent as another (W12)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast, sign_in
from liaison.cases.models import Case, CaseUpdate
from liaison.cases.testing import make_case
from liaison.config.doors import DOORS, sees
from liaison.lib.clock import utc_now
from liaison.web.gate import is_public
from tests.matrix.found import routes
from tests.matrix.pages import PAGES

_CONVERTER = re.compile(r"<\w+:")
TYPED = "Zażółć <b>gęślą</b> jaźń\u2028and 고객"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.owner)


@pytest.fixture
def asker() -> Client:
    return Client(enforce_csrf_checks=True)


def opened(asker: Client, who: Identity, address: str) -> dict[str, str]:
    """Open a page in the slot 0 as somebody, and return the hidden fields that its forms hold."""
    sign_in(asker, who)
    page = asker.get(f"/u/0{address}").text
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    assert f'name="opened_as" value="{who.public_id}"' in page
    return {"csrfmiddlewaretoken": found[1], "opened_as": who.public_id}


def test_it_is_refused_and_what_was_typed_is_kept_where_the_sender_may_see_the_case(
    cast: Cast, case: Case, asker: Client
) -> None:
    """W12: somebody signed out in another tab, and somebody else in, in the same slot."""
    form = opened(asker, cast.owner, f"/cases/{case.number}")
    asker.post("/u/0/signout/", form)
    sign_in(asker, cast.colleague)
    answer = asker.post(f"/u/0/cases/{case.number}/send", {**form, "text": TYPED})
    assert answer.status_code == HTTPStatus.CONFLICT
    page = BeautifulSoup(answer.text, "html.parser")
    kept = page.select_one("textarea[readonly]")
    assert kept is not None
    assert kept.text == TYPED
    assert cast.colleague.username in page.select_one("main").text  # type: ignore[union-attr]  # a page has a main part
    assert not CaseUpdate.objects.filter(case=case, text__contains="jaźń").exists()


def test_it_is_missing_to_a_sender_who_may_not_see_it_exactly_as_what_is_not_there(
    cast: Cast, case: Case, asker: Client
) -> None:
    """W12, invariant 6: byte for byte, and with as many statements."""
    form = opened(asker, cast.owner, f"/cases/{case.number}")
    sign_in(asker, cast.outsider)
    with CaptureQueriesContext(connection) as for_hidden:
        hidden = asker.post(f"/u/0/cases/{case.number}/send", {**form, "text": TYPED})
    with CaptureQueriesContext(connection) as for_nothing:
        nothing = asker.post("/u/0/cases/1234567890/send", {**form, "text": TYPED})
    assert len(for_hidden) == len(for_nothing)
    page = asker.get("/u/0/cases/1234567890")
    assert hidden.status_code == nothing.status_code == page.status_code == HTTPStatus.NOT_FOUND
    assert masked(hidden, case) == masked(nothing, case)
    assert masked(page, case) == masked(asker.get(f"/u/0/cases/{case.number}"), case)
    assert "jaźń" not in hidden.text


def test_it_is_refused_between_two_slots_of_one_browser(cast: Cast, case: Case, asker: Client) -> None:
    form = opened(asker, cast.owner, f"/cases/{case.number}")
    sign_in(asker, cast.colleague, slot=3)
    answer = asker.post(f"/u/3/cases/{case.number}/send", {**form, "text": TYPED})
    assert answer.status_code == HTTPStatus.CONFLICT


def test_a_page_that_names_nothing_is_refused_too_and_changes_nothing(cast: Cast, asker: Client) -> None:
    form = opened(asker, cast.owner, "/settings/")
    sign_in(asker, cast.colleague)
    before = cast.colleague.name
    answer = asker.post("/u/0/settings/", {**form, "name": "Olivia Owner", "language": "", "time_zone": ""})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Olivia Owner" in answer.text
    cast.colleague.refresh_from_db()
    assert cast.colleague.name == before


def test_nobody_is_signed_out_by_a_button_of_somebody_else_s_page(cast: Cast, asker: Client) -> None:
    form = opened(asker, cast.owner, "/settings/")
    sign_in(asker, cast.colleague)
    assert asker.post("/u/0/signout/all/", form).status_code == HTTPStatus.CONFLICT
    assert asker.get("/u/0/settings/").status_code == HTTPStatus.OK


def test_passwords_are_never_shown_again(cast: Cast, asker: Client) -> None:
    form = opened(asker, cast.owner, "/settings/")
    sign_in(asker, cast.colleague)
    sent = {**form, "oldpassword": "correct horse", "password1": "battery staple", "name": "Two Words"}
    answer = asker.post("/u/0/settings/", sent)
    assert "correct horse" not in answer.text
    assert "battery staple" not in answer.text
    assert "Two Words" in answer.text


def test_a_form_of_another_site_says_nothing_through_the_portal(cast: Cast, asker: Client) -> None:
    """What a forged form claims to have been typed is not shown."""
    sign_in(asker, cast.colleague)
    sent = {"opened_as": cast.owner.public_id, "name": "Call this number"}
    answer = asker.post("/u/0/settings/", sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Call this number" not in answer.text


def test_a_form_of_one_s_own_that_is_too_old_is_refused_as_ever(cast: Cast, asker: Client) -> None:
    form = opened(asker, cast.owner, "/settings/")
    sign_in(asker, cast.owner)
    assert asker.post("/u/0/settings/", form).status_code == HTTPStatus.FORBIDDEN


def test_a_tab_of_somebody_else_is_not_answered_when_it_asks_for_news(cast: Cast, case: Case, asker: Client) -> None:
    """D1: what htmx asks for by itself is not shown in a page of another sign-in; what is typed there stays."""
    sign_in(asker, cast.colleague)
    asked = {"HX-Request": "true", "X-Opened-As": cast.owner.public_id}
    answer = asker.get(f"/u/0/cases/{case.number}", headers=asked)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#messages", "innerHTML")
    assert case.title not in answer.text
    own = asker.get(f"/u/0/cases/{case.number}", headers={**asked, "X-Opened-As": cast.colleague.public_id})
    assert own.status_code == HTTPStatus.OK


def test_a_script_of_somebody_else_s_page_gets_a_problem_to_read(cast: Cast, asker: Client) -> None:
    sign_in(asker, cast.colleague)
    headers = {"Accept": "application/json", "X-Opened-As": cast.owner.public_id}
    answer = asker.get("/u/0/settings/", headers=headers)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer["Content-Type"] == "application/problem+json"


def test_every_form_about_something_knows_the_door_to_it() -> None:
    """W12: an address without a door answers as missing, so a new route needs a line in `doors.py`."""
    found = routes()
    named = {
        _CONVERTER.sub("<", one.key) for one in PAGES if "<" in one.key and one.verbs and not is_public(found[one.key])
    }
    assert len(named) > 50
    assert {one for one in named if not any(one == door or one.startswith(f"{door}/") for door in DOORS)} == set()


def test_of_an_address_without_a_door_nobody_sees_anything(cast: Cast) -> None:
    assert not sees(cast.owner, "nowhere/<slug:public_id>/", {"public_id": "nothing0000000"}, utc_now())
    assert sees(cast.owner, "settings/", {}, utc_now())


def masked(answer: Any, case: Case) -> bytes:
    """Return an answer without what differs on each, and without the number that was asked for."""
    numbers = f"1234567890|{case.number}|{answer['X-Request-Id']}".encode()
    return re.sub(rb'nonce="[^"]*"|' + numbers, b"", answer.content)
