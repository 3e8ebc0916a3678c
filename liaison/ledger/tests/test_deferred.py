"""What waits is shown with its reasons, can be found, and can be let go (issue 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from liaison.accounts import actions as accounts
from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_identity, sign_in
from liaison.audit.models import Event
from liaison.ledger import actions
from liaison.ledger.filters import State, Wanted
from liaison.ledger.listing import listing
from liaison.ledger.testing import deliveries_about, take_in
from liaison.ledger.vocabulary import LedgerCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden
from liaison.notifications.facts import HeldBecause
from liaison.notifications.models import Delivery, Message

EVERY_DAY = range(1, 8)


@pytest.fixture
def deferred(cast: Cast) -> Delivery:
    """A problem that is no emergency, while its alert contact is not to be disturbed."""
    now = utc_now()
    Identity.objects.filter(pk=cast.owner.pk).update(time_zone="UTC")
    actor = Identity.objects.get(pk=cast.owner.pk)
    start, end = (f"{(now + timedelta(hours=hours)).hour:02}:00" for hours in (0, 3))
    accounts.change_quiet_hours(actor=actor, days=EVERY_DAY, start=start, end=end, now=now)
    return deliveries_about(take_in(cast.partner)).get(identity=cast.owner)


def test_it_is_owed_at_the_end_of_the_quiet_hours(deferred: Delivery) -> None:
    (held,) = deferred.held
    assert held["because"] == HeldBecause.QUIET_HOURS
    assert held["until"] == deferred.due_at.isoformat()
    assert utc_now() < deferred.due_at <= utc_now() + timedelta(hours=3)


def test_the_list_finds_what_is_deferred_and_does_not_call_it_pending(cast: Cast, deferred: Delivery) -> None:
    found = {
        state: [row.public_id for row in listing(cast.owner, Wanted(state=state), zone="UTC").rows]
        for state in (State.DEFERRED, State.PENDING)
    }
    assert deferred.public_id in found[State.DEFERRED]
    assert deferred.public_id not in found[State.PENDING]
    (row,) = [row for row in listing(cast.owner, Wanted(), zone="UTC").rows if row.public_id == deferred.public_id]
    assert (row.state, row.is_deferred) == ("deferred", True)


def test_the_page_says_why_and_until_when(cast: Cast, deferred: Delivery, client: Client) -> None:
    Identity.objects.filter(pk=cast.owner.pk).update(language="en")
    page = sign_in(client, cast.owner).get(f"/u/0/deliveries/{deferred.public_id}/").text
    assert "The reader has quiet hours." in page
    assert "It waits" in page
    assert "Send now" in page
    table = client.get("/u/0/deliveries/?state=deferred").text
    assert "The reader has quiet hours." in table
    rows = client.get("/u/0/deliveries/export?state=deferred").getvalue().decode()
    assert "Deferred,,The reader has quiet hours.," in rows


@pytest.mark.parametrize("who", ["owner", "agent"])
def test_administrators_and_staff_let_it_go(cast: Cast, deferred: Delivery, client: Client, who: str) -> None:
    actor = getattr(cast, who)
    Identity.objects.filter(pk=actor.pk).update(language="en")
    path = f"/u/0/deliveries/{deferred.public_id}/now"
    assert "It is sent now." in sign_in(client, actor).post(path, follow=True).text
    message = Message.objects.get(deliveries=deferred)
    assert message.due_at <= utc_now()
    deferred.refresh_from_db()
    assert deferred.due_at == message.due_at
    assert deferred.held, "why it waited stays written down"
    released = Event.objects.get(kind="delivery.released")
    assert (released.actor_id, released.subject_id) == (str(actor.pk), deferred.public_id)
    assert "This delivery does not wait any more." in client.post(path, follow=True).text


def test_editors_and_readers_do_not(cast: Cast, deferred: Delivery, client: Client) -> None:
    for person in (cast.colleague, cast.reader, make_identity(cast.operator, PredefinedRole.READ_ONLY_STAFF, "Rolf")):
        assert "Send now" not in sign_in(client, person).get(f"/u/0/deliveries/{deferred.public_id}/").text
        with pytest.raises(Forbidden):
            actions.send_deferred_delivery(actor=person, delivery=deferred, now=utc_now())
    assert Message.objects.get(deliveries=deferred).due_at > utc_now()


def test_what_does_not_wait_is_refused(cast: Cast) -> None:
    at_once = deliveries_about(take_in(cast.partner))[0]
    with pytest.raises(Conflict) as refused:
        actions.send_deferred_delivery(actor=cast.owner, delivery=at_once, now=utc_now())
    assert refused.value.code == LedgerCode.NOT_DEFERRED
