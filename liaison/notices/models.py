"""What staff tell a partner in their own words."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import models
from django.db.models import Q

from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef
from liaison.catalog.vocabulary import Topic
from liaison.integrations.models import Integration
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id

LONGEST_TITLE: Final = 150
LONGEST_TEXT: Final = 10_000


class NoticeTopic(StrEnum):
    """The topics that staff raise by themselves (section R)."""

    TECHNICAL_NOTICE = Topic.TECHNICAL_NOTICE.value
    MERCHANT_ISSUE = Topic.MERCHANT_ISSUE.value
    USER_ESCALATION = Topic.USER_ESCALATION.value


class Notice(models.Model):
    """One notice to one account. `title` and `text` are somebody's words, plain, in `language`; they never change.

    One that `is_urgent` waits for nothing. One that was withdrawn is not sent to whoever it had not reached yet.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    integration = models.ForeignKey(Integration, on_delete=models.SET_NULL, null=True, related_name="+")
    topic = models.CharField(max_length=32, choices=keys_of(NoticeTopic))
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.TextField()
    language = models.CharField(max_length=10)
    is_urgent = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="notice_by_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__in=[topic.value for topic in NoticeTopic]), name="a_notice_has_a_topic_of_staff"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="a_notice_says_something"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_by__isnull=True),
                name="who_withdrew_a_notice_did_so_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.public_id}"

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef("notice", self.public_id)
