"""A drill wakes nobody of another topic: whatever the record says, only its field and its administrators."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.accounts.queries import administrators_of
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.contacts.queries import people_of_field
from liaison.drills.people import drill_facts
from liaison.drills.planned import planned_drill
from liaison.drills.tests.conftest import House
from liaison.drills.vocabulary import DRILL_FIELDS
from liaison.notifications.facts import Reason

ADDRESSES = [f"{name}@bistro.test" for name in ("a", "b", "c", "d", "e")]
filled = st.fixed_dictionaries({field: st.lists(st.sampled_from(ADDRESSES), unique=True) for field in DRILL_FIELDS})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(record=filled, field=st.sampled_from(list(DRILL_FIELDS)), everybody=st.booleans())
def test_only_people_of_the_field_and_its_administrators_are_told(
    house: House, record: dict[ContactField, list[str]], field: ContactField, everybody: bool
) -> None:
    """Section R: the chosen field."""
    kept = ContactRecord.objects.get(account=house.cast.partner)
    ContactEntry.objects.filter(record=kept, field__in=set(DRILL_FIELDS) - {ContactField.ALERT}).delete()
    ContactEntry.objects.bulk_create(
        ContactEntry(record=kept, field=one, position=position, address=address)
        for one, addresses in record.items()
        if one is not ContactField.ALERT
        for position, address in enumerate(addresses)
    )
    of_field = {one.key for one in people_of_field(house.cast.partner, field)}
    of_administrators = {f"identity:{one.pk}" for one in administrators_of(house.cast.partner)}
    facts = drill_facts(house.cast.partner, field, everybody=everybody)
    told = {one.key for circle in (*facts.everyone, *facts.ladder) for one in circle.people}
    assert of_field <= told <= of_field | (of_administrators if field is ContactField.EMERGENCY else set())
    shown = {row.name for row in planned_drill(house.cast.partner, field, everybody=everybody, now=house.now).rows}
    assert len(shown) == len(told)


@pytest.mark.parametrize("field", list(DRILL_FIELDS))
def test_neither_the_partner_manager_nor_the_operator_ever_stands_in_a_drill(house: House, field: ContactField) -> None:
    facts = drill_facts(house.cast.partner, field, everybody=False)
    reasons = {circle.reason for circle in (*facts.everyone, *facts.ladder)}
    assert reasons.isdisjoint({Reason.PARTNER_MANAGER, Reason.OPERATOR_ADMINISTRATOR, Reason.ON_CALL})
