"""The preview is the plan of the very function that tells them (R1, invariant 7)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.contacts.actions import change_digest
from liaison.contacts.testing import complete_record
from liaison.health.preview import Preview, preview_for
from liaison.health.tests.house import House, an_alert, critical, receive
from liaison.health.vocabulary import PreviewCode
from liaison.integrations.models import Integration, Status
from liaison.integrations.testing import make_launched
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Invalid, Missing
from liaison.notifications.facts import HeldBecause
from liaison.notifications.models import Announcement, Delivery, DeliveryState

pytestmark = pytest.mark.django_db


def _ask(house: House, topic: str, **changes: object) -> Preview:
    return preview_for(house.cast.owner, house.cast.partner, topic, now=utc_now(), **changes)  # type: ignore[arg-type]


def _wait_for_hours(house: House) -> None:
    """Complete the record, with support hours in Seoul, and let what is not urgent wait for them."""
    complete_record(house.cast.owner)
    change_digest(
        actor=house.cast.owner, account=house.cast.partner, waits_for_hours=True, holiday_region="", now=utc_now()
    )


def _told_really() -> list[tuple[str, str]]:
    rows = Delivery.objects.exclude(state=DeliveryState.SUPPRESSED).order_by("pk")
    return list(rows.values_list("address", "language"))


def _withheld_really() -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(state=DeliveryState.SUPPRESSED).order_by("pk")
    return list(rows.values_list("address", "state_reason"))


@pytest.mark.parametrize("status", [Status.LIVE, Status.PAUSED, Status.DISABLED])
@pytest.mark.parametrize("environment", ["production", "sandbox"])
@pytest.mark.parametrize("topic", ["technical_emergency", "production_alert"])
def test_it_answers_what_then_really_happens(house: House, topic: str, environment: str, status: Status) -> None:
    Integration.objects.update(status=status)
    plan = _ask(house, topic, environment=environment).plan
    assert not Announcement.objects.exists(), "a preview stores nothing"
    make = critical if topic == "technical_emergency" else an_alert
    receive(house.key if environment == "production" else house.sandbox_key, make())
    Announcement.objects.filter(topics=["staff_alarm"]).delete()
    assert [(one.person.address, one.person.language) for one in plan.told] == _told_really()
    assert [(one.person.address, str(one.withheld)) for one in plan.not_told] == _withheld_really()


def test_an_emergency_is_a_production_alert_as_well(house: House) -> None:
    assert _ask(house, "technical_emergency").topics == ("technical_emergency", "production_alert")
    assert _ask(house, "critical").topics == _ask(house, "technical_emergency").topics
    assert _ask(house, "warning").topics == ("production_alert",)


def test_it_takes_the_first_moment_after_a_gap(house: House) -> None:
    """The issue's own example: this local time does not exist."""
    answer = _ask(house, "critical", at_local=datetime(2026, 3, 29, 2, 30), zone="Europe/Rome")  # noqa: DTZ001
    assert answer.moment.shifted
    assert answer.moment.instant_utc == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert {one.at for one in answer.plan.told} == {answer.moment.instant_utc}


def test_it_takes_now_when_no_moment_is_named(house: House) -> None:
    now = utc_now()
    answer = preview_for(house.cast.owner, house.cast.partner, "critical", now=now)
    assert answer.moment.instant_utc == now


def test_it_finds_the_integration_by_id_or_kind_or_takes_the_launched_one(house: House) -> None:
    other = make_launched(house.cast.partner, "things_to_do")
    assert _ask(house, "critical").integration == house.integration
    assert _ask(house, "critical", integration="things_to_do").integration == other
    assert _ask(house, "critical", integration=other.public_id).integration == other


def test_it_names_every_problem_of_a_question_at_once(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        _ask(house, "gossip", integration="x", environment="moon", zone="Mars/Base")
    assert {problem.code for problem in refused.value.problems} == {
        PreviewCode.UNKNOWN_TOPIC,
        PreviewCode.UNKNOWN_INTEGRATION,
        PreviewCode.UNKNOWN_ENVIRONMENT,
        PreviewCode.UNKNOWN_ZONE,
    }


def test_it_is_for_those_who_see_the_contact_information(house: House) -> None:
    with pytest.raises(Missing):
        preview_for(house.cast.outsider, house.cast.partner, "critical", now=utc_now())
    with pytest.raises(Forbidden):
        preview_for(house.cast.engineer, house.cast.partner, "critical", now=utc_now())
    answer = preview_for(house.cast.manager, house.cast.partner, "critical", now=utc_now())
    assert answer.account == house.cast.partner


def test_it_answers_for_what_staff_raise_and_says_what_it_waits_for(house: House) -> None:
    """R1, issue 4: merchant issues and user escalations wait for the support hours where the account chose so."""
    saturday = datetime(2026, 11, 7, 3, 0)  # noqa: DTZ001  # local
    _wait_for_hours(house)
    waiting = _ask(house, "user_escalation", at_local=saturday, zone="UTC").plan
    assert [one.because for held in waiting.told for one in held.held] == [HeldBecause.SUPPORT_HOURS]
    assert {one.person.address for one in waiting.told} == {"escalations@bistro.test"}
    at_once = _ask(house, "technical_notice", at_local=saturday, zone="UTC", environment="sandbox").plan
    assert at_once.told
    assert {one.at for one in at_once.told} == {saturday.replace(tzinfo=UTC)}


def test_the_page_explains_every_deferral(house: House, client: Client) -> None:
    _wait_for_hours(house)
    query = "topic=user_escalation&environment=production&at=2026-11-07T03:00&zone=UTC"
    Identity.objects.filter(pk=house.cast.owner.pk).update(language="en", time_zone="Asia/Seoul")
    sign_in(client, house.cast.owner)
    page = client.get(f"/u/0/who-would-be-told/?{query}&integration={house.integration.public_id}").text
    assert "The account wants to hear of this in its support hours." in page
    assert "It waits until 9 Nov 2026, 01:00, Rome." in page
    assert "In your time: 9 Nov 2026, 09:00, Seoul." in page
