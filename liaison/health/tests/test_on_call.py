"""The operator's people on call: a step of their own, and rights that outlive a hand-over (R1, invariant 2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from liaison.accounts.models import Identity
from liaison.calendars import actions as calendars
from liaison.calendars.models import Rota
from liaison.calendars.testing import make_layer, make_rota
from liaison.catalog.vocabulary import Topic
from liaison.health.tests.house import House, critical, receive
from liaison.lib.clock import utc_now
from liaison.notifications.escalation.climbing import advance_escalation
from liaison.notifications.facts import Reason
from liaison.notifications.models import Delivery, Escalation
from liaison.notifications.registry import Recipient, Subject, handler_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rota(house: House) -> Rota:
    rota = make_rota()
    make_layer(rota, house.cast.engineer)
    return rota


def subject(house: House) -> Subject:
    incident = receive(house.key, critical())[0].incident
    return Subject("incident", str(incident.pk), house.cast.partner.pk, {"event": "opened"})


def recipient(identity: Identity, *reasons: Reason) -> Recipient:
    return Recipient(
        f"identity:{identity.pk}",
        identity.pk,
        identity.mailbox,
        identity.name,
        "en",
        "UTC",
        tuple(reason.value for reason in reasons),
    )


def test_who_is_on_call_is_called_after_the_partner_manager_and_before_the_administrators(
    house: House, rota: Rota
) -> None:
    handler, about = handler_of(Topic.TECHNICAL_EMERGENCY), subject(house)
    ladder = handler.gather(about, utc_now()).ladder
    assert [circle.reason for circle in ladder][-3:] == [
        Reason.PARTNER_MANAGER,
        Reason.ON_CALL,
        Reason.OPERATOR_ADMINISTRATOR,
    ]
    assert [person.name for person in ladder[-2].people] == [house.cast.engineer.name]
    calendars.delete_rota(actor=house.cast.administrator, rota=rota, now=utc_now())
    assert handler.gather(about, utc_now()).ladder[-2].people == ()


@pytest.mark.parametrize("topic", [Topic.TECHNICAL_EMERGENCY, Topic.STAFF_ALARM])
def test_who_was_on_call_may_read_it_after_the_hand_over_while_they_are_of_the_staff(
    house: House, rota: Rota, topic: Topic
) -> None:
    """Invariant 2."""
    engineer, handler, about = house.cast.engineer, handler_of(topic), subject(house)
    called = recipient(engineer, Reason.ON_CALL)
    assert handler.may_receive(about, called)
    calendars.delete_rota(actor=house.cast.administrator, rota=rota, now=utc_now())
    assert handler.may_receive(about, called)
    assert not handler.may_receive(about, recipient(engineer))
    assert not handler.may_receive(about, replace(called, address="elsewhere@operator.test"))
    Identity.objects.filter(pk=engineer.pk).update(suspended_at=utc_now())
    assert not handler.may_receive(about, called)


def test_who_was_called_before_the_hand_over_hears_who_has_it_and_that_it_is_over(house: House, rota: Rota) -> None:
    """R1: everybody who was told does."""
    engineer, handler, about = house.cast.engineer, handler_of(Topic.TECHNICAL_EMERGENCY), subject(house)
    escalation = Escalation.objects.get(subject_kind="incident", subject_id=about.id)
    of_problem = Delivery.objects.filter(announcement__subject_kind="incident", announcement__subject_id=about.id)
    for step in range(1, 5):
        advance_escalation(escalation.pk, now=utc_now() + timedelta(hours=step))
    of_problem.update(state="accepted", finished_at=utc_now())
    assert of_problem.filter(identity=engineer).exists()
    calendars.delete_rota(actor=house.cast.administrator, rota=rota, now=utc_now())
    for event in ("acknowledged", "resolved"):
        told = handler.gather(replace(about, facts={"event": event}), utc_now()).everyone
        names = [person.name for circle in told if circle.reason is Reason.ON_CALL for person in circle.people]
        assert names == [engineer.name]
    Identity.objects.filter(pk=engineer.pk).update(suspended_at=utc_now())
    told = handler.gather(replace(about, facts={"event": "resolved"}), utc_now()).everyone
    assert Reason.ON_CALL not in [circle.reason for circle in told]


def test_a_staff_alarm_goes_to_those_on_call_and_to_the_administrators(house: House, rota: Rota) -> None:
    facts = handler_of(Topic.STAFF_ALARM).gather(subject(house), utc_now())
    assert [(circle.reason, [person.name for person in circle.people]) for circle in facts.everyone] == [
        (Reason.ON_CALL, [house.cast.engineer.name]),
        (Reason.OPERATOR_ADMINISTRATOR, [house.cast.administrator.name]),
    ]
