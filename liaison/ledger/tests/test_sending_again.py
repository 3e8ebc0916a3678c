"""The staff send again what did not arrive, and note what they have seen (issue 3, point 6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from liaison.accounts import actions as accounts
from liaison.accounts.models import Identity
from liaison.accounts.testing import TESTS, Cast, sign_in
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.contacts.testing import complete_record
from liaison.ledger import actions
from liaison.ledger.testing import deliveries_about, refuse, take_in
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden
from liaison.notifications.auditing.auditor import Auditor, findings_of
from liaison.notifications.auditing.vocabulary import Trouble
from liaison.notifications.escalation.relevance import called_off
from liaison.notifications.models import (
    FIRST_ROUND_BY_HAND,
    Delivery,
    DeliveryState,
    Escalation,
    EscalationState,
    Message,
    MessageState,
    Review,
)
from liaison.notifications.resending import ResendCode
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch


@pytest.fixture
def failed(cast: Cast) -> Delivery:
    return refuse(deliveries_about(take_in(cast.partner))[0])


def post(actor: Identity, path: str, **form: str) -> int:
    return sign_in(Client(), actor).post(f"/u/0{path}", form).status_code


@pytest.mark.django_db
def test_it_owes_the_same_person_the_same_thing_by_a_new_message(cast: Cast, failed: Delivery) -> None:
    again = actions.resend_delivery(actor=cast.agent, delivery=failed, now=utc_now())
    assert (again.announcement_id, again.address, again.reasons) == (
        failed.announcement_id,
        failed.address,
        failed.reasons,
    )
    assert (again.state, again.round) == (DeliveryState.PENDING, FIRST_ROUND_BY_HAND)
    first, second = Message.objects.filter(deliveries__in=[failed, again]).order_by("pk")
    assert second.state == MessageState.PENDING
    assert first.message_id != second.message_id
    event = Event.objects.get(kind=Happened.DELIVERY_SENT_AGAIN)
    assert (event.subject_id, event.actor_id) == (failed.public_id, str(cast.agent.pk))
    failed.refresh_from_db()
    assert failed.state == DeliveryState.FAILED


@pytest.mark.django_db
def test_pressing_the_button_twice_sends_once(cast: Cast, failed: Delivery) -> None:
    path = f"/deliveries/{failed.public_id}/again"
    assert post(cast.agent, path) == post(cast.agent, path) == 302
    assert deliveries_about_same(failed) == 2
    first, second = (actions.resend_delivery(actor=cast.agent, delivery=failed, now=utc_now()) for _time in range(2))
    assert first == second


@pytest.mark.django_db
def test_what_failed_again_can_be_sent_again(cast: Cast, failed: Delivery) -> None:
    second = refuse(actions.resend_delivery(actor=cast.agent, delivery=failed, now=utc_now()))
    third = actions.resend_delivery(actor=cast.agent, delivery=second, now=utc_now())
    assert third.round == FIRST_ROUND_BY_HAND + 1


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_again_arrives(cast: Cast, failed: Delivery, mail_server: MailServer) -> None:
    actions.resend_delivery(actor=cast.agent, delivery=failed, now=utc_now())
    assert deliver_batch(utc_now()) == 1
    assert [one.to for one in mail_server.accepted] == ["olivia@bistro.test"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        (DeliveryState.ACCEPTED, "", ResendCode.ARRIVED),
        (DeliveryState.CANCELLED, "suspended", ResendCode.NEVER_OWED),
        (DeliveryState.SUPPRESSED, "sandbox", ResendCode.NEVER_OWED),
    ],
)
def test_it_refuses_what_did_not_fail(state: DeliveryState, reason: str, code: ResendCode, cast: Cast) -> None:
    delivery = deliveries_about(take_in(cast.partner))[0]
    with pytest.raises(Conflict) as refused:
        actions.resend_delivery(actor=cast.agent, delivery=delivery, now=utc_now())
    assert refused.value.code is ResendCode.UNDER_WAY
    Delivery.objects.filter(pk=delivery.pk).update(state=state, state_reason=reason, finished_at=utc_now())
    with pytest.raises(Conflict) as refused:
        actions.resend_delivery(actor=cast.agent, delivery=delivery, now=utc_now())
    assert refused.value.code is code


@pytest.mark.django_db
def test_it_refuses_somebody_who_lost_the_right_since(cast: Cast, failed: Delivery) -> None:
    """Invariant 2: somebody else is the alert contact now."""
    complete_record(cast.colleague)
    with pytest.raises(Conflict) as refused:
        actions.resend_delivery(actor=cast.agent, delivery=failed, now=utc_now())
    assert refused.value.code is ResendCode.NO_LONGER_ALLOWED
    assert deliveries_about_same(failed) == 1


@pytest.mark.django_db
def test_only_staff_who_work_with_deliveries_send_again(cast: Cast, failed: Delivery) -> None:
    read_only = accounts.create_identity(
        actor=TESTS,
        account=cast.operator,
        role="read_only_staff",  # type: ignore[arg-type]  # a role by its key
        name="Rosa Reads",
        username="rosa",
        mailbox="rosa@operator.test",
        language="",
        time_zone="",
        now=utc_now(),
    )
    for actor in (cast.owner, read_only):
        with pytest.raises(Forbidden):
            actions.resend_delivery(actor=actor, delivery=failed, now=utc_now())
        with pytest.raises(Forbidden):
            actions.mark_delivery_seen(actor=actor, delivery=failed, now=utc_now())
        with pytest.raises(Forbidden):
            actions.resend_failed_deliveries(actor=actor, since=utc_now() - timedelta(days=1), now=utc_now())
    assert post(cast.outsider, f"/deliveries/{failed.public_id}/again") == 404
    for actor in (cast.engineer, cast.manager, cast.administrator):
        assert post(actor, f"/deliveries/{failed.public_id}/seen") == 302


@pytest.mark.django_db
def test_what_somebody_has_seen_leaves_the_auditor_content(cast: Cast, failed: Delivery) -> None:
    now = utc_now()
    auditor = Auditor()
    assert findings_of(auditor.look(now))[Trouble.REFUSED].count == 1
    actions.mark_delivery_seen(actor=cast.agent, delivery=failed, now=now)
    actions.mark_delivery_seen(actor=cast.manager, delivery=failed, now=now)
    assert findings_of(auditor.look(now + timedelta(seconds=10)))[Trouble.REFUSED].count == 0
    assert Review.objects.get().by == cast.agent
    assert Event.objects.filter(kind=Happened.DELIVERY_SEEN).count() == 1
    assert actions.resend_delivery(actor=cast.agent, delivery=failed, now=now).state == DeliveryState.PENDING


@pytest.mark.django_db
def test_after_an_outage_everything_goes_again_at_once(cast: Cast) -> None:
    now = utc_now()
    for number in range(3):
        refuse(deliveries_about(take_in(cast.partner, f"Problem {number}"))[0])
    refuse(deliveries_about(take_in(cast.elsewhere))[0])
    old = refuse(deliveries_about(take_in(cast.partner, "Long ago"))[0], now - timedelta(hours=3))
    since = now - timedelta(hours=1)
    assert actions.failed_since(cast.manager, since).count() == 3
    done = actions.resend_failed_deliveries(actor=cast.agent, since=since, now=utc_now())
    assert (done.sent, done.not_possible) == (4, 0)
    assert actions.resend_failed_deliveries(actor=cast.agent, since=since, now=utc_now()).sent == 0
    assert not Review.objects.filter(delivery=old).exists()


@pytest.mark.django_db
def test_what_cannot_be_sent_any_more_does_not_keep_the_rest_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever presses the button again gets on, however much there is that cannot be sent."""
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 2)
    for number in range(4):
        refuse(deliveries_about(take_in(cast.partner, f"Problem {number}"))[0])
    refuse(deliveries_about(take_in(cast.elsewhere))[0])
    complete_record(cast.colleague)  # of the first account somebody else is the contact now
    since = utc_now() - timedelta(hours=1)
    done = actions.resend_failed_deliveries(actor=cast.agent, since=since, now=utc_now())
    assert (done.sent, done.not_possible) == (1, 4)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [EscalationState.ACKNOWLEDGED, EscalationState.RESOLVED])
