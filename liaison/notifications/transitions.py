"""The life of a delivery and of a message, as tables. Every change of state goes through `next_*_state`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from liaison.notifications.models import DeliveryState, MessageState

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class MessageEvent(StrEnum):
    """What happens to a message."""

    CLAIMED = "claimed"  # a worker took it, with a lease
    HANDED_OVER = "handed_over"  # its batch is about to be sent: from here on it may arrive
    LEASE_EXPIRED = "lease_expired"  # its worker is gone or stopped
    GIVEN_BACK = "given_back"  # its worker did not come to it
    ACCEPTED = "accepted"  # the receiving server said yes
    REFUSED = "refused"  # the receiving server said no, for good
    PUT_OFF = "put_off"  # try again later
    ANSWER_LOST = "answer_lost"  # handed over, and nobody knows whether it arrived
    GIVEN_UP = "given_up"  # too late, too often unknown, or it cannot be made
    CALLED_OFF = "called_off"  # nobody may or need receive it any more
    BOUNCED = "bounced"  # it came back, after the receiving server had accepted it


class DeliveryEvent(StrEnum):
    """What happens to a delivery."""

    ACCEPTED = "accepted"
    FAILED = "failed"
    CALLED_OFF = "called_off"
    BOUNCED = "bounced"  # a mail about it came back, after the server had accepted it


class ImpossibleTransitionError(Exception):
    """An event that cannot happen in this state: a mistake of ours."""


MESSAGE_TRANSITIONS: Mapping[tuple[MessageState, MessageEvent], MessageState] = MappingProxyType(
    {
        (MessageState.GATHERING, MessageEvent.CLAIMED): MessageState.SENDING,  # from here on nobody joins
        (MessageState.PENDING, MessageEvent.CLAIMED): MessageState.SENDING,
        (MessageState.UNKNOWN, MessageEvent.CLAIMED): MessageState.SENDING,
        # Nothing was said of it yet: others may have it freely.
        (MessageState.SENDING, MessageEvent.LEASE_EXPIRED): MessageState.PENDING,
        (MessageState.SENDING, MessageEvent.GIVEN_BACK): MessageState.PENDING,
        (MessageState.SENDING, MessageEvent.PUT_OFF): MessageState.PENDING,
        (MessageState.SENDING, MessageEvent.GIVEN_UP): MessageState.FAILED,
        (MessageState.SENDING, MessageEvent.CALLED_OFF): MessageState.CANCELLED,
        (MessageState.SENDING, MessageEvent.HANDED_OVER): MessageState.HANDED_OVER,
        # Each of these is the answer, or the lack of one.
        (MessageState.HANDED_OVER, MessageEvent.ACCEPTED): MessageState.ACCEPTED,
        (MessageState.HANDED_OVER, MessageEvent.REFUSED): MessageState.REFUSED,
        (MessageState.HANDED_OVER, MessageEvent.PUT_OFF): MessageState.PENDING,
        (MessageState.HANDED_OVER, MessageEvent.GIVEN_BACK): MessageState.PENDING,
        (MessageState.HANDED_OVER, MessageEvent.ANSWER_LOST): MessageState.UNKNOWN,
        (MessageState.HANDED_OVER, MessageEvent.LEASE_EXPIRED): MessageState.UNKNOWN,
        (MessageState.HANDED_OVER, MessageEvent.GIVEN_UP): MessageState.FAILED,
        # An answer that comes after the lease ran out, while nobody has claimed the message again.
        (MessageState.UNKNOWN, MessageEvent.ACCEPTED): MessageState.ACCEPTED,
        (MessageState.UNKNOWN, MessageEvent.REFUSED): MessageState.REFUSED,
        (MessageState.ACCEPTED, MessageEvent.BOUNCED): MessageState.BOUNCED,
    }
)

DELIVERY_TRANSITIONS: Mapping[tuple[DeliveryState, DeliveryEvent], DeliveryState] = MappingProxyType(
    {
        (DeliveryState.PENDING, DeliveryEvent.ACCEPTED): DeliveryState.ACCEPTED,
        (DeliveryState.PENDING, DeliveryEvent.FAILED): DeliveryState.FAILED,
        (DeliveryState.PENDING, DeliveryEvent.CALLED_OFF): DeliveryState.CANCELLED,
        (DeliveryState.ACCEPTED, DeliveryEvent.BOUNCED): DeliveryState.BOUNCED,
    }
)

# What the end of a message means for the deliveries that it carries.
DELIVERY_EVENT_OF: Mapping[MessageState, DeliveryEvent] = MappingProxyType(
    {
        MessageState.ACCEPTED: DeliveryEvent.ACCEPTED,
        MessageState.REFUSED: DeliveryEvent.FAILED,
        MessageState.FAILED: DeliveryEvent.FAILED,
        MessageState.CANCELLED: DeliveryEvent.CALLED_OFF,
        MessageState.BOUNCED: DeliveryEvent.BOUNCED,
    }
)


def next_message_state(state: MessageState, event: MessageEvent, *, is_bundle: bool = False) -> MessageState:
    """Return where `event` leads; raises ImpossibleTransitionError.

    A bundle never waits as pending: where another message does, it gathers again, and nobody joins it any more.
    """
    try:
        following = MESSAGE_TRANSITIONS[state, event]
    except KeyError:
        raise ImpossibleTransitionError(f"a message that is {state} cannot be {event}") from None
    return MessageState.GATHERING if is_bundle and following is MessageState.PENDING else following


def next_delivery_state(state: DeliveryState, event: DeliveryEvent) -> DeliveryState:
    """Return where `event` leads; raises ImpossibleTransitionError."""
    try:
        return DELIVERY_TRANSITIONS[state, event]
    except KeyError:
        raise ImpossibleTransitionError(f"a delivery that is {state} cannot be {event}") from None


def message_states_before(event: MessageEvent) -> tuple[MessageState, ...]:
    """Return the states in which `event` can happen, for the WHERE of an UPDATE."""
    return tuple(state for state, what in MESSAGE_TRANSITIONS if what is event)


def diagram(transitions: Mapping[tuple[State, Event], State]) -> str:
    """Return a table of transitions as a Mermaid state diagram, for the documentation."""
    lines = [f"    {state} --> {following}: {event}" for (state, event), following in transitions.items()]
    return "\n".join(("stateDiagram-v2", *lines))
