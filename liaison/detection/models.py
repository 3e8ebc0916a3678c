"""Rules as the operator changed them, and what they found."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from liaison.accounts.models import Identity
from liaison.audit.actions import SubjectRef
from liaison.health.models import Incident
from liaison.integrations.models import Environment, Integration
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class RuleOverride(models.Model):
    """Other parameters for a rule of the catalog: for one integration, else for a kind, else for everybody.

    `parameters` hold only what differs (`detection.rules.PARAMETERS`); with `is_on` False the rule is not judged.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    rule = models.CharField(max_length=64)
    kind = models.CharField(max_length=40, blank=True)
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, null=True, related_name="rule_overrides")
    parameters = models.JSONField(default=dict)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "kind", "integration"], nulls_distinct=False, name="one_override_per_place"
            ),
            models.CheckConstraint(
                condition=Q(integration__isnull=True) | Q(kind=""), name="an_override_is_for_one_kind_of_place"
            ),
        ]

    def __str__(self) -> str:
        return self.rule

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("rule", self.rule)


class FindingState(StrEnum):
    PENDING = "pending"  # bad, but not for long enough
    FIRING = "firing"
    CLEARING = "clearing"  # good again, but not for long enough
    OVER = "over"


class Finding(models.Model):
    """What one rule found about one thing of an environment (`scope`: an action, a feed, a check, or empty).

    `since` is when the present state began, `bad_since` the first bad judgement, `fired_at` when it was found.
    `evidence` are the numbers at the last bad judgement: JSON values, never words. `is_flapping` is True while it
    came and went so often that coming and going again says nothing new. `group` names the incident that it belongs to:
    findings of one group are one problem. `is_quiet`: it was found during a pause, and nobody was told.
    """

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=64)
    scope = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=16, choices=keys_of(FindingState))
    since = models.DateTimeField()
    bad_since = models.DateTimeField(null=True)
    fired_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    recent_ends = models.JSONField(default=list)
    is_flapping = models.BooleanField(default=False)
    evidence = models.JSONField(default=dict)
    judged_at = models.DateTimeField()
    incident = models.ForeignKey(Incident, on_delete=models.SET_NULL, null=True, related_name="findings")
    group = models.CharField(max_length=64, blank=True, db_default="")
    is_quiet = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "rule", "scope"], name="one_finding_per_rule_and_scope")
        ]
        indexes = [
            models.Index(fields=["environment"], condition=~Q(state="over"), name="finding_that_goes_on"),
        ]

    def __str__(self) -> str:
        return f"{self.environment_id} {self.rule} {self.scope}"


class Standing(models.Model):
    """How an environment stood when it was last judged: what the overview of all integrations is ordered by.

    `level` is 0 while nothing is wrong, 1 with something of severity *warning* or *information*, 2 of *error*,
    3 of *critical*. The counts are those of the last 60 minutes, `latency_ms` the mean, None without any.
    """

    environment = models.OneToOneField(Environment, on_delete=models.CASCADE, primary_key=True, related_name="standing")
    level = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    calls = models.IntegerField(default=0)
    errors = models.IntegerField(default=0)
    latency_ms = models.FloatField(null=True)
    last_call = models.DateTimeField(null=True)
    judged_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-level", "-since"], name="standing_worst_first")]

    def __str__(self) -> str:
        return f"{self.environment_id} {self.level}"


class Pass(models.Model):
    """One evaluation of all rules, as of the full minute `end`. One without `finished_at` goes on, or was broken off.

    `failures` counts the environments that could not be judged; they are tried again with the next pass.
    """

    end = models.DateTimeField(primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    environments = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.end:%Y-%m-%d %H:%M}"
