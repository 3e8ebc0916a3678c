"""My cases: the page, its views, closing many, and the file (issue 6, point 6; D6, W7, W8, S2)."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.cases.lists.testing import keep_case, keep_note
from liaison.cases.models import Case, SavedView
from liaison.delegation.testing import make_delegate
from liaison.integrations.testing import make_integration

pytestmark = pytest.mark.django_db


def page(reader: Identity, query: str = "", **headers: str) -> str:
    answer = sign_in(Client(), reader).get(f"/u/0/cases{query}", headers=headers or None)
    assert answer.status_code == 200
    return answer.content.decode()


def post(actor: Identity, path: str, **data: object) -> tuple[int, str]:
    answer = sign_in(Client(), actor).post(f"/u/0/cases/{path}", data)
    return answer.status_code, answer.content.decode()


def exported(reader: Identity, query: str = "") -> list[dict[str, str]]:
    answer = sign_in(Client(), reader).get(f"/u/0/cases/export{query}", headers={"Accept-Language": "en"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # it is streamed
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_a_list_shows_what_may_be_seen_and_counts_nothing_else(cast: Cast) -> None:
    keep_case(cast.partner, "Ours <b>bold</b>", filed_by=cast.owner, number="4082719365")
    keep_case(cast.elsewhere, "Theirs")
    shown = page(cast.reader)
    assert "Ours &lt;b&gt;bold&lt;/b&gt;" in shown
    assert "408-271-9365" in shown
    assert "1 case<" in shown
    assert "Theirs" not in shown
    assert "<h1>My cases</h1>" in shown
    as_staff = page(cast.agent)
    assert "2 cases<" in as_staff
    assert "<h1>Cases</h1>" in as_staff


def test_the_list_leads_to_filing_whoever_may_file(cast: Cast) -> None:
    assert 'href="/u/0/cases/new"' in page(cast.owner)
    assert "File a case for an account" in page(cast.agent)
    assert 'href="/u/0/cases/new"' not in page(cast.reader)


def test_htmx_gets_the_list_alone_and_the_address_holds_the_state(cast: Cast) -> None:
    keep_case(cast.partner, "Printer")
    part = page(cast.owner, "?q=printer&status=new&severity=3", **{"HX-Request": "true"})
    assert part.lstrip().startswith('<div id="case-list">')
    assert "Printer" in part
    whole = page(cast.owner, "?q=printer&status=new&severity=3")
    assert 'value="printer"' in whole
    assert 'value="new" checked' in whole


def test_nothing_found_is_not_the_same_as_nothing_there(cast: Cast) -> None:
    assert "No cases yet" in page(cast.owner)
    assert "filed since you manage or support it" not in page(cast.owner)
    assert "filed since you manage or support it" in page(make_delegate())
    assert "File a case" in page(cast.owner)
    assert "File a case" in page(cast.owner, **{"HX-Request": "true"})
    assert "File a case" not in page(cast.reader)
    assert "Clear the filters" in page(cast.owner, "?q=absent")


def test_a_word_of_a_note_is_in_no_page_and_no_file_of_the_account(cast: Cast) -> None:
    """W8."""
    case = keep_case(cast.partner, "Printer")
    before = page(cast.owner)
    keep_note(case, "Fraud ZQXJ")
    assert "Nothing matches" in page(cast.owner, "?q=zqxj")
    assert exported(cast.owner, "?q=zqxj") == []
    assert "Printer" in page(cast.agent, "?q=zqxj")
    assert [line for line in page(cast.owner).splitlines() if "case-" in line] == [
        line for line in before.splitlines() if "case-" in line
    ]


def test_a_page_takes_the_same_few_statements_however_many_cases_it_shows(cast: Cast) -> None:
    counts = []
    client = sign_in(Client(), cast.owner)
    for number in (2, 6):
        for _ in range(number):
            keep_case(cast.partner, "printer", filed_by=cast.owner)
        client.get("/u/0/cases")
        with CaptureQueriesContext(connection) as queries:
            client.get("/u/0/cases")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_views_are_saved_renamed_deleted_and_taken_back(cast: Cast) -> None:
    status, _body = post(cast.owner, "views", name="  Mine, urgent ", query="severity=1&whose=mine&evil=1")
    assert status == 302
    view = SavedView.objects.get(identity=cast.owner)
    assert (view.name, view.query) == ("Mine, urgent", "severity=1&whose=mine")
    assert "Mine, urgent" in page(cast.owner)
    assert "Mine, urgent" not in page(cast.colleague)
    assert post(cast.colleague, f"views/{view.public_id}", name="Stolen")[0] == 404
    assert post(cast.colleague, f"views/{view.public_id}/delete")[0] == 404
    assert post(cast.owner, f"views/{view.public_id}", name="Mine")[0] == 302
    status, body = post(cast.owner, f"views/{view.public_id}/delete")
    assert (status, SavedView.objects.count()) == (200, 0)
    assert "Undo" in body
    assert 'value="severity=1&amp;whose=mine"' in body


@pytest.mark.parametrize("name", ["", " \x00 ", "x" * 61, "Taken", "Ta\x00ken"])
def test_names_that_do_not_do_are_refused_and_what_was_typed_stays(cast: Cast, name: str) -> None:
    post(cast.owner, "views", name="Taken", query="q=a")
    status, body = post(cast.owner, "views", name=name, query="q=b")
    assert status == 422
    assert 'value="q=b"' in body
    assert SavedView.objects.count() == 1


def test_there_are_at_most_twenty_views(cast: Cast) -> None:
    for number in range(20):
        assert post(cast.owner, "views", name=f"View {number}", query="")[0] == 302
    status, body = post(cast.owner, "views", name="One more", query="")
    assert status == 422
    assert "20 views" in body


def test_many_are_closed_after_a_question_and_each_says_what_became_of_it(cast: Cast) -> None:
    ours, closed, theirs = (
        keep_case(cast.partner, "Ours"),
        keep_case(cast.partner, "Over", state="closed"),
        keep_case(cast.elsewhere, "Theirs"),
    )
    numbers = [ours.number, closed.number, theirs.number, "\x00", "<b>"]
    status, body = post(cast.owner, "close", number=numbers, ask="1", list="q=x")
    assert status == 200
    assert "Ours" in body
    assert "Theirs" not in body
    assert not Case.objects.filter(pk=ours.pk, state="closed").exists()
    assert post(cast.owner, "close", number=numbers, close="1")[0] == 422
    status, body = post(cast.owner, "close", number=numbers, close="1", reason="solved", list="q=x")
    assert status == 200
    assert Case.objects.get(pk=ours.pk).state == "closed"
    assert Case.objects.get(pk=theirs.pk).state == "new"
    assert body.count("Not closed") == 4
    assert "Theirs" not in body


def test_readers_select_nothing_and_close_nothing(cast: Cast) -> None:
    case = keep_case(cast.partner, "Ours")
    assert 'name="number"' not in page(cast.reader)
    assert post(cast.reader, "close", number=[case.number], close="1", reason="solved")[0] == 403


def test_the_file_is_safe_exact_and_noted(cast: Cast) -> None:
    keep_case(cast.partner, '=HYPERLINK("http://evil.test")', number="4082719365", filed_by=cast.owner)
    keep_case(cast.elsewhere, "Theirs")
    (row,) = exported(cast.owner, "?severity=3")
    assert row["Title"] == '\'=HYPERLINK("http://evil.test")'
    assert (row["Case number"], row["Filed by"]) == ("408-271-9365", "Olivia Owner")
    assert row["Last updated"] == "2026-11-02T10:00:00+01:00"
    event = Event.objects.get(kind=Happened.CASES_EXPORTED)
    assert (event.actor_id, event.account_id) == (str(cast.owner.pk), cast.partner.pk)
    assert event.facts == {"filters": ["severity"]}


@pytest.mark.parametrize("path", ["", "?status=new", "/views", "/export"])
def test_the_list_stays_open_while_the_gate_is_closed(cast: Cast, path: str) -> None:
    """C3: what was filed at the gate is found again there; support and its cases are never locked."""
    make_integration(cast.partner)
    portal = sign_in(Client(), cast.owner)
    assert portal.get("/u/0/").headers["Location"].startswith("/u/0/contact-information/required/")
    assert portal.get(f"/u/0/cases{path}").status_code == 200
