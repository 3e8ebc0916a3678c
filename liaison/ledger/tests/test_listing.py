"""The ledger: every delivery with every attempt, for those who may read of it (R3, W2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts import actions as accounts
from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.integrations.models import EnvironmentName
from liaison.ledger.filters import STATES, Wanted, wanted_of
from liaison.ledger.listing import listing
from liaison.ledger.rows import Row
from liaison.ledger.testing import deliveries_about, refuse, take_in
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db


def listed(reader: Identity, wanted: Wanted | None = None, **more: object) -> tuple[Row, ...]:
    return listing(reader, wanted or Wanted(), zone="Europe/Rome", **more).rows  # type: ignore[arg-type]  # in tests


def body(reader: Identity, query: str = "") -> str:
    answer = sign_in(Client(), reader).get(f"/u/0/deliveries/{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_delivery_shows_with_reason_attempts_and_the_servers_answer(cast: Cast) -> None:
    incident = take_in(cast.partner)
    refuse(deliveries_about(incident)[0])
    (row,) = listed(cast.owner)
    assert (row.name, row.address, row.state) == ("Olivia Owner", "olivia@bistro.test", "failed")
    assert row.about.title == "Bookings fail"
    assert [reason.place for reason in row.reasons] == ["Alert contact"]
    assert [(one.line.code, one.said) for one in row.attempts] == [(550, "5.1.1 mailbox unavailable")]
    page = body(cast.owner)
    for words in ("Olivia Owner", "olivia@bistro.test", "Bookings fail", "5.1.1 mailbox unavailable", "550"):
        assert words in page


def test_each_account_reads_of_its_own_deliveries_alone(cast: Cast) -> None:
    """Invariant 6: another account's deliveries are not there, whatever is asked for."""
    incident = take_in(cast.partner)
    take_in(cast.elsewhere, "Menus are empty")
    assert {row.about.title for row in listed(cast.reader)} == {"Bookings fail"}
    assert {row.about.title for row in listed(cast.outsider)} == {"Menus are empty"}
    for wanted in (Wanted(incident=incident.public_id), Wanted(account="bistro"), Wanted(who="olivia")):
        assert listed(cast.outsider, wanted) == ()
    assert {row.about.title for row in listed(cast.manager)} == {"Bookings fail"}
    assert len(listed(cast.agent)) == 2


def test_an_on_call_engineer_sees_no_addresses_and_cannot_find_any(cast: Cast) -> None:
    """W2; a server's own words name the address, so they go with it."""
    refuse(deliveries_about(take_in(cast.partner))[0], detail="olivia@bistro.test unknown")
    (row,) = listed(cast.engineer)
    assert (row.name, row.address) == ("Olivia Owner", "")
    assert "olivia@bistro.test" not in body(cast.engineer)
    assert listed(cast.engineer, Wanted(who="olivia@bistro")) == ()
    assert len(listed(cast.agent, Wanted(who="olivia@bistro"))) == 1


def test_account_mail_is_for_those_who_manage_users(cast: Cast) -> None:
    accounts.invite_user(actor=cast.owner, account=cast.partner, address="new@bistro.test", now=utc_now())
    assert [row.name for row in listed(cast.owner)] == ["new@bistro.test"]
    assert listed(cast.reader) == ()
    assert listed(cast.engineer) == ()


def test_the_staffs_own_alarms_are_not_for_partners(cast: Cast) -> None:
    """R4: whom the operator calls is its own affair; the incident's proof says that it was alarmed."""
    from liaison.contacts.models import ContactEntry  # noqa: PLC0415  # beside its only use

    ContactEntry.objects.filter(record__account=cast.partner).delete()
    take_in(cast.partner)
    assert listed(cast.owner) == ()
    assert [row.name for row in listed(cast.agent)] == ["Basia Administrator"]


def test_it_is_filtered_by_everything_that_a_row_says(cast: Cast) -> None:
    emergency = take_in(cast.partner, "Everything is down", "critical")
    take_in(cast.partner, "Slow", "warning")
    take_in(cast.partner, "In the sandbox", "warning", environment=EnvironmentName.SANDBOX)

    def titles(**asked: str) -> list[str]:
        return sorted({row.about.title for row in listed(cast.owner, wanted_of(asked))})

    everything = ["Everything is down", "In the sandbox", "Slow"]
    assert titles() == everything
    assert titles(topic="technical_emergency") == ["Everything is down"]
    assert titles(reason="emergency_contact", state="pending") == ["Everything is down"]
    assert "In the sandbox" in titles(state="suppressed")
    assert titles(incident=emergency.public_id) == ["Everything is down"]
    assert titles(integration=emergency.environment.integration.public_id) == everything
    assert titles(integration="nothing") == []
    assert titles(who="OLIVIA") == everything
    assert titles(who="emergency@bistro") == ["Everything is down"]
    assert titles(person=cast.owner.public_id) == everything
    assert titles(person=cast.outsider.public_id) == []
    today, day = utc_now().date(), timedelta(days=1)
    assert titles(since=str(today - day), until=str(today + day)) == everything
    assert titles(since=str(today + 2 * day)) == []
    assert titles(until=str(today - 2 * day)) == []


def test_what_cannot_be_meant_is_left_out() -> None:
    asked = {"topic": "x", "state": "x", "reason": "x", "since": "x", "until": "9999-12-31", "who": "\x00"}
    assert wanted_of(asked) == Wanted()
    assert wanted_of({"since": "2026-11-05"}).since == date(2026, 11, 5)


@pytest.mark.parametrize("state", list(STATES))
def test_each_state_can_be_asked_for(state: str, cast: Cast) -> None:
    take_in(cast.partner)
    assert len(listed(cast.owner, Wanted(state=state))) == (state == "pending")


def test_pages_follow_each_other_without_gap_or_repeat(cast: Cast) -> None:
    for number in range(7):
        take_in(cast.partner, f"Problem {number}", "critical")
    seen: list[str] = []
    before = ""
    while True:
        found = listing(cast.owner, Wanted(), zone="UTC", before=before, most=4)
        seen += [row.public_id for row in found.rows]
        before = found.older
        if not before:
            break
    assert len(seen) == len(set(seen)) == len(listed(cast.owner, most=1000))
    assert len(listed(cast.owner, before="unknown", most=4)) == 4


def test_the_place_of_what_somebody_else_sees_tells_nothing(cast: Cast) -> None:
    """Invariant 6: a foreign id answers as one that does not exist."""
    take_in(cast.partner, "Earlier")
    foreign = deliveries_about(take_in(cast.elsewhere))[0].public_id
    take_in(cast.partner, "Later")
    assert listed(cast.owner, before=foreign) == listed(cast.owner, before="unknown")


def test_a_page_takes_as_many_queries_for_one_row_as_for_many(cast: Cast) -> None:
    client = sign_in(Client(), cast.agent)
    client.get("/u/0/deliveries/")  # the first page of a session asks a little more
    counts = []
    for size in (1, 8):
        for number in range(size):
            refuse(deliveries_about(take_in(cast.partner, f"{size} {number}"))[0])
            take_in(cast.elsewhere, f"{size} {number}")
        with CaptureQueriesContext(connection) as queries:
            client.get("/u/0/deliveries/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_nothing_yet_and_nothing_that_fits_say_so(cast: Cast) -> None:
    assert "Nobody was told of anything yet." in body(cast.owner)
    take_in(cast.partner)
    assert "No delivery fits these filters." in body(cast.owner, "?who=nobody")
