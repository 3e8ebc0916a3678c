"""What is owed to whom, what is sent, and who is called next (`design.md`, "durable work")."""

from __future__ import annotations

from liaison.notifications.models.announcements import Announcement
from liaison.notifications.models.audits import DeliveryAudit
from liaison.notifications.models.deliveries import FIRST_ROUND_BY_HAND, Delivery, DeliveryState
from liaison.notifications.models.endpoints import Endpoint
from liaison.notifications.models.escalations import (
    ENDED_ESCALATION_STATES,
    NOBODY_HAS_IT,
    AcknowledgedVia,
    Escalation,
    EscalationState,
    EscalationStep,
)
from liaison.notifications.models.messages import (
    FINISHED_MESSAGE_STATES,
    HELD_MESSAGE_STATES,
    MOST_UNANSWERED,
    Attempt,
    LetterForm,
    Message,
    MessageState,
)
from liaison.notifications.models.reviews import Review
from liaison.notifications.models.streams import Stream

__all__ = [
    "ENDED_ESCALATION_STATES",
    "FINISHED_MESSAGE_STATES",
    "FIRST_ROUND_BY_HAND",
    "HELD_MESSAGE_STATES",
    "MOST_UNANSWERED",
    "NOBODY_HAS_IT",
    "AcknowledgedVia",
    "Announcement",
    "Attempt",
    "Delivery",
    "DeliveryAudit",
    "DeliveryState",
    "Endpoint",
    "Escalation",
    "EscalationState",
    "EscalationStep",
    "LetterForm",
    "Message",
    "MessageState",
    "Review",
    "Stream",
]
