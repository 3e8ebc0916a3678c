"""What needs somebody, across accounts: did not arrive, unknown, late, reached nobody (issue 3, point 6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast, sign_in
from liaison.contacts.models import ContactEntry
from liaison.contacts.testing import complete_record
from liaison.desk.deliveries import Asked, Found, Tab, asked_of, deliveries_at_the_desk
from liaison.integrations.testing import make_launched
from liaison.ledger import actions
from liaison.ledger.testing import deliveries_about, refuse, take_in
from liaison.lib.clock import utc_now
from liaison.notifications.auditing.auditor import Auditor
from liaison.notifications.models import Delivery, Message, MessageState

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    found = make_cast()
    for owner in (found.owner, found.outsider):
        make_launched(owner.account)
        complete_record(owner)
    return found


def found(reader: Identity, **asked: str) -> Found:
    return deliveries_at_the_desk(reader, asked_of(asked), "1", utc_now())


def page(reader: Identity, query: str = "") -> str:
    answer = sign_in(Client(), reader).get(f"/u/0/desk/deliveries{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_did_not_arrive_is_listed_until_somebody_has_seen_it(cast: Cast) -> None:
    delivery = refuse(deliveries_about(take_in(cast.partner))[0])
    assert [row.public_id for row in found(cast.agent).rows] == [delivery.public_id]
    assert found(cast.agent, kind="bounced").rows == ()
    assert len(found(cast.agent, kind="refused").rows) == 1
    actions.mark_delivery_seen(actor=cast.agent, delivery=delivery, now=utc_now())
    assert found(cast.agent).rows == ()
    assert len(found(cast.agent, seen="1").rows) == 1


def test_unknown_and_late_have_their_tabs(cast: Cast) -> None:
    late, unknown = (
        deliveries_about(take_in(cast.partner, title, now=utc_now() - timedelta(minutes=2)))[0]
        for title in ("Late", "Unknown")
    )
    Message.objects.filter(deliveries=unknown).update(state=MessageState.UNKNOWN, unanswered=1, sent_sha256="a" * 64)
    assert [row.public_id for row in found(cast.agent, tab="late").rows] == [late.public_id]
    assert [row.public_id for row in found(cast.agent, tab="unknown").rows] == [unknown.public_id]
    assert found(cast.agent).counts == {Tab.NOT_ARRIVED: 0, Tab.UNKNOWN: 1, Tab.LATE: 1, Tab.NOBODY: 0}


def test_what_reached_nobody_is_listed_with_its_account(cast: Cast) -> None:
    """R4."""
    ContactEntry.objects.filter(record__account=cast.partner).delete()
    take_in(cast.partner)
    (row,) = found(cast.agent, tab="nobody").nobody
    assert (row.account, row.topics) == (cast.partner, ("Production alert",))
    assert "Bistro" in page(cast.agent, "?tab=nobody")


def test_a_partner_manager_sees_assigned_accounts_alone_and_an_account_can_be_chosen(cast: Cast) -> None:
    """W2."""
    for account in (cast.partner, cast.elsewhere):
        refuse(deliveries_about(take_in(account))[0])
    assert len(found(cast.agent).rows) == 2
    assert {row.account for row in found(cast.manager).rows} == {cast.partner}
    assert found(cast.manager, account="elsewhere").rows == ()
    assert {row.account for row in found(cast.agent, account="elsewhere").rows} == {cast.elsewhere}


def test_an_on_call_engineer_sees_no_address(cast: Cast) -> None:
    """W2."""
    refuse(deliveries_about(take_in(cast.partner))[0], detail="olivia@bistro.test unknown")
    assert "olivia@bistro.test" not in page(cast.engineer)
    assert "olivia@bistro.test" in page(cast.agent)


def test_the_page_says_how_the_deliveries_stand(cast: Cast) -> None:
    assert "Nobody watches over the deliveries yet" in page(cast.agent)
    Auditor().look(utc_now())
    assert "Everything that is owed is on its way or has arrived." in page(cast.agent)
    take_in(cast.partner, now=utc_now() - timedelta(minutes=2))
    Auditor().look(utc_now())
    assert "Messages that are due, and that no worker sends: 1" in page(cast.agent)


def test_partners_have_no_such_page(cast: Cast) -> None:
    assert sign_in(Client(), cast.owner).get("/u/0/desk/deliveries").status_code == 404


def test_a_page_takes_as_many_queries_for_one_row_as_for_many(cast: Cast) -> None:
    found(cast.agent)  # what the reader may is read once
    counts = []
    for size in (1, 6):
        for number in range(size):
            refuse(deliveries_about(take_in(cast.partner, f"{size} {number}"))[0])
        with CaptureQueriesContext(connection) as queries:
            assert deliveries_at_the_desk(cast.agent, Asked(), "1", utc_now()).rows
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Delivery.objects.count() > 5
