"""Who has to do with a case: shares, followers, who looks at it now; and the views that somebody saved."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from liaison.accounts.models import Account, Group, Identity
from liaison.cases.models.cases import Case
from liaison.cases.vocabulary import ShareRight
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class Share(models.Model):
    """A case opened to somebody by e-mail address (D10, W6): a person, or a group as its members are now.

    It is bound to the identity, or to the first identity that is verified for `address` (`identity` is empty until
    then). It gives a right while it is neither expired nor revoked.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="shares")
    address = models.EmailField(max_length=254)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, null=True, related_name="case_shares")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="case_shares")
    right = models.CharField(max_length=8, choices=keys_of(ShareRight))
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    # Whoever reads an address that is nobody's yet wants no mail about the case (R5); of identities `Follow` says it.
    is_quiet = models.BooleanField(default=False, db_default=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    # Whose access it ended with: that of the delegate who had made it (W6). The case's own people may renew it.
    ended_with = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(identity__isnull=True) | Q(group__isnull=True),
                name="a_share_is_a_person_s_or_a_group_s",
            ),
            models.UniqueConstraint(
                "case",
                Lower("address"),
                condition=Q(revoked_at__isnull=True),
                name="a_case_is_shared_once_with_an_address",
            ),
        ]
        indexes = [
            models.Index(fields=["identity"], condition=Q(revoked_at__isnull=True), name="share_by_identity"),
            models.Index(fields=["group"], condition=Q(revoked_at__isnull=True), name="share_by_group"),
            models.Index(
                Lower("address"),
                condition=Q(revoked_at__isnull=True, identity__isnull=True, group__isnull=True),
                name="share_nobody_has_yet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.right}"


class HandOver(models.Model):
    """A case that its customer opened to an account which came later (D5, W4): until it is taken back or ends."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hand_overs")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    given_by_address = models.EmailField(max_length=254, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "account"], condition=Q(ended_at=None), name="a_case_is_handed_over_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("given_at")), name="a_hand_over_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} to {self.account_id}"


class UnreadCase(models.Model):
    """An open case of a customer that nobody outside support can read, since when (D5). The ticker keeps these rows."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="unread")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.case_id)


class Follow(models.Model):
    """Who hears of a case's updates by choice, and who chose not to (`is_following` false outweighs every reason)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="followers", db_index=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    is_following = models.BooleanField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "identity"], name="a_person_follows_a_case_once")]

    def __str__(self) -> str:
        return f"{self.identity_id} {self.case_id}"


class Presence(models.Model):
    """Who has a case open now, and whether something is being written. Old rows mean nothing."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    is_writing = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "identity"], name="a_person_is_seen_once_in_a_case")]
        indexes = [models.Index(fields=["seen_at"], name="presence_by_moment")]

    def __str__(self) -> str:
        return f"{self.identity_id} {self.case_id}"


class SavedView(models.Model):
    """A list of cases under a name: the query string of its address, and nothing else."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="case_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "name"], name="names_of_a_person_s_views_differ")]

    def __str__(self) -> str:
        return self.name
