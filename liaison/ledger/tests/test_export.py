"""The ledger as a file (faults-and-threats: exports)."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.ledger.testing import deliveries_about, refuse, take_in
from liaison.lib.spreadsheets import plain_cell


def rows_for(reader: Identity, query: str = "", language: str = "en") -> list[dict[str, str]]:
    client = sign_in(Client(), reader)
    answer = client.get(f"/u/0/deliveries/export{query}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="deliveries.csv"'
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # it is streamed
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


@pytest.mark.django_db
def test_it_holds_every_attempt_with_the_answer_and_moments_with_their_zone(cast: Cast) -> None:
    refuse(deliveries_about(take_in(cast.partner))[0])
    (row,) = rows_for(cast.owner)
    assert row["Recipient"] == "Olivia Owner"
    assert row["Address"] == "olivia@bistro.test"
    assert (row["State"], row["Answer code"], row["Answer"]) == ("Failed", "550", "5.1.1 mailbox unavailable")
    assert row["SHA-256"] == "5d" * 32
    assert row["Announced"][-6:] in {"+01:00", "+02:00"}


@pytest.mark.django_db
def test_formulas_are_taken_apart(cast: Cast) -> None:
    take_in(cast.partner, '=HYPERLINK("http://evil.test")')
    (row,) = rows_for(cast.owner)
    assert row["About"] == '\'=HYPERLINK("http://evil.test")'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "＝1", "|calc"])
def test_a_cell_that_would_run_becomes_text(text: str) -> None:
    assert plain_cell(text).startswith("'")


@given(st.text() | st.text(alphabet='=+-@;" x＝|'))
def test_no_cell_breaks_its_line_or_runs(text: str) -> None:
    cell = plain_cell(text)
    assert not set(cell) & set("\x00\r\n\t\u2028\u2029")
    # Where the comma is no separator, the semicolon is: in Italian and Polish spreadsheets.
    assert not any(piece.lstrip().startswith(("=", "+", "-", "@", "＝", "|")) for piece in cell.split(";"))


@pytest.mark.django_db
def test_it_follows_the_rights_and_the_filters_of_the_page(cast: Cast) -> None:
    incident = take_in(cast.partner)
    take_in(cast.elsewhere, "Menus are empty")
    assert {row["About"] for row in rows_for(cast.outsider)} == {"Menus are empty"}
    assert rows_for(cast.outsider, f"?incident={incident.public_id}") == []
    assert {row["Address"] for row in rows_for(cast.engineer)} == {""}
    assert rows_for(cast.owner, "?state=bounced") == []


@pytest.mark.django_db
def test_who_takes_it_away_is_noted_without_what_they_looked_for(cast: Cast) -> None:
    rows_for(cast.reader, "?who=olivia")
    event = Event.objects.get(kind=Happened.DELIVERIES_EXPORTED)
    assert (event.actor_id, event.account_id) == (str(cast.reader.pk), cast.partner.pk)
    assert event.facts == {"filters": ["who"]}
