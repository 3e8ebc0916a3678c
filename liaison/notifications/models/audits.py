"""What the auditor of the deliveries found, each time it looked."""

from __future__ import annotations

from django.db import models


class DeliveryAudit(models.Model):
    """One look at everything that is owed. `findings` maps a kind of trouble to what was found of it."""

    at = models.DateTimeField(unique=True)
    passed = models.BooleanField()
    findings = models.JSONField(default=dict)
    beat_at = models.DateTimeField(null=True)  # when the outside dead man was told that all is well
    alarmed_at = models.DateTimeField(null=True)  # when the staff were alarmed of it

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {'passed' if self.passed else 'failed'}"
