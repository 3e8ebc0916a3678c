from __future__ import annotations

import pytest

from liaison.notifications.models import Delivery
from tests.house import House

pytestmark = pytest.mark.django_db


def test_an_emergency_in_production_is_owed_to_the_contacts_of_the_record(house: House) -> None:
    owed = Delivery.objects.filter(
        announcement__subject_kind="incident", announcement__subject_id=str(house.incidents["emergency"].pk)
    )
    assert {one.address for one in owed if one.state == "pending"} >= {"sara@lanterna.test", "mei@lanterna.test"}


def test_nothing_of_the_sandbox_reaches_a_contact_of_production(house: House) -> None:
    owed = Delivery.objects.filter(
        announcement__subject_kind="incident", announcement__subject_id=str(house.incidents["sandbox"].pk)
    )
    assert {one.address for one in owed if one.state == "pending"} == {"luca@lanterna.test"}
    assert {one.state_reason for one in owed if one.state == "suppressed"} == {"sandbox"}


def test_a_paused_integration_raises_no_production_alert(house: House) -> None:
    owed = Delivery.objects.filter(
        announcement__subject_kind="incident", announcement__subject_id=str(house.incidents["paused"].pk)
    )
    assert owed.count() > 0
    assert {(one.state, one.state_reason) for one in owed} == {("suppressed", "paused")}
