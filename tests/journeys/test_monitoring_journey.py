"""Somebody looks at how an integration does: charts from tables, by keyboard, kept fresh without a reload (S6)."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from liaison.integrations.models import Environment, Integration
from liaison.lib.clock import utc_now
from liaison.signals.testing import Calls, write_minute
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_TABLE = """figure => {
    const rows = [...figure.querySelectorAll("tbody tr")].map(row => [...row.querySelectorAll("td")]);
    const value = cell => cell.dataset.value === undefined ? null : Number(cell.dataset.value);
    return rows.map(cells => cells.map(value));
}"""
_DRAWN = """figure => {
    const { data } = Chart.getChart(figure.querySelector("canvas"));
    return data.labels.map((_label, row) => data.datasets.map(line => line.data[row]));
}"""
_INK = """canvas => {
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return image.data.some(value => value > 0);
}"""


def path_of(integration: Integration) -> str:
    return f"/u/0/integrations/{integration.public_id}/monitoring/production/?range=6h"


def opened(signed_in_browser: Any, house: House, **options: Any) -> tuple[Page, list[str]]:
    tab = signed_in_browser("luca", **options).new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.clock.install()
    tab.goto(path_of(house.integrations["lanterna"][0]))
    return tab, complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_shows_the_numbers_of_the_table_beside_it(
    signed_in_browser: Any, running_house: House, *, scheme: str
) -> None:
    tab, complaints = opened(signed_in_browser, running_house, color_scheme=scheme)
    figures = tab.locator("figure[data-chart]")
    expect(figures).to_have_count(5)
    for number in range(3):
        figure = figures.nth(number)
        assert figure.evaluate(_DRAWN) == figure.evaluate(_TABLE)
    for canvas in tab.locator("canvas").all():
        expect(canvas).to_be_visible()
        assert canvas.evaluate(_INK)
    feed = figures.nth(4).evaluate(_DRAWN)
    assert feed == sorted(feed)  # its errors grow, and the oldest run stands first
    assert complaints == []  # nothing that the content security policy forbids


def test_what_changes_is_shown_and_the_reader_stays_where_they_are(
    signed_in_browser: Any, running_house: House
) -> None:
    tab, complaints = opened(signed_in_browser, running_house)
    table = tab.locator("#numbers-calls")
    summary = table.locator("summary")
    summary.focus()
    tab.keyboard.press("Enter")
    expect(table.locator("table")).to_be_visible()
    place = _settled(tab)
    before = table.locator("tbody td[data-value]").all_text_contents()
    environment = Environment.objects.get(integration=running_house.integrations["lanterna"][0], name="production")
    write_minute(environment, "CheckAvailability", utc_now() - timedelta(minutes=30), Calls(9000))
    with tab.expect_response(lambda answer: "monitoring/production" in answer.url):
        tab.clock.run_for(31_000)
    expect(table.locator("td[data-value='9080']")).to_have_count(1)
    assert table.locator("tbody td[data-value]").all_text_contents() != before
    expect(table.locator("table")).to_be_visible()
    expect(summary).to_be_focused()
    assert tab.evaluate("window.scrollY") == place
    figure = tab.locator("figure[data-chart]").nth(1)
    assert figure.evaluate(_DRAWN) == figure.evaluate(_TABLE)
    assert complaints == []


def test_a_hidden_tab_asks_for_nothing_and_catches_up_when_it_is_shown(
    signed_in_browser: Any, running_house: House
) -> None:
    tab, _complaints = opened(signed_in_browser, running_house)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if "monitoring/production" in request.url else None)
    tab.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
    tab.clock.run_for(120_000)
    tab.wait_for_timeout(200)
    assert asked == []
    tab.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => false })")
    with tab.expect_response(lambda answer: "monitoring/production" in answer.url):
        tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_without_scripts_the_tables_are_there(signed_in_browser: Any, running_house: House) -> None:
    tab = signed_in_browser("luca", java_script_enabled=False).new_page()
    tab.goto(path_of(running_house.integrations["lanterna"][0]))
    expect(tab.locator(".chart-room").first).to_be_hidden()
    tab.locator("#numbers-error_rate summary").click()
    expect(tab.locator("#numbers-error_rate table")).to_be_visible()
    expect(tab.locator("#numbers-error_rate")).to_contain_text("CreateBooking")


def _settled(tab: Any) -> int:
    """Return how far the page is scrolled once it no longer moves: focus scrolls smoothly."""
    before, place = -1, int(tab.evaluate("window.scrollY"))
    while place != before:
        time.sleep(0.2)
        before, place = place, int(tab.evaluate("window.scrollY"))
    return place
