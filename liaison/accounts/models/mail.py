"""What mail somebody wants."""

from __future__ import annotations

from django.db import models

from liaison.accounts.models.people import Identity
from liaison.accounts.vocabulary import MailWish
from liaison.lib.choices import keys_of


class MailChoice(models.Model):
    """What somebody wants of one optional topic (R5). Who wants the usual has no row."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="mail_choices")
    topic = models.CharField(max_length=32)
    wish = models.CharField(max_length=16, choices=keys_of(MailWish))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "topic"], name="a_person_chooses_once_for_a_topic")]

    def __str__(self) -> str:
        return f"{self.identity_id} {self.topic} {self.wish}"
