from __future__ import annotations

from itertools import product

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce
from liaison.notifications.models import (
    FINISHED_MESSAGE_STATES,
    Delivery,
    DeliveryState,
    Message,
    MessageState,
)
from liaison.notifications.testing import about, person
from liaison.notifications.transitions import (
    DELIVERY_EVENT_OF,
    DELIVERY_TRANSITIONS,
    MESSAGE_TRANSITIONS,
    DeliveryEvent,
    ImpossibleTransitionError,
    MessageEvent,
    diagram,
    next_delivery_state,
    next_message_state,
)


@pytest.mark.parametrize(("state", "event"), list(product(MessageState, MessageEvent)))
def test_every_event_in_every_state_of_a_message_is_decided(state: MessageState, event: MessageEvent) -> None:
    if (state, event) in MESSAGE_TRANSITIONS:
        assert next_message_state(state, event) is MESSAGE_TRANSITIONS[state, event]
        # What was accepted can still come back; every other end is one.
        assert state not in FINISHED_MESSAGE_STATES or event is MessageEvent.BOUNCED
    else:
        with pytest.raises(ImpossibleTransitionError):
            next_message_state(state, event)


@pytest.mark.parametrize(("state", "event"), list(product(DeliveryState, DeliveryEvent)))
def test_every_event_in_every_state_of_a_delivery_is_decided(state: DeliveryState, event: DeliveryEvent) -> None:
    if (state, event) in DELIVERY_TRANSITIONS:
        assert next_delivery_state(state, event) is DELIVERY_TRANSITIONS[state, event]
    else:
        with pytest.raises(ImpossibleTransitionError):
            next_delivery_state(state, event)


def test_every_event_happens_somewhere_and_every_end_of_a_message_ends_its_deliveries() -> None:
    assert {event for _, event in MESSAGE_TRANSITIONS} == set(MessageEvent)
    assert {event for _, event in DELIVERY_TRANSITIONS} == set(DeliveryEvent)
    assert set(DELIVERY_EVENT_OF) == set(FINISHED_MESSAGE_STATES)
    for state, event in DELIVERY_EVENT_OF.items():
        before = DeliveryState.ACCEPTED if state is MessageState.BOUNCED else DeliveryState.PENDING
        assert next_delivery_state(before, event) is not before


def test_a_message_can_always_come_to_an_end() -> None:
    """R3: each delivery reaches a final state."""
    ends: set[MessageState] = set(FINISHED_MESSAGE_STATES)
    for _ in MessageState:
        ends |= {state for (state, _event), following in MESSAGE_TRANSITIONS.items() if following in ends}
    assert ends == set(MessageState)


@pytest.mark.parametrize(("state", "event"), list(MESSAGE_TRANSITIONS))
def test_a_bundle_gathers_where_another_message_is_pending(state: MessageState, event: MessageEvent) -> None:
    """An older worker takes what is pending for one mail with one delivery."""
    following = MESSAGE_TRANSITIONS[state, event]
    expected = MessageState.GATHERING if following is MessageState.PENDING else following
    assert next_message_state(state, event, is_bundle=True) is expected


def test_the_documentation_draws_both_tables_as_they_are() -> None:
    page = (settings.BASE_DIR.parent / "docs" / "concepts" / "notifications.md").read_text()
    assert diagram(MESSAGE_TRANSITIONS) in page
    assert diagram(DELIVERY_TRANSITIONS) in page


def make_message(**values: object) -> Message:
    moment = timezone.now()
    defaults = {
        "channel": "email",
        "address": "a@b.test",
        "message_id": "<1@b.test>",
        "due_at": moment,
        "created_at": moment,
    }
    return Message.objects.create(**{**defaults, **values})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost"}, "a_message_is_in_a_known_state"),
        ({"state": "sending"}, "only_a_message_in_hand_is_leased"),
        ({"state": "pending", "lease_until": timezone.now()}, "only_a_message_in_hand_is_leased"),
        ({"state": "handed_over", "unanswered": 1, "sent_sha256": "0"}, "only_a_message_in_hand_is_leased"),
        ({"state": "refused"}, "a_message_is_unfinished_or_finished"),
        ({"state": "pending", "finished_at": timezone.now()}, "a_message_is_unfinished_or_finished"),
        ({"state": "gathering"}, "only_a_bundle_gathers"),
        ({"state": "pending", "bundle": "7"}, "a_bundle_never_waits_as_one_mail"),
        ({"unanswered": 3}, "a_message_is_handed_over_at_most_twice"),
        ({"state": "accepted", "finished_at": timezone.now()}, "what_was_handed_over_is_known_by_its_hash"),
        ({"state": "unknown", "sent_sha256": "0"}, "what_may_have_arrived_is_counted"),
    ],
)
def test_the_database_refuses_a_message_that_cannot_be(values: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_message(**values)


@pytest.mark.django_db
def test_the_database_refuses_a_delivery_that_cannot_be(topics: None) -> None:
    announce((Topic.TECHNICAL_NOTICE,), about(everyone=[person("a@b.test")]), now=timezone.now())
    delivery = Delivery.objects.get()
    for values, constraint in (
        ({"state": "lost"}, "a_delivery_has_a_known_state"),
        ({"message": None}, "what_is_pending_has_a_message"),
        ({"state": "accepted"}, "a_delivery_is_pending_or_finished"),
        ({"state": "failed", "finished_at": timezone.now()}, "what_was_not_delivered_says_why"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(**values)
