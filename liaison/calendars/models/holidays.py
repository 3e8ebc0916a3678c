"""What administrators know better than the published lists of public holidays."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from liaison.accounts.models import Identity
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class DayKind(StrEnum):
    """What a day is in a region, whatever the published list says."""

    CLOSED = "closed"
    WORKING = "working"
    HALF_DAY = "half_day"


class HolidayOverride(models.Model):
    """One corrected day of a region ("IT", "US-CA"). A country's counts in its parts, unless they have their own."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    region = models.CharField(max_length=12)
    day = models.DateField()
    kind = models.CharField(max_length=16, choices=keys_of(DayKind))
    # On a half day hours end at this minute after midnight at the latest: 780 is 13:00.
    end_minute = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "day"], name="a_day_of_a_region_is_corrected_once"),
            models.CheckConstraint(condition=~Q(region=""), name="a_corrected_day_belongs_to_a_region"),
            models.CheckConstraint(
                condition=Q(kind="half_day", end_minute__isnull=False, end_minute__gte=1, end_minute__lt=1440)
                | (~Q(kind="half_day") & Q(end_minute__isnull=True)),
                name="only_a_half_day_ends_at_a_minute",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.day}: {self.kind}"
