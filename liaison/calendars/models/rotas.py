"""Rotas of the operator: layers, whose people take turns, and who takes over when."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liaison.accounts.models import Identity
from liaison.calendars.rota_facts import LONGEST_TURN_DAYS, OverrideKind
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id

LONGEST_ROTA_NAME: Final = 100


class SwapState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Rota(models.Model):
    """Who of the operator is called, at any time. Hand-overs and hours are in its zone."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=LONGEST_ROTA_NAME, unique=True)
    time_zone = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="a_rota_has_a_name")]

    def __str__(self) -> str:
        return self.name


class Layer(models.Model):
    """People of a rota in turn: the first turn begins on `starts_on` at `handover_minute`, in the rota's zone."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="layers")
    position = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    handover_minute = models.PositiveSmallIntegerField()
    turn_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rota", "position"],
                name="layers_of_a_rota_stand_in_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(handover_minute__lt=1440), name="a_hand_over_is_within_the_day"),
            models.CheckConstraint(
                condition=Q(turn_days__gte=1, turn_days__lte=LONGEST_TURN_DAYS), name="a_turn_lasts_days_up_to_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rota_id}.{self.position}"


class LayerMember(models.Model):
    """One person of a layer, in turn."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "position"], name="people_of_a_layer_stand_in_order"),
            models.UniqueConstraint(fields=["layer", "identity"], name="a_person_is_in_a_layer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id}.{self.position}: {self.identity_id}"


class LayerHours(models.Model):
    """One row of the hours in which a layer is on call, in the zone of the rota; without rows it always is."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="hours")
    days = ArrayField(models.PositiveSmallIntegerField())
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "layer hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    start_minute__lt=1440,
                    end_minute__gt=F("start_minute"),
                    end_minute__lte=F("start_minute") + 1440,
                    days__len__gte=1,
                    days__contained_by=[1, 2, 3, 4, 5, 6, 7],
                ),
                name="hours_of_a_layer_are_hours",
            )
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.start_minute}-{self.end_minute}"


class Swap(models.Model):
    """Two people exchange two turns, once the second has accepted. Each turn is named by its layer and its bounds."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    asker = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    asker_layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="+")
    asker_starts_at = models.DateTimeField()
    asker_ends_at = models.DateTimeField()
    other = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    other_layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="+")
    other_starts_at = models.DateTimeField()
    other_ends_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=keys_of(SwapState), default=SwapState.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("other")), name="a_swap_is_between_two_people"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True)
                | (~Q(state="asked") & Q(answered_at__isnull=False)),
                name="a_swap_is_answered_once_it_is_not_asked",
            ),
            models.CheckConstraint(
                condition=Q(asker_ends_at__gt=F("asker_starts_at"), other_ends_at__gt=F("other_starts_at")),
                name="turns_of_a_swap_end_after_they_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asker_id} and {self.other_id}: {self.state}"


class Override(models.Model):
    """Somebody takes over a layer in [starts_at, ends_at). Of several the one with the highest key counts."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="overrides")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=keys_of(OverrideKind))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    swap = models.ForeignKey(Swap, on_delete=models.CASCADE, null=True, related_name="overrides")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["layer", "ends_at"], name="override_of_layer_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_override_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(kind="swap", swap__isnull=False) | (~Q(kind="swap") & Q(swap__isnull=True)),
                name="an_override_of_a_swap_names_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id}: {self.identity_id} {self.kind}"
