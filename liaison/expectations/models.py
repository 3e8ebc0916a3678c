"""What the operator expects of a partner, by when, and the partner's answer (S7)."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef
from liaison.catalog.vocabulary import Topic
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class Expected(StrEnum):
    """What is expected; the words are made when they are read."""

    ANSWER = "answer"  # say that you have seen it, and when it will be solved
    FIX = "fix"  # solve the problem
    CHANGE = "change"  # change something on your side, for example an API version
    CONFIRM = "confirm"  # confirm that it is right again


class Answer(StrEnum):
    """What the partner said last; empty before the first answer."""

    SEEN = "seen"
    WORKING = "working"
    SOLVED = "solved"


class AnsweredVia(StrEnum):
    PAGE = "page"
    API = "api"
    MAIL = "mail"


class Expectation(models.Model):
    """One thing expected about one subject (an incident, a notice): at most one open at a time for each.

    `due_at` is when the next answer is due: with *working* the estimate, with *solved* it is over. Each time it
    passes, the people of `topic` are told again, `passed` counts how often, and the next field is told too.
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
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(closed_at__isnull=True),
                name="one_open_expectation_per_subject",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(closed_at__isnull=True), name="expectation_by_due"),
            models.Index(fields=["account", "-id"], name="expectation_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.expected}"

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("expectation", str(self.pk))


class AnswerGiven(models.Model):
    """One answer, in its order. `note` is somebody's own words, plain."""

    expectation = models.ForeignKey(Expectation, on_delete=models.CASCADE, related_name="answers")
    answer = models.CharField(max_length=16, choices=keys_of(Answer))
    estimate_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    via = models.CharField(max_length=8, choices=keys_of(AnsweredVia))
    by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    by_address = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.expectation_id} {self.answer}"
