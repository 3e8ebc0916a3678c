"""What the operator expects of a partner, by when, and the partner's answer (S7)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import models
from django.db.models import Q

from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef
from liaison.catalog.vocabulary import Topic
from liaison.expectations.vocabulary import EXPECTATION, Answer, AnsweredVia, ClosedBecause, Expected
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id

LONGEST_NOTE: Final = 1000


class Expectation(models.Model):
    """One thing expected about one subject (an incident, a notice): at most one open at a time for each.

    `due_at` is when the next answer is due: with *working* the estimate. *Solved* closes it, but of what still goes on;
    that waits for its end. At `repeat_at` it is asked for again if no answer has come: first when it is overdue, then
    at growing pauses, and never where it is None. `passed` counts how often since the last answer.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="expectations")
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    topic = models.CharField(max_length=32, choices=keys_of(Topic))
    expected = models.CharField(max_length=16, choices=keys_of(Expected))
    answer = models.CharField(max_length=16, choices=keys_of(Answer), blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    first_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    estimate_at = models.DateTimeField(null=True)
    passed = models.PositiveSmallIntegerField(default=0)
    repeat_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=16, choices=keys_of(ClosedBecause), blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(closed_at__isnull=True),
                name="one_open_expectation_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(repeat_at__isnull=True),
                name="what_is_closed_is_not_asked_for_again",
            ),
            models.CheckConstraint(
                condition=~Q(answer="working") | Q(estimate_at__isnull=False), name="who_works_on_it_says_until_when"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(closed_at__isnull=True), name="expectation_by_due"),
            models.Index(fields=["repeat_at"], condition=Q(repeat_at__isnull=False), name="expectation_by_repeat"),
            models.Index(fields=["account", "-id"], name="expectation_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.expected}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_overdue(self, now: datetime) -> bool:
        return self.closed_at is None and self.due_at <= now

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef(EXPECTATION, str(self.pk))


class AnswerGiven(models.Model):
    """One answer, in its order. `note` is somebody's own words, plain; `by_address` is whose mail or link it was."""

    expectation = models.ForeignKey(Expectation, on_delete=models.CASCADE, related_name="answers")
    answer = models.CharField(max_length=16, choices=keys_of(Answer))
    estimate_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    via = models.CharField(max_length=16, choices=keys_of(AnsweredVia))
    by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    by_address = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expectation", "id"], name="answer_by_expectation")]

    def __str__(self) -> str:
        return f"{self.expectation_id} {self.answer}"