def test_a_call_for_help_is_not_sent_again_once_somebody_has_it(state: EscalationState, cast: Cast) -> None:
    """The button must not promise what the worker calls off. Once it is over, the first are still told of it."""
    called = refuse(deliveries_about(take_in(cast.partner, severity="critical")).filter(step__gt=0, state="pending")[0])
    via = "portal" if state is EscalationState.ACKNOWLEDGED else ""
    Escalation.objects.update(state=state, next_at=None, ended_at=utc_now(), acknowledged_via=via)
    if state is EscalationState.ACKNOWLEDGED:
        with pytest.raises(Conflict) as refused:
            actions.resend_delivery(actor=cast.agent, delivery=called, now=utc_now())
        assert refused.value.code is ResendCode.NO_LONGER_RELEVANT
        return
    again = actions.resend_delivery(actor=cast.agent, delivery=called, now=utc_now())
    assert called_off([again.pk]) == {}


@pytest.mark.django_db
def test_a_partner_manager_sends_again_in_assigned_accounts_alone(cast: Cast, failed: Delivery) -> None:
    """W2."""
    elsewhere = refuse(deliveries_about(take_in(cast.elsewhere))[0])
    done = actions.resend_failed_deliveries(actor=cast.manager, since=utc_now() - timedelta(hours=1), now=utc_now())
    assert done.sent == 1
    assert not Review.objects.filter(delivery=elsewhere).exists()


@pytest.mark.django_db
def test_the_desk_shows_what_would_go_and_sends_it_on_confirmation(cast: Cast, failed: Delivery) -> None:
    client = sign_in(Client(), cast.agent)
    page = client.get("/u/0/desk/deliveries/again", headers={"Accept-Language": "en"}).content.decode()
    assert "1 message did not arrive since then" in page
    assert deliveries_about_same(failed) == 1
    since = page.split('name="since" value="')[2].split('"')[0]
    assert client.post("/u/0/desk/deliveries/again", {"since": since}).status_code == 302
    assert deliveries_about_same(failed) == 2
    assert client.post("/u/0/desk/deliveries/again", {"since": "1999-01-01T00:00"}).status_code == 422


def deliveries_about_same(delivery: Delivery) -> int:
    return Delivery.objects.filter(announcement=delivery.announcement_id).count()
