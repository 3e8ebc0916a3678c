"""Sessions, invitations, links and tokens: how an identity comes in."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from liaison.accounts.models.people import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.audit.actions import SubjectRef
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class Session(models.Model):
    """A signed-in (or still anonymous) browser in one identity slot. Only the hash of its key is kept."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, null=True, related_name="sessions")
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key_hash[:8]


class Invitation(models.Model):
    """An invitation by e-mail: it expires and works once. Its link is signed, so no token is kept."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    address = models.EmailField(max_length=254)
    role = models.CharField(max_length=32, choices=keys_of(PredefinedRole))
    language = models.CharField(max_length=10, blank=True)
    invited_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="invitations_sent")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="an_invitation_ends_in_one_way",
            ),
            models.UniqueConstraint(
                "account",
                Lower("address"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="an_address_has_one_open_invitation_per_account",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef("invitation", str(self.pk))


class SignInLink(models.Model):
    """A one-time link that an administrator makes for an identity that has no mailbox. Only its hash is kept."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link {self.pk}"


class ApiToken(models.Model):
    """A bearer token of an identity: hashed, scoped, expiring. Its owner's rights bound it as well."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=32), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class ForwardingProof(models.Model):
    """An address that notifications shall go to instead, waiting for the link mailed to it, or proved by it (D10)."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="forwarding_proofs")
    address = models.EmailField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity"],
                condition=Q(confirmed_at__isnull=True),
                name="an_identity_waits_for_one_forwarding",
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class MailboxChange(models.Model):
    """A new mailbox that waits for its proof: the link mailed to it is signed, so no token is kept.

    `former` is the mailbox at the time of the proof; it is told about the change.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="mailbox_changes")
    address = models.EmailField(max_length=254)
    former = models.EmailField(max_length=254, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity"],
                condition=Q(confirmed_at__isnull=True),
                name="an_identity_waits_for_one_mailbox",
            )
        ]

    def __str__(self) -> str:
        return self.public_id
