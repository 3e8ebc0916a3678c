"""Integrations of partner accounts, their environments and keys, and the brands that consumers see."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef
from liaison.integrations.pausing import Span
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class Stage(StrEnum):
    INTERESTED = "interested"
    INTEGRATING = "integrating"
    LAUNCHED = "launched"


class Status(StrEnum):
    LIVE = "live"
    PAUSED = "paused"
    DISABLED = "disabled"


class EnvironmentName(StrEnum):
    SANDBOX = "sandbox"
    PRODUCTION = "production"


class Integration(models.Model):
    """A partner account's use of one integration kind of the catalog; at most one per account and kind.

    `status` is that of the production environment and exists from the launch on.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="integrations")
    kind = models.CharField(max_length=40)
    stage = models.CharField(max_length=16, choices=keys_of(Stage), default=Stage.INTEGRATING)
    status = models.CharField(max_length=16, choices=keys_of(Status), blank=True)
    status_changed_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    # The rule that disabled it, and that alone sets it live again by itself; empty when staff disabled it.
    disabled_by_rule = models.CharField(max_length=64, blank=True, db_default="")
    # Why staff disabled it, in their own words.
    disabled_reason = models.CharField(max_length=500, blank=True, db_default="")
    # Since when what happens counts: what was wrong before is no news (a launch, the end of a pause, a return).
    judged_from = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], name="an_account_uses_a_kind_once"),
            models.CheckConstraint(
                condition=Q(stage="launched", status__in=["live", "paused", "disabled"], launched_at__isnull=False)
                | Q(stage__in=["interested", "integrating"], status=""),
                name="only_a_launched_integration_has_a_status",
            ),
            models.CheckConstraint(
                condition=Q(paused_until__isnull=True) | Q(status="paused"), name="only_a_pause_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}:{self.kind}"

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("integration", str(self.pk))


class PauseState(StrEnum):
    SCHEDULED = "scheduled"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


class Pause(models.Model):
    """One maintenance (S5): planned or running. `reason` is somebody's own words, plain.

    It `ends_by_itself` at its planned end where that was asked for; else the end only brings a reminder.
    The two reminders tell for which end they were sent, so that a new end is reminded of again.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="pauses")
    state = models.CharField(max_length=16, choices=keys_of(PauseState))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    ends_by_itself = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    reminded_before_end_at = models.DateTimeField(null=True)
    reminded_after_end_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    over_at = models.DateTimeField(null=True)
    over_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration"], condition=Q(state="running"), name="an_integration_has_one_running_pause"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="a_pause_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ends_by_itself=False) | Q(ends_at__isnull=False), name="only_an_end_can_come_by_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], condition=Q(state="scheduled"), name="pause_by_start"),
            models.Index(fields=["integration", "-starts_at"], name="pause_by_integration"),
        ]

    def __str__(self) -> str:
        return f"{self.integration_id} {self.state}"

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)


class Environment(models.Model):
    """The sandbox or the production side of an integration."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="environments")
    name = models.CharField(max_length=16, choices=keys_of(EnvironmentName))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "name"], name="an_integration_has_each_environment_once")
        ]

    def __str__(self) -> str:
        return f"{self.integration_id}/{self.name}"


class IntakeKey(models.Model):
    """A key with which an alert sender speaks for one environment of one integration. Only its hash is kept."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="intake_keys")
    name = models.CharField(max_length=100)
    key_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """A consumer-facing name of a partner account. The default brand cannot be deleted."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="brands")
    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_default=True), name="an_account_has_one_default_brand"
            )
        ]

    def __str__(self) -> str:
        return self.slug
