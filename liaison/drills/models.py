"""Drills with the answers they got, their schedule, and test messages with what arrived."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from liaison.accounts.models import Account
from liaison.audit.actions import SubjectRef
from liaison.catalog.vocabulary import ContactField
from liaison.drills.rhythm import Rhythm
from liaison.drills.vocabulary import MovedBecause, Outcome
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id
from liaison.notifications.models import AcknowledgedVia, Announcement, Delivery


class Drill(models.Model):
    """One drill of one field of an account. It runs while it has no end; a missed one never started.

    `everybody` are to answer, or as in reality the first answer ends the calling. Whom it told are the deliveries
    of `announcement`.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="drills")
    field = models.CharField(max_length=40, choices=keys_of(ContactField))
    everybody = models.BooleanField(default=False)
    is_announced = models.BooleanField(default=False)
    planned_for = models.DateTimeField(null=True)  # of a scheduled one
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=16, choices=keys_of(Outcome), blank=True)
    announcement = models.OneToOneField(Announcement, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="drill_by_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at__isnull=True), name="an_account_has_one_drill_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="a_drill_that_ended_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=False) ^ Q(outcome="missed"), name="only_a_missed_drill_never_started"
            ),
        ]

    def __str__(self) -> str:
        return f"drill {self.public_id} of {self.field} {self.outcome}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("drill", str(self.pk))


class DrillAnswer(models.Model):
    """That somebody who was told answered, once. `delivery` is the first that told them: it names the person."""

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, related_name="answers")
    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="+")
    identity = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100, blank=True)  # typed, at a shared address
    via = models.CharField(max_length=16, choices=keys_of(AcknowledgedVia))
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"answer to {self.drill_id} at {self.at}"


class DrillSchedule(models.Model):
    """An account's monthly drill. `next_at` is when the one of `next_month` is due; None while it is paused.

    `last_month` is the month whose drill was dealt with. `moved_because` says why `next_at` is not its own moment.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="drill_schedule")
    field = models.CharField(max_length=40, choices=keys_of(ContactField))
    everybody = models.BooleanField(default=False)
    weekday = models.PositiveSmallIntegerField(default=0)  # ISO; 0: by the day of the month
    week = models.PositiveSmallIntegerField(default=1)
    day = models.PositiveSmallIntegerField(default=1)
    minute = models.PositiveSmallIntegerField()
    time_zone = models.CharField(max_length=64)
    announced_days = models.PositiveSmallIntegerField(null=True)  # before; None: nobody is told before
    paused_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    next_month = models.DateField(null=True)
    last_month = models.DateField(null=True)
    announced_at = models.DateTimeField(null=True)  # of the next one
    moved_because = models.CharField(max_length=16, choices=keys_of(MovedBecause), blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="drill_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(minute__lt=1440, weekday__lte=7, week__gte=1, week__lte=5, day__gte=1, day__lte=31),
                name="a_drill_is_due_at_a_moment_of_a_month",
            ),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True, next_month__isnull=True)
                | Q(next_at__isnull=False, next_month__isnull=False, paused_at__isnull=True),
                name="what_is_paused_is_never_due",
            ),
        ]

    def __str__(self) -> str:
        return f"drill schedule of {self.account_id}"

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.minute, self.time_zone, weekday=self.weekday, week=self.week, day=self.day)

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("drill_schedule", str(self.pk))


class TestMessage(models.Model):
    """A message that proves one contact's ways. `endpoint` limits it to that one; `is_mail_only` to the mailbox."""

    __test__ = False  # pytest takes every class of this name for a test

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="test_messages")
    person_key = models.CharField(max_length=280)
    name = models.CharField(max_length=254, blank=True)
    endpoint = models.CharField(max_length=14, blank=True)
    is_mail_only = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    announcement = models.OneToOneField(Announcement, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="test_message_by_account")]
        constraints = [
            models.CheckConstraint(condition=Q(endpoint="") | Q(is_mail_only=False), name="a_test_goes_one_way_or_all")
        ]

    def __str__(self) -> str:
        return f"test message {self.public_id}"

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("test_message", str(self.pk))


class TestArrival(models.Model):
    """That the reader of one delivery of a test message said "I got it", once."""

    __test__ = False  # as above

    test = models.ForeignKey(TestMessage, on_delete=models.CASCADE, related_name="arrivals")
    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"arrival of {self.test_id} at {self.at}"
