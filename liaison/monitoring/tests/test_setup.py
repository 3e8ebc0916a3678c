"""Setting an environment up for monitoring, on its pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast, sign_in
from liaison.contacts.testing import complete_record
from liaison.feeds.models import Feed
from liaison.feeds.testing import make_feed, make_run
from liaison.integrations.models import Environment, EnvironmentName
from liaison.integrations.testing import environment_of, make_launched
from liaison.lib.clock import utc_now
from liaison.monitoring.setup_forms import HeartbeatForm, typed
from liaison.probes.models import CheckOutcome, HealthCheck, Heartbeat
from liaison.probes.testing import make_check, make_healthy, make_heartbeat, make_result

pytestmark = pytest.mark.django_db

NOW = utc_now()
FORM = {"url": "https://1.1.1.1/health", "interval_seconds": "60", "timeout_seconds": "10", "is_on": "on"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def production(cast: Cast) -> Environment:
    launched = make_launched(cast.partner)
    complete_record(cast.owner)
    return environment_of(launched)


def address(environment: Environment, rest: str = "") -> str:
    return f"/u/0/account/integrations/{environment.integration.public_id}/signs-of-life/{environment.name}/{rest}"


def opened(reader: Identity, path: str, form: dict[str, Any] | None = None, *, is_fragment: bool = False) -> Any:
    headers = {"Accept-Language": "en", **({"HX-Request": "true"} if is_fragment else {})}
    client = sign_in(Client(headers=headers), reader)
    return client.get(path) if form is None else client.post(path, form)


def words(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def test_an_editor_sets_the_health_check_and_sees_it(cast: Cast, production: Environment) -> None:
    assert "No heartbeats" in words(opened(cast.colleague, address(production)))
    answer = opened(cast.colleague, address(production), FORM)
    assert (answer.status_code, answer["Location"]) == (302, address(production))
    assert HealthCheck.objects.get().environment == production
    page = opened(cast.colleague, address(production))
    assert "The address is asked within a minute." in words(page)
    assert b'value="https://1.1.1.1/health"' in page.content


def test_what_cannot_be_used_is_said_beside_its_field(cast: Cast, production: Environment) -> None:
    answer = opened(cast.colleague, address(production), FORM | {"url": "http://127.0.0.1/", "interval_seconds": "5"})
    assert answer.status_code == 422
    assert "leads into a private network" in words(answer)
    assert "from 10 seconds" in words(answer)
    assert not HealthCheck.objects.exists()


def test_the_result_of_a_try_comes_without_a_reload(cast: Cast, production: Environment) -> None:
    check = make_healthy(make_check(production, now=NOW, next_at=NOW + timedelta(hours=1)), NOW - timedelta(hours=1))
    quiet = opened(cast.colleague, address(production))
    assert b'hx-trigger="every 2s"' not in quiet.content
    assert opened(cast.colleague, address(production, "try/"), {}).status_code == 302
    waiting = opened(cast.colleague, address(production), is_fragment=True)
    assert b'hx-trigger="every 2s"' in waiting.content
    assert b"<html" not in waiting.content
    make_result(check, NOW, CheckOutcome.WRONG_ANSWER, 1234)
    HealthCheck.objects.update(next_at=NOW + timedelta(hours=1), last_at=NOW)
    shown = opened(cast.colleague, address(production), is_fragment=True)
    assert "The answer was an error." in words(shown)
    assert b'hx-trigger="every 2s"' not in shown.content


def test_trying_again_at_once_says_when_it_is_possible(cast: Cast, production: Environment) -> None:
    make_healthy(make_check(production, now=NOW), utc_now())
    client = sign_in(Client(headers={"Accept-Language": "en"}), cast.colleague)
    assert "Try again in" in words(client.post(address(production, "try/"), follow=True))


def test_the_health_check_is_removed_after_a_question(cast: Cast, production: Environment) -> None:
    make_check(production, now=NOW)
    assert "Remove the health check?" in words(opened(cast.owner, address(production, "remove/")))
    opened(cast.owner, address(production, "remove/"), {})
    assert not HealthCheck.objects.exists()


def test_readers_see_everything_and_change_nothing(cast: Cast, production: Environment) -> None:
    make_check(production, now=NOW)
    make_heartbeat(production, now=NOW)
    page = opened(cast.reader, address(production))
    assert "https://partner.example/health" in words(page)
    assert not BeautifulSoup(page.content, "html.parser").select("main form")
    for path in ("", "try/", "remove/", "heartbeats/worker/", "heartbeats/worker/remove/"):
        assert opened(cast.reader, address(production, path), FORM).status_code == 403, path


def test_staff_set_it_up_for_an_account_and_others_find_nothing(cast: Cast, production: Environment) -> None:
    assert opened(cast.administrator, address(production), FORM).status_code == 302
    assert opened(cast.agent, address(production)).status_code == 200
    assert opened(cast.agent, address(production), FORM | {"interval_seconds": "90"}).status_code == 403
    assert opened(cast.outsider, address(production)).status_code == 404


def test_the_sandbox_is_set_up_by_itself(cast: Cast, production: Environment) -> None:
    sandbox = environment_of(production.integration, EnvironmentName.SANDBOX)
    opened(cast.owner, address(sandbox), FORM)
    assert HealthCheck.objects.get().environment == sandbox
    assert opened(cast.owner, address(production).replace("production", "nowhere")).status_code == 404


def test_a_heartbeat_is_changed_and_removed(cast: Cast, production: Environment) -> None:
    make_heartbeat(production, now=NOW, expected_every=7200, last_at=NOW)
    page = opened(cast.colleague, address(production, "heartbeats/worker/"))
    assert b'value="2"' in page.content
    form = {"amount": "90", "unit": "seconds"}
    assert opened(cast.colleague, address(production, "heartbeats/worker/"), form).status_code == 302
    beat = Heartbeat.objects.get()
    assert (beat.expected_every, beat.is_watched) == (90, False)
    assert "Switched off" in words(opened(cast.colleague, address(production)))
    short = opened(cast.colleague, address(production, "heartbeats/worker/"), {"amount": "3", "unit": "seconds"})
    assert (short.status_code, "from 10 seconds" in words(short)) == (422, True)
    opened(cast.colleague, address(production, "heartbeats/worker/remove/"), {})
    assert not Heartbeat.objects.exists()


def test_a_feed_is_changed(cast: Cast, production: Environment) -> None:
    feed = make_feed(production, now=NOW)
    make_run(feed, NOW - timedelta(hours=30))
    assert "Overdue" in words(opened(cast.colleague, address(production)))
    form = {"amount": "2", "unit": "days", "is_watched": "on"}
    assert opened(cast.colleague, f"/u/0/feeds/{feed.public_id}/", form).status_code == 302
    assert Feed.objects.get().expected_every == 2 * 24 * 60
    assert "Delivered" in words(opened(cast.colleague, address(production)))


def test_the_number_of_queries_does_not_grow_with_what_is_set_up(
    cast: Cast, production: Environment, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(Client(), cast.colleague)
    for number in range(20):
        make_heartbeat(production, f"worker-{number}", now=NOW)
        make_run(make_feed(production, f"feed-{number}", now=NOW), NOW)
    with django_assert_max_num_queries(16):
        assert client.get(address(production)).status_code == 200


@pytest.mark.parametrize(
    ("seconds", "amount", "unit"), [(45, 45, "seconds"), (90, 90, "seconds"), (120, 2, "minutes"), (86_400, 1, "days")]
)
def test_an_interval_is_shown_in_the_largest_unit_that_fits(seconds: int, amount: int, unit: str) -> None:
    assert typed(timedelta(seconds=seconds), HeartbeatForm.units) == {"amount": amount, "unit": unit}
