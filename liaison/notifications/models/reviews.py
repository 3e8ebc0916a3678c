"""That somebody of the staff looked at what was not delivered, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from liaison.notifications.models.deliveries import Delivery


class Review(models.Model):
    """The staff have seen that a delivery did not arrive; `sent_again_as` is what goes out in its place, if anything.

    One per delivery: pressing the button twice sends once.
    """

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="review")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sent_again_as = models.OneToOneField(Delivery, on_delete=models.SET_NULL, null=True, related_name="sent_again_for")

    def __str__(self) -> str:
        return f"review of {self.delivery_id}"
