"""Setting, trying and removing a health check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liaison.accounts.testing import Cast, make_cast
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.integrations.models import Environment
from liaison.integrations.testing import environment_of, make_integration
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.probes import access, actions
from liaison.probes.actions import CheckWish
from liaison.probes.models import HealthCheck
from liaison.probes.queries import check_of
from liaison.probes.testing import make_check, make_failing, make_healthy, make_result
from liaison.probes.vocabulary import ProbeCode

pytestmark = pytest.mark.django_db

NOW = utc_now()
URL = "https://1.1.1.1/health"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def production(cast: Cast) -> Environment:
    return environment_of(make_integration(cast.partner))


def wished(actor: Any, environment: Environment, url: str = URL, **values: Any) -> HealthCheck:
    return actions.set_health_check(actor=actor, environment=environment, wish=CheckWish(url, **values), now=NOW)


def test_editors_and_staff_set_it_and_it_is_due_within_a_minute(cast: Cast, production: Environment) -> None:
    check = wished(cast.colleague, production, interval_seconds=3600)
    assert NOW <= check.next_at < NOW + timedelta(minutes=1)
    assert wished(cast.administrator, production, interval_seconds=30).pk == check.pk
    events = Event.objects.filter(kind=Happened.HEALTH_CHECK_CHANGED).order_by("pk")
    assert events[0].changes["url"] == [None, URL]
    assert events[1].changes == {"interval_seconds": [3600, 30]}
    assert events[1].account_id == cast.partner.pk


def test_readers_and_other_staff_set_nothing(cast: Cast, production: Environment) -> None:
    for actor in (cast.reader, cast.agent, cast.engineer, cast.manager):
        with pytest.raises(Forbidden):
            wished(actor, production)
    with pytest.raises(Missing):
        wished(cast.outsider, production)
    assert not HealthCheck.objects.exists()


def test_the_place_in_the_interval_is_drawn(cast: Cast, production: Environment) -> None:
    """Ten thousand checks of a minute that are made at once do not ask at once."""
    places = {wished(cast.owner, production, timeout_seconds=number).next_at for number in range(1, 21)}
    assert len(places) > 15


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1/", ProbeCode.ADDRESS_NOT_ALLOWED),
        ("http://[::1]/", ProbeCode.ADDRESS_NOT_ALLOWED),
        ("http://169.254.169.254/", ProbeCode.ADDRESS_NOT_ALLOWED),
        ("http://[::ffff:10.0.0.1]/", ProbeCode.ADDRESS_NOT_ALLOWED),
        ("http://2130706433/", ProbeCode.HOST_UNUSABLE),
        ("http://0x7f.1/", ProbeCode.HOST_UNUSABLE),
        ("http://localhost/", ProbeCode.ADDRESS_NOT_ALLOWED),
        ("https://1.1.1.1:22/", ProbeCode.PORT_NOT_ALLOWED),
        ("https://user:secret@1.1.1.1/", ProbeCode.USER_INFO_NOT_ALLOWED),
        ("ftp://1.1.1.1/", ProbeCode.SCHEME_NOT_ALLOWED),
        ("health", ProbeCode.SCHEME_NOT_ALLOWED),
        ("https://1.1.1.1/" + "a" * 500, ProbeCode.URL_UNUSABLE),
        ("https://1.1.1.1/a b", ProbeCode.URL_UNUSABLE),
    ],
)
def test_an_address_that_leads_into_a_private_network_is_refused(
    cast: Cast, production: Environment, url: str, code: ProbeCode
) -> None:
    with pytest.raises(Invalid) as refused:
        wished(cast.owner, production, url)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("url", code)]


def test_it_may_be_asked_without_encryption(cast: Cast, production: Environment) -> None:
    assert wished(cast.owner, production, "http://1.1.1.1/health").url == "http://1.1.1.1/health"


def test_an_exempt_network_may_be_asked(cast: Cast, production: Environment, settings: Any) -> None:
    settings.HTTP_ALLOWED_NETWORKS = ("10.1.0.0/16",)
    wished(cast.owner, production, "http://10.1.2.3:8080/health")
    with pytest.raises(Invalid):
        wished(cast.owner, production, "http://10.2.2.3:8080/health")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"interval_seconds": 9}, "interval_seconds"),
        ({"interval_seconds": 86_401}, "interval_seconds"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": 31}, "timeout_seconds"),
    ],
)
def test_the_pace_is_bearable(cast: Cast, production: Environment, values: dict[str, Any], field: str) -> None:
    """Interval at least 10 s, time limit at most 30 s."""
    with pytest.raises(Invalid) as refused:
        wished(cast.owner, production, **values)
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize("values", [{"url": "https://1.0.0.1/"}, {"is_on": False}])
def test_another_address_or_a_switch_begins_anew(cast: Cast, production: Environment, values: dict[str, Any]) -> None:
    make_failing(make_check(production, URL, now=NOW, claimed_until=NOW), NOW - timedelta(hours=1))
    wished(cast.owner, production, **values)
    state = check_of(production)
    assert state is not None
    assert state.is_healthy is None
    assert (state.counters.failed_in_a_row, state.counters.last_outcome) == (0, "")
    assert HealthCheck.objects.get().claimed_until is None


def test_another_pace_goes_on_counting(cast: Cast, production: Environment) -> None:
    make_failing(make_check(production, URL, now=NOW), NOW - timedelta(hours=1), 7)
    wished(cast.owner, production, interval_seconds=120)
    assert HealthCheck.objects.get().failed_in_a_row == 7


def test_saving_what_is_there_changes_nothing(cast: Cast, production: Environment) -> None:
    before = make_check(production, URL, now=NOW, claimed_until=NOW)
    wished(cast.owner, production)
    after = HealthCheck.objects.get()
    assert (after.next_at, after.claimed_until) == (before.next_at, before.claimed_until)
    assert not Event.objects.filter(kind=Happened.HEALTH_CHECK_CHANGED).exists()


def test_history_has_no_secret_of_the_address(cast: Cast, production: Environment) -> None:
    check = wished(cast.owner, production, f"{URL}?token=secret")
    actions.remove_health_check(actor=cast.owner, check=check, now=NOW)
    assert "secret" not in str(list(Event.objects.values()))
    assert Event.objects.get(kind=Happened.HEALTH_CHECK_REMOVED).facts["url"] == URL


def test_trying_makes_it_due_at_once_but_not_again_and_again(cast: Cast, production: Environment) -> None:
    later = NOW + timedelta(minutes=5)
    check = make_check(production, now=NOW, next_at=later)
    assert actions.ask_now(actor=cast.colleague, check=check, now=NOW).next_at == NOW
    make_healthy(check, NOW)
    with pytest.raises(Conflict) as refused:
        actions.ask_now(actor=cast.colleague, check=check, now=NOW + timedelta(seconds=4))
    assert (refused.value.code, refused.value.facts["seconds"]) == (ProbeCode.TRIED_JUST_NOW, 7)
    actions.ask_now(actor=cast.colleague, check=check, now=NOW + timedelta(seconds=10))


def test_what_is_off_is_not_tried(cast: Cast, production: Environment) -> None:
    check = make_check(production, now=NOW, is_on=False)
    with pytest.raises(Conflict):
        actions.ask_now(actor=cast.owner, check=check, now=NOW)
    with pytest.raises(Forbidden):
        actions.ask_now(actor=cast.reader, check=check, now=NOW)


def test_removing_forgets_the_results(cast: Cast, production: Environment) -> None:
    check = make_check(production, now=NOW)
    make_result(check, NOW)
    with pytest.raises(Forbidden):
        actions.remove_health_check(actor=cast.reader, check=check, now=NOW)
    actions.remove_health_check(actor=cast.owner, check=check, now=NOW)
    with pytest.raises(Missing):
        access.health_check_for(cast.owner, production.integration.public_id, production.name)


def test_others_see_nothing(cast: Cast, production: Environment) -> None:
    make_check(production, now=NOW)
    assert access.health_check_for(cast.reader, production.integration.public_id, "production").url
    with pytest.raises(Missing):
        access.health_check_for(cast.outsider, production.integration.public_id, "production")
