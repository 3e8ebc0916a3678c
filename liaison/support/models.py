"""Companies that are interested in an integration (S1)."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class InterestState(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Interest(models.Model):
    """An expression of interest: who asks, for which kinds of integration. `message` is their own words, plain.

    Staff accept it, which makes an account and its first invitation, or decline it with a reason.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    state = models.CharField(max_length=16, choices=keys_of(InterestState), default=InterestState.NEW)
    company = models.CharField(max_length=200)
    website = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=150)
    address = models.EmailField(max_length=254)
    kinds = ArrayField(models.CharField(max_length=40), default=list)
    message = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=64, blank=True)
    # Of somebody who was signed in; empty for a stranger.
    asked_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    # When somebody opened the link that was mailed to the address, or at once for the proved mailbox of a user.
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="new", decided_at__isnull=True) | ~Q(state="new") & Q(decided_at__isnull=False),
                name="a_decided_interest_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="new") | Q(confirmed_at__isnull=False),
                name="only_a_confirmed_interest_is_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="interest_by_state"),
            models.Index(Upper("address"), "created_at", name="interest_by_address"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef("interest", str(self.pk))
