"""The page Maintenance of an integration, as partners and staff use it (S5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast, sign_in
from liaison.contacts.models import ContactRecord
from liaison.integrations import actions
from liaison.integrations.models import Integration, Pause, PauseState, Status
from liaison.integrations.testing import make_launched
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def cast() -> Cast:
    """The partner's contact information is complete, so that its gate is open."""
    cast = make_cast()
    ContactRecord.objects.update_or_create(account=cast.partner, defaults={"first_completed_at": utc_now()})
    return cast


@pytest.fixture
def integration(cast: Cast) -> Integration:
    return make_launched(cast.partner)


def browser(identity: Identity) -> Client:
    return sign_in(Client(), identity)


def _page(integration: Integration) -> str:
    return f"/u/0/integrations/{integration.public_id}/pause/"


def _typed(moment: datetime) -> str:
    return moment.astimezone(ROME).strftime("%Y-%m-%dT%H:%M")


def test_an_editor_pauses_until_a_local_time_and_resumes(cast: Cast, integration: Integration) -> None:
    """The end is meant by the clocks of the reader's zone."""
    client = browser(cast.colleague)
    until = (utc_now() + 5 * HOUR).replace(second=0, microsecond=0)
    assert "Production alerts are recorded as suppressed" in client.get(_page(integration)).text
    answer = client.post(_page(integration), {"until": _typed(until), "duration": "60", "reason": "Moving house"})
    assert answer.status_code == HTTPStatus.FOUND
    integration.refresh_from_db()
    assert (integration.status, integration.paused_until) == (Status.PAUSED, until)
    page = client.get(_page(integration)).text
    assert "Moving house" in page
    assert "Time left" in page
    client.post(f"/u/0/integrations/{integration.public_id}/resume/")
    integration.refresh_from_db()
    assert integration.status == Status.LIVE
    assert "Moving house" in client.get(_page(integration)).text  # among the past ones


def test_while_it_is_paused_the_form_plans_and_asks_when(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    actions.pause_integration(actor=cast.owner, integration=integration, until=now + HOUR, now=now)
    client = browser(cast.owner)
    assert client.post(_page(integration), {"duration": "30"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Pause.objects.get().ends_at == now + HOUR
    client.post(_page(integration), {"starts_at": _typed(now + 5 * HOUR), "duration": "30"})
    assert list(Pause.objects.order_by("pk").values_list("state", flat=True)) == ["running", "scheduled"]


def test_a_preset_pauses_for_so_long(cast: Cast, integration: Integration) -> None:
    before = utc_now()
    browser(cast.owner).post(_page(integration), {"duration": "30", "ends_by_itself": "on"})
    pause = Pause.objects.get()
    assert pause.ends_at is not None
    assert timedelta() <= pause.ends_at - (before + timedelta(minutes=30)) < timedelta(minutes=1)
    assert pause.ends_by_itself


def test_a_pause_is_planned_changed_and_cancelled(cast: Cast, integration: Integration) -> None:
    client = browser(cast.owner)
    start = (utc_now() + 24 * HOUR).replace(second=0, microsecond=0)
    client.post(_page(integration), {"starts_at": _typed(start), "duration": "120"})
    pause = Pause.objects.get()
    assert (pause.state, pause.starts_at, pause.ends_at) == (PauseState.SCHEDULED, start, start + 2 * HOUR)
    change = f"/u/0/pauses/{pause.public_id}/change/"
    assert _typed(start) in client.get(change).text
    client.post(change, {"starts_at": _typed(start + HOUR), "until": "", "reason": "Later"})
    pause.refresh_from_db()
    assert (pause.starts_at, pause.ends_at, pause.reason) == (start + HOUR, None, "Later")
    cancel = f"/u/0/pauses/{pause.public_id}/cancel/"
    assert "Cancel this planned pause?" in client.get(cancel).text
    client.post(cancel)
    pause.refresh_from_db()
    assert pause.state == PauseState.CANCELLED
    assert "It cannot be changed." in client.post(change, {"starts_at": "", "until": ""}).text


def test_the_end_of_a_running_pause_moves_by_a_preset(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    actions.pause_integration(actor=cast.owner, integration=integration, until=now + HOUR, now=now)
    pause = Pause.objects.get()
    client = browser(cast.colleague)
    client.post(f"/u/0/pauses/{pause.public_id}/extend/", {"minutes": "240"})
    pause.refresh_from_db()
    assert pause.ends_at == now + 5 * HOUR
    client.post(f"/u/0/pauses/{pause.public_id}/extend/", {"minutes": "99999"})
    pause.refresh_from_db()
    assert pause.ends_at == now + 5 * HOUR


def test_past_the_cap_it_says_whom_to_ask_and_staff_grant_it(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    actions.pause_integration(actor=cast.owner, integration=integration, until=now + 72 * HOUR, now=now)
    pause = Pause.objects.get()
    extend = f"/u/0/pauses/{pause.public_id}/extend/"
    answer = browser(cast.owner).post(extend, {"minutes": "60"}, follow=True)
    assert "ask your partner manager or support" in answer.text
    staff = browser(cast.administrator)
    assert "Move the end by" in staff.get(_page(integration)).text
    staff.post(extend, {"minutes": "60"})
    pause.refresh_from_db()
    assert pause.ends_at == now + 73 * HOUR


@pytest.mark.parametrize("typed", ["2001-01-01T12:00", "soon", "2031-07-01T12:00", "9999-12-31T23:59"])
def test_a_pause_that_cannot_be_keeps_what_was_typed(cast: Cast, integration: Integration, typed: str) -> None:
    answer = browser(cast.owner).post(_page(integration), {"until": typed})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert typed in answer.text
    integration.refresh_from_db()
    assert integration.status == Status.LIVE


def test_a_reader_sees_the_pauses_and_changes_none(cast: Cast, integration: Integration) -> None:
    actions.schedule_pause(actor=cast.owner, integration=integration, starts_at=utc_now() + HOUR, now=utc_now())
    pause = Pause.objects.get()
    client = browser(cast.reader)
    page = client.get(_page(integration)).text
    assert "Planned pauses" in page
    assert "What pausing means" not in page
    for path in ("change", "cancel", "extend"):
        answer = client.post(f"/u/0/pauses/{pause.public_id}/{path}/", {"minutes": "60"})
        assert answer.status_code == HTTPStatus.FORBIDDEN
    for path in ("change", "cancel"):
        assert client.get(f"/u/0/pauses/{pause.public_id}/{path}/").status_code == HTTPStatus.FORBIDDEN


def test_partners_do_not_learn_which_of_the_staff_it_was(cast: Cast, integration: Integration) -> None:
    actions.pause_integration(actor=cast.owner, integration=integration, now=utc_now())
    Pause.objects.update(created_by=cast.administrator)
    page = browser(cast.reader).get(_page(integration)).text
    assert "The operator" in page
    assert cast.administrator.name not in page
    assert cast.administrator.name in browser(cast.agent).get(_page(integration)).text


def test_the_running_pause_is_kept_fresh_by_a_fragment(cast: Cast, integration: Integration) -> None:
    actions.pause_integration(actor=cast.owner, integration=integration, now=utc_now())
    part = browser(cast.reader).get(_page(integration), headers={"HX-Request": "true"}).text
    assert part.strip().startswith('<div id="running"')
