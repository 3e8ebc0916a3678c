"""The home page as this room fills it: what is wrong in production, and the newest incidents."""

from __future__ import annotations

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.contacts.models import ContactRecord
from liaison.health import home
from liaison.health.tests.house import House, an_alert, critical, receive, resolved
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_gate(house: House) -> None:
    ContactRecord.objects.filter(account=house.cast.partner).update(first_completed_at=utc_now())


def page_of(identity: Identity) -> str:
    page = sign_in(Client(), identity).get("/u/0/")
    return page.text


def test_it_names_what_is_open_in_production_until_it_is_resolved(house: House) -> None:
    receive(house.key, critical())
    assert "1 problem in production is not resolved." in page_of(house.cast.owner)
    assert "1 problem in production is not resolved." in page_of(house.cast.engineer)
    receive(house.key, resolved())
    assert "not resolved." not in page_of(house.cast.owner)


def test_it_lists_the_newest_incidents_and_no_more(house: House) -> None:
    count = home.SHOWN + 2
    for number in range(count):
        labels = {"alertname": f"Problem{number}", "severity": "warning"}
        receive(house.key, an_alert(labels=labels, annotations={}, fingerprint=str(number)))
    page = page_of(house.cast.owner)
    shown = [number for number in range(count) if f"Problem{number}" in page]
    assert shown == list(range(count - home.SHOWN, count))


def test_a_problem_in_the_sandbox_needs_nobodys_attention(house: House) -> None:
    receive(house.sandbox_key, critical())
    page = page_of(house.cast.owner)
    assert "Bookings fail" in page
    assert "not resolved." not in page


def test_the_people_of_another_account_see_nothing_of_it(house: House) -> None:
    receive(house.key, critical())
    page = page_of(house.cast.outsider)
    assert "Welcome" in page
    assert "Bookings fail" not in page
    assert "not resolved." not in page
