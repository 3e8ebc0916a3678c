"""Two people swap turns across a change of clocks, and both see it, each in their language and zone (C7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from liaison.accounts.models import Identity
from liaison.calendars.models import Override, Rota, Swap
from liaison.calendars.testing import make_layer, make_rota
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_moment
from liaison.lib.zones import resolve_local
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ZONE = "Europe/Rome"
WEEK = timedelta(days=7)


def said(words: str, language: str, **facts: str) -> str:
    with translation.override(language):
        return gettext(words) % facts if facts else gettext(words)


def next_change(now: datetime) -> datetime:
    """Return midnight, without a zone, of the next day on which Rome changes its clocks."""
    day = now.astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + WEEK
    while resolve_local(day + timedelta(days=1), ZONE).instant_utc - resolve_local(day, ZONE).instant_utc == timedelta(
        days=1
    ):
        day += timedelta(days=1)
    return day


def shifts_listed(page: Page, rota: Rota, day: datetime, language: str) -> Any:
    page.goto(f"/u/0/calendars/rotas/{rota.public_id}/?from={day.date().isoformat()}")
    page.get_by_text(said("The same as a list", language)).first.click()
    return page.locator(".rota-list tbody tr")


def test_turns_are_swapped_across_a_change_of_clocks_and_both_see_it(
    signed_in_browser: Any, running_house: House, portal: str
) -> None:
    """The hand-over is at 02:30 of the very night: after the gap in spring, the first of two in autumn."""
    ada, emil = running_house.people["agent"], running_house.people["engineer"]
    Identity.objects.filter(pk=ada.pk).update(language="ko", time_zone="Asia/Seoul")
    Identity.objects.filter(pk=emil.pk).update(language="pl", time_zone="Europe/Warsaw")
    Swap.objects.all().delete()  # the house has a question of its own; whom it asks depends on the day
    change = next_change(utc_now())
    rota = make_rota("Nachtwache", ZONE)
    layer = make_layer(rota, ada, emil, starts_on=(change - 2 * WEEK).date(), handover_minute=150)
    handovers = [
        resolve_local(change + number * WEEK + timedelta(minutes=150), ZONE).instant_utc for number in range(-1, 2)
    ]
    assert any(later - earlier != WEEK for earlier, later in pairwise(handovers))
    keys = [f"{layer.public_id}/{start.astimezone(UTC):%Y%m%d%H%M}" for start in handovers]

    asks = signed_in_browser("agent").new_page()
    asks.goto(f"/u/0/calendars/rotas/{rota.public_id}/swap/")
    asks.locator("select[name=own]").select_option(keys[1])
    asks.locator("select[name=other]").select_option(keys[0])
    asks.get_by_role("button", name=said("Ask for the swap", "ko")).click()
    stands = "Your question stands. The turns change once %(name)s has accepted."
    expect(asks.get_by_text(said(stands, "ko", name=emil.name))).to_be_visible()

    answers = signed_in_browser("engineer").new_page()
    answers.goto("/u/0/calendars/rotas/")
    answers.get_by_role("link", name=said("Look at it and answer", "pl")).click()
    for moment in handovers:
        expect(answers.get_by_text(format_moment(moment, "pl", "Europe/Warsaw")).first).to_be_visible()
    answers.get_by_role("button", name=said("Accept", "pl")).click()
    expect(answers.get_by_text(said("The turns are swapped.", "pl"))).to_be_visible()
    assert Override.objects.filter(layer=layer, kind="swap").count() == 2

    for page, language, zone in ((asks, "ko", "Asia/Seoul"), (answers, "pl", "Europe/Warsaw")):
        rows = shifts_listed(page, rota, change - timedelta(days=1), language)
        swapped = rows.filter(has_text=said("The turns were swapped.", language))
        his = swapped.filter(has_text=emil.name).filter(has_text=format_moment(handovers[1], language, zone))
        expect(his).to_have_count(1)
        expect(swapped.filter(has_text=ada.name)).to_have_count(1)
