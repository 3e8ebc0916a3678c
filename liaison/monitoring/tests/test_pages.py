"""The pages of monitoring: who sees which, what they say, and what they cost (S6, W2, invariant 6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast, make_partner, sign_in
from liaison.contacts.testing import complete_record
from liaison.integrations.models import EnvironmentName, Integration, Status
from liaison.integrations.testing import environment_of, make_launched
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_moment
from liaison.monitoring.testing import make_history, make_standing


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    make_launched(made.partner)
    complete_record(made.owner)
    return made


@pytest.fixture
def integration(cast: Cast) -> Integration:
    found = cast.partner.integrations.first()
    assert found is not None
    return found


def opened(identity: Identity, path: str, **data: str) -> Any:
    return sign_in(Client(), identity).get(f"/u/0/{path}", data)


def refreshed(identity: Identity, path: str) -> str:
    answer = sign_in(Client(), identity).get(f"/u/0/{path}", headers={"HX-Request": "true"})
    return str(answer.content.decode())


def words_of(identity: Identity, path: str, **data: str) -> str:
    response = opened(identity, path, **data)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def detail_path(integration: Integration, name: str = "production") -> str:
    return f"integrations/{integration.public_id}/monitoring/{name}/"


def test_partners_see_their_own_integrations_and_nobody_elses(cast: Cast, integration: Integration) -> None:
    """Invariant 6."""
    assert "Reservations End-to-End" in words_of(cast.reader, "monitoring/")
    assert opened(cast.outsider, detail_path(integration)).status_code in {302, 404}
    complete_record(cast.outsider)
    assert opened(cast.outsider, detail_path(integration)).status_code == 404
    assert opened(cast.outsider, "accounts/bistro/monitoring/").status_code == 404
    assert opened(cast.owner, "monitoring/overview/").status_code == 404


def test_a_partner_manager_sees_the_assigned_accounts_alone(cast: Cast, integration: Integration) -> None:
    """W2."""
    other = make_launched(cast.elsewhere)
    assert opened(cast.manager, detail_path(integration)).status_code == 200
    assert opened(cast.manager, detail_path(other)).status_code == 404
    listed = words_of(cast.manager, "monitoring/overview/")
    assert "Bistro" in listed
    assert "Elsewhere" not in listed
    assert "Elsewhere" in words_of(cast.engineer, "monitoring/overview/")


def test_an_environment_that_does_not_exist_is_missing(cast: Cast, integration: Integration) -> None:
    assert opened(cast.owner, detail_path(integration, "staging")).status_code == 404
    assert opened(cast.owner, "integrations/nothing/monitoring/production/").status_code == 404
    assert opened(cast.agent, "accounts/operator/monitoring/").status_code == 404


def test_staff_who_open_monitoring_are_led_to_all_integrations(cast: Cast) -> None:
    answer = opened(cast.agent, "monitoring/")
    assert answer.status_code == 302
    assert answer["Location"].endswith("/monitoring/overview/")


def test_an_account_shows_each_environment_with_its_last_hour(cast: Cast, integration: Integration) -> None:
    make_history(environment_of(integration), utc_now())
    page = words_of(cast.reader, "monitoring/")
    for words in ("Error rate, 1 hour", "4.44%", "Up to date", "99%", "On time", "Last signal"):
        assert words in page, words
    assert "Nothing is reported yet" in page  # the sandbox


def test_a_page_says_what_to_do_where_nothing_was_ever_reported(cast: Cast, integration: Integration) -> None:
    page = words_of(cast.owner, detail_path(integration))
    assert "No calls are reported yet" in page
    assert "data-chart" not in page


def test_the_table_beside_each_chart_holds_what_the_chart_is_made_of(cast: Cast, integration: Integration) -> None:
    environment = environment_of(integration)
    make_history(environment, utc_now())
    page = BeautifulSoup(words_of(cast.owner, detail_path(integration), range="6h"), "html.parser")
    figures = page.select("figure[data-chart]")
    titles = [figure.caption.text for figure in figures if figure.caption]
    assert titles == ["Error rate", "Calls", "Latency", "Errors by code", "Runs of the feed"]
    calls = figures[1]
    columns = [cell.text for cell in calls.select("thead th")]
    assert columns == ["From", "CheckAvailability", "CreateBooking"]
    total = sum(float(str(cell["data-value"])) for cell in calls.select("td[data-value]"))
    assert total == 180 * (40 + 20)
    assert len(calls.select("tbody tr")) <= 200
    assert all(figure.canvas["role"] == "img" and figure.canvas["aria-label"] for figure in figures if figure.canvas)


def test_one_action_can_be_looked_at_alone(cast: Cast, integration: Integration) -> None:
    make_history(environment_of(integration), utc_now())
    page = BeautifulSoup(
        words_of(cast.owner, detail_path(integration), range="6h", action="CheckAvailability"), "html.parser"
    )
    assert [cell.text for cell in page.select("figure thead")[0].select("th")] == ["From", "CheckAvailability"]
    assert "CreateBooking" in page.select_one("#range-action").text  # type: ignore[union-attr]  # it is there


def test_the_evidence_is_there_down_to_the_single_call(cast: Cast, integration: Integration) -> None:
    make_history(environment_of(integration), utc_now())
    page = words_of(cast.agent, detail_path(integration))
    for words in (
        "m-1",
        "Single failed calls of the last week",
        "The server answered with an error.",
        "Release 2026.11",
    ):
        assert words in page, words


def test_an_own_range_that_cannot_be_meant_is_explained(cast: Cast, integration: Integration) -> None:
    page = words_of(
        cast.owner, detail_path(integration), range="own", **{"from": "2026-11-05T10:00", "to": "2026-11-05T09:00"}
    )
    assert "must begin before it ends" in page


def test_a_part_of_the_page_is_given_to_what_refreshes_it(cast: Cast, integration: Integration) -> None:
    for path in ("monitoring/", detail_path(integration)):
        part = refreshed(cast.owner, path)
        assert part.lstrip().startswith('<div id="live"')
        assert "<html" not in part
    listed = refreshed(cast.agent, "monitoring/overview/")
    assert listed.lstrip().startswith('<div id="live"')


def test_only_the_page_with_charts_loads_what_draws_them(cast: Cast, integration: Integration) -> None:
    assert "chart.umd" in words_of(cast.owner, detail_path(integration))
    assert "chart.umd" not in words_of(cast.owner, "monitoring/")


def test_the_overview_marks_what_is_paused_and_disabled(cast: Cast, integration: Integration) -> None:
    integration.status = Status.DISABLED
    integration.save()
    make_standing(environment_of(integration), utc_now(), level=3)
    page = words_of(cast.agent, "monitoring/overview/")
    assert "Disabled" in page
    assert "Critical" in page
    assert "Nothing matches" in words_of(cast.agent, "monitoring/overview/", status="paused")


def test_the_overview_says_when_what_it_shows_is_old(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    make_standing(environment_of(integration), now)
    assert "may be old" not in words_of(cast.agent, "monitoring/overview/")
    make_standing(environment_of(integration), now, judged_at=now - timedelta(minutes=9))
    assert "may be old" in words_of(cast.agent, "monitoring/overview/")


def test_the_numbers_of_an_hour_say_when_they_were_counted(cast: Cast, integration: Integration) -> None:
    """S7: they are kept for some minutes, so they are older than the charts and the foot of the same page."""
    now = utc_now()
    judged_at = now - timedelta(minutes=4)
    make_history(environment_of(integration), now)
    make_standing(environment_of(integration), now, judged_at=judged_at)
    zone = cast.agent.time_zone or cast.agent.account.time_zone
    for path in ("accounts/bistro/monitoring/", detail_path(integration)):
        assert f"As of {format_moment(judged_at, 'en', zone)}" in words_of(cast.agent, path), path


def test_more_integrations_cost_no_more_queries(cast: Cast, integration: Integration) -> None:
    make_history(environment_of(integration), utc_now())
    few = {path: queries_of(identity, path) for identity, path in pages_of(cast)}
    for number in range(6):
        account = make_partner(f"partner{number}")
        account.partner_manager = cast.manager
        account.save()
        make_standing(environment_of(make_launched(account)), utc_now(), level=number % 4)
    for kind in ("ordering_end_to_end", "things_to_do"):
        other = make_launched(cast.partner, kind)
        for name in EnvironmentName:
            make_history(environment_of(other, name), utc_now(), hours=1)
    many = {path: queries_of(identity, path) for identity, path in pages_of(cast)}
    assert few == many
    assert max(many.values()) < 30, many


def pages_of(cast: Cast) -> tuple[tuple[Identity, str], ...]:
    return (
        (cast.owner, "monitoring/"),
        (cast.agent, "accounts/bistro/monitoring/"),
        (cast.agent, "monitoring/overview/"),
        (cast.manager, "monitoring/overview/?order=name"),
    )


def queries_of(identity: Identity, path: str) -> int:
    client = sign_in(Client(), identity)
    client.get(f"/u/0/{path}")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/u/0/{path}").status_code == 200
    return len(captured)


def test_the_home_page_shows_how_integrations_do(cast: Cast, integration: Integration) -> None:
    make_standing(environment_of(integration), utc_now(), level=2, calls=50, errors=10)
    own = words_of(cast.owner, "")
    assert "How your integrations do" in own
    assert "20%" in own
    assert "Integrations with the worst problems" in words_of(cast.engineer, "")
    assert "Bistro" in words_of(cast.engineer, "")
