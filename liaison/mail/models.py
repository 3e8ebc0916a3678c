"""Mail that came in: kept as it came before anything else, then read."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from liaison.audit.actions import SubjectRef
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id
from liaison.mail.vocabulary import MailOutcome, MailReason, MailState
from liaison.notifications.models import Delivery, Message
from liaison.notifications.return_addresses import ReturnKind

LONGEST_ADDRESS: Final = 320
LONGEST_DETAIL: Final = 1000
LONGEST_LINE: Final = 200


class InboundMail(models.Model):
    """One mail to one of our addresses. `raw` is None once it was erased; its hash stays.

    `read_after` is when it is read next, also where it has to wait for the message it is about. `tries` counts how
    often a process took it in hand. `message` is what a bounce is about, `delivery` what an answer is about: only where
    the token was ours. `address` is the mailbox of that message, in the form by which mailboxes are compared. `detail`
    are the other side's own words, or how the reading broke.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=16, choices=keys_of(ReturnKind))
    received_at = models.DateTimeField()
    envelope_from = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    envelope_to = models.CharField(max_length=LONGEST_ADDRESS)
    raw = models.BinaryField(null=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=keys_of(MailState), default=MailState.RECEIVED)
    read_after = models.DateTimeField()
    reading_since = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=keys_of(MailOutcome), blank=True, default="")
    reason = models.CharField(max_length=24, choices=keys_of(MailReason), blank=True, default="")
    status = models.CharField(max_length=16, blank=True, default="")  # of a bounce, as 5.1.1
    detail = models.TextField(blank=True, default="")
    sender = models.CharField(max_length=LONGEST_LINE, blank=True, default="")  # who it says wrote it
    subject_line = models.CharField(max_length=LONGEST_LINE, blank=True, default="")
    address = models.CharField(max_length=254, blank=True, default="")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["read_after"], condition=Q(state__in=["received", "reading"]), name="mail_to_read"),
            models.Index(fields=["outcome", "-id"], name="mail_by_outcome"),
            models.Index(
                fields=["address", "-received_at"], condition=Q(outcome="returned"), name="mail_returned_from"
            ),
            models.Index(fields=["received_at"], condition=Q(raw__isnull=False), name="mail_to_erase"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sha256", "envelope_to"], name="a_mail_is_kept_once_for_each_recipient"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in MailState]), name="a_mail_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state="reading") ^ Q(reading_since__isnull=True), name="only_a_mail_in_hand_has_a_reader"
            ),
            models.CheckConstraint(
                condition=(Q(state="done") & ~Q(outcome="")) | (~Q(state="done") & Q(outcome="")),
                name="what_came_of_a_mail_is_known_once_it_is_read",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["received", "reading"]) | Q(raw__isnull=False),
                name="what_is_to_be_read_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.outcome or self.state}"

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("inbound_mail", self.public_id)
