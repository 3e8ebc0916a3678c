"""Where else a person is reached than by mail: an address on a channel, with what it takes to use it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from liaison.lib.ids import new_public_id


class Endpoint(models.Model):
    """One destination of one person of an account on a channel that is not mail.

    `owner_key` names the person as the planner does (`identity:12`, `address:noc@partner.test`). `url` is what may
    be shown: the whole address of a signed webhook, a phone number as `tel:+39…`, and of chats and other services,
    whose addresses are secrets in themselves, the server alone. `secret` is sealed: what signs, or the whole address;
    a phone number has none. While `previous_secret_until` lies ahead, messages are signed with both secrets.
    `ends_with` are the last characters of a secret address, by which people tell two of them apart. Nothing is sent
    before `not_before`: the other side asked for patience.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account_id = models.BigIntegerField()
    owner_key = models.CharField(max_length=280)
    channel = models.CharField(max_length=16)
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=2000)
    secret = models.TextField(blank=True)
    previous_secret = models.TextField(blank=True)
    previous_secret_until = models.DateTimeField(null=True)
    ends_with = models.CharField(max_length=4, blank=True, default="", db_default="")
    only_emergencies = models.BooleanField(default=False, db_default=False)
    not_before = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    disabled_at = models.DateTimeField(null=True)
    disabled_because = models.CharField(max_length=32, blank=True)
    failing_since = models.DateTimeField(null=True)
    last_accepted_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account_id", "owner_key"], name="endpoint_by_owner")]
        constraints = [
            models.CheckConstraint(
                condition=Q(disabled_at__isnull=True, disabled_because="")
                | (Q(disabled_at__isnull=False) & ~Q(disabled_because="")),
                name="a_disabled_endpoint_says_why",
            ),
            models.CheckConstraint(
                condition=Q(previous_secret="", previous_secret_until__isnull=True)
                | (~Q(previous_secret="") & Q(previous_secret_until__isnull=False)),
                name="an_old_secret_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id}"
