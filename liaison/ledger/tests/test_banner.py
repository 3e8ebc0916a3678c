"""Staff see trouble on every page within sixty seconds; partners see nothing of it (issue 3, R4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.ledger.testing import deliveries_about, refuse, take_in
from liaison.lib.clock import utc_now
from liaison.notifications.auditing.auditor import Auditor

SILENT = "Nobody watches over the deliveries"
TROUBLE = "Deliveries are in trouble"
TO_LOOK_AT = "Some messages did not arrive, or arrive late."

pytestmark = pytest.mark.django_db


def home(reader: Identity) -> str:
    answer = sign_in(Client(), reader).get("/u/0/", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("person", ["agent", "engineer", "manager", "administrator"])
def test_every_member_of_staff_sees_that_nobody_audits(person: str, cast: Cast) -> None:
    assert SILENT in home(getattr(cast, person))
    Auditor().look(utc_now() - timedelta(seconds=46))
    assert SILENT in home(getattr(cast, person))
    Auditor().look(utc_now())
    assert SILENT not in home(getattr(cast, person))


def test_staff_see_a_late_message_and_are_led_to_the_desk(cast: Cast) -> None:
    take_in(cast.partner, now=utc_now() - timedelta(seconds=61))
    Auditor().look(utc_now())
    page = home(cast.agent)
    assert TROUBLE in page
    assert "/u/0/desk/deliveries" in page


def test_staff_see_what_did_not_arrive(cast: Cast) -> None:
    refuse(deliveries_about(take_in(cast.partner))[0])
    Auditor().look(utc_now())
    page = home(cast.manager)
    assert TO_LOOK_AT in page
    assert TROUBLE not in page


def test_partners_hear_nothing_of_it(cast: Cast) -> None:
    page = home(cast.owner)
    assert SILENT not in page
    assert TROUBLE not in page
