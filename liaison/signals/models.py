"""What is known of the calls between the platform and its partners. Rows of a minute, in partitions of a day.

A minute is named by its first moment; its row holds what happened in [minute, minute + 60 s). The partitioned tables
have no foreign key in the database (a check for each row of a batch costs more than the row): retention removes what
belonged to an environment that is gone. Texts of keys are compared byte by byte (collation C): it is the order of the
writers' locks, and it costs a fraction of comparing words.
"""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from liaison.integrations.models import Environment
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class Outcome(StrEnum):
    """What became of a call. *error* and *unanswered* are failures; a *declined* payment is not (a rule of its own)."""

    OK = "ok"
    ERROR = "error"
    UNANSWERED = "unanswered"
    DECLINED = "declined"


FAILURES = frozenset({Outcome.ERROR, Outcome.UNANSWERED})


class Minute(models.Model):
    """All calls of one action in one minute. `errors` counts every failure, of which `unanswered` had no answer.

    `latency_ms` is the sum over the `latency_calls` calls whose duration is known, `latency_max_ms` the longest.
    """

    pk = models.CompositePrimaryKey("environment", "action", "minute")
    environment = models.ForeignKey(Environment, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    action = models.CharField(max_length=64, db_collation="C")
    minute = models.DateTimeField()
    calls = models.IntegerField(default=0)
    errors = models.IntegerField(default=0)
    unanswered = models.IntegerField(default=0)
    declined = models.IntegerField(default=0)
    latency_calls = models.IntegerField(default=0)
    latency_ms = models.BigIntegerField(default=0)
    latency_max_ms = models.IntegerField(default=0)

    class Meta:
        indexes = [BrinIndex(fields=["minute"], pages_per_range=16, autosummarize=True, name="signals_minute_by_time")]

    def __str__(self) -> str:
        return f"{self.environment_id} {self.action} {self.minute:%Y-%m-%d %H:%M}"


class ErrorMinute(models.Model):
    """What did not go well in one minute, by merchant: distinct merchants do not add up over minutes."""

    pk = models.CompositePrimaryKey("environment", "minute", "action", "merchant", "outcome", "code")
    environment = models.ForeignKey(Environment, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    minute = models.DateTimeField()
    action = models.CharField(max_length=64, db_collation="C")
    merchant = models.CharField(max_length=100, db_collation="C")
    outcome = models.CharField(max_length=16, db_collation="C", choices=keys_of(Outcome))
    code = models.CharField(max_length=64, db_collation="C")
    count = models.IntegerField(default=0)

    class Meta:
        indexes = [BrinIndex(fields=["minute"], pages_per_range=16, autosummarize=True, name="signals_errors_by_time")]

    def __str__(self) -> str:
        return f"{self.environment_id} {self.action} {self.minute:%Y-%m-%d %H:%M} {self.merchant}"


class Sample(models.Model):
    """One failed call as it was told, kept for a week as evidence. `detail` is the sender's own words."""

    pk = models.CompositePrimaryKey("environment", "at", "number")
    environment = models.ForeignKey(Environment, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    at = models.DateTimeField()
    number = models.BigIntegerField()
    action = models.CharField(max_length=64, db_collation="C")
    merchant = models.CharField(max_length=100, db_collation="C")
    outcome = models.CharField(max_length=16, db_collation="C", choices=keys_of(Outcome))
    code = models.CharField(max_length=64, db_collation="C")
    reference = models.CharField(max_length=200)
    detail = models.CharField(max_length=1000)

    def __str__(self) -> str:
        return f"{self.environment_id} {self.action} {self.at:%Y-%m-%d %H:%M:%S}"


class Series(models.Model):
    """An action that an environment reports. `changed_at` is when this row was last written.

    `last_minute` may be up to an hour behind what was received: else each batch would write as many rows here as there
    are minutes in it. `queries.last_minutes` says the very minute.
    """

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="series")
    action = models.CharField(max_length=64, db_collation="C")
    first_minute = models.DateTimeField()
    last_minute = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "action"], name="an_action_is_one_series")]

    def __str__(self) -> str:
        return f"{self.environment_id} {self.action}"


class Batch(models.Model):
    """A batch that was taken. The same `batch_id` of the same sender counts once, whoever sends it again.

    `problems` are what was said about its refused lines, as facts: `[[line, code, facts], …]`.
    """

    sender = models.CharField(max_length=80)
    batch_id = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    problems = models.JSONField(default=list, db_default=[])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "batch_id"], name="a_batch_counts_once")]
        indexes = [models.Index(fields=["received_at"], name="signals_batch_by_time")]

    def __str__(self) -> str:
        return f"{self.sender} {self.batch_id}"


class PrometheusSource(models.Model):
    """A Prometheus of the operator that is asked once a minute. `token` is sealed with the installation's key.

    `query` gives the number of calls of each minute (for example `sum by (…) (increase(calls_total[1m]))`), with the
    labels `integration`, `environment`, `action`, `outcome`, `merchant` and `code`; `latency_query` their mean
    duration in ms.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    token = models.TextField(blank=True)
    query = models.TextField()
    latency_query = models.TextField(blank=True)
    is_on = models.BooleanField(default=True)
    asked_until = models.DateTimeField(null=True)
    last_asked_at = models.DateTimeField(null=True)
    last_problem = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
