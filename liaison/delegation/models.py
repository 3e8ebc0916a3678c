"""Customers' sales records, who is bound to them and when, what they grant, and what is asked of them.

Relations and grants are spans of time that are ended and never rewritten: who saw what on a day must be provable.
"""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q

from liaison.accounts.models import Account, Domain, Identity
from liaison.audit.actions import SubjectRef
from liaison.delegation.vocabulary import CUSTOMER, Asking, GrantLevel, LinkPurpose, Tie
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id

LONGEST_REASON: Final = 1000


class _Span(Func):
    """The span from `begun_at` to `ended_at`; empty, and so never in the way, where it ended as it began."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


_SPAN: Final = (_Span("begun_at", "ended_at"), RangeOperators.OVERLAPS)
_ENDS_LATER: Final = Q(ended_at=None) | Q(ended_at__gte=F("begun_at"))


class SalesRecord(models.Model):
    """What the operator's sales know of a customer: read by whoever files for it, changed by staff alone (D2).

    Signed links go to `link_address`: after a change of the contact's address they wait (empty) until staff or the
    old contact confirmed it (W11).
    """

    customer = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="sales_record")
    company = models.CharField(max_length=200)
    address = models.TextField(blank=True)
    contact_name = models.CharField(max_length=150, blank=True)
    contact_address = models.EmailField(max_length=254, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    link_address = models.EmailField(max_length=254, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.company

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef(CUSTOMER, str(self.customer_id))


class DirectoryEntry(models.Model):
    """Where a customer stands in lists, and the words by which it is found; `indexing.py` alone writes it."""

    customer = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="directory_entry")
    sort_name = models.CharField(max_length=200)
    words = SearchVectorField()

    class Meta:
        indexes = [
            models.Index(fields=["sort_name", "customer"], name="customers_by_name"),
            GinIndex(fields=["words"], name="customers_by_words"),
        ]

    def __str__(self) -> str:
        return self.sort_name


class Bond(models.Model):
    """A span in which an account is bound to a customer: manager of record by a domain, or support partner."""

    customer = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="bonds")
    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    tie = models.CharField(max_length=8, choices=keys_of(Tie))
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="customers_bound")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    begun_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    begun_why = models.CharField(max_length=LONGEST_REASON, blank=True)
    ended_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_why = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_customer_has_one_manager_at_a_time",
                expressions=[("customer", RangeOperators.EQUAL), _SPAN],
                condition=Q(tie=Tie.MANAGES),
            ),
            ExclusionConstraint(
                name="a_partner_supports_a_customer_once_at_a_time",
                expressions=[
                    ("customer", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    _SPAN,
                ],
                condition=Q(tie=Tie.SUPPORTS),
            ),
            models.CheckConstraint(
                condition=Q(tie=Tie.MANAGES, domain__isnull=False) | Q(tie=Tie.SUPPORTS, domain__isnull=True),
                name="a_manager_is_a_domain_a_partner_an_account",
            ),
            models.CheckConstraint(condition=_ENDS_LATER, name="a_bond_ends_after_it_began"),
        ]
        indexes = [
            models.Index(fields=["domain"], condition=Q(ended_at=None), name="bond_now_by_domain"),
            models.Index(fields=["account"], condition=Q(ended_at=None), name="bond_now_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.tie} {self.customer_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef("bond", str(self.pk))


class Grant(models.Model):
    """A span in which a customer lets an account see its cases, or also file and manage them (D3, D5)."""

    customer = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants_given")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants_got")
    level = models.CharField(max_length=8, choices=keys_of(GrantLevel))
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    given_by_address = models.EmailField(max_length=254, blank=True)
    given_why = models.CharField(max_length=LONGEST_REASON, blank=True)
    ended_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_by_address = models.EmailField(max_length=254, blank=True)
    ended_why = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_customer_grants_an_account_one_thing_at_a_time",
                expressions=[
                    ("customer", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    _SPAN,
                ],
            ),
            models.CheckConstraint(condition=_ENDS_LATER, name="a_grant_ends_after_it_began"),
        ]
        indexes = [models.Index(fields=["account"], condition=Q(ended_at=None), name="grant_now_by_account")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.level} {self.account_id}"

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef("grant", str(self.pk))


class ReachRow(models.Model):
    """What an account reaches of a customer's cases now: `deciding.reaches`, kept so that lists need no history.

    The verbs write it with each change of a bond or a grant, in the same transaction; nothing else does. `filed` are
    the times of filing whose cases it opens.
    """

    customer = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, null=True, related_name="+")
    bond = models.OneToOneField(Bond, on_delete=models.CASCADE, related_name="+")
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=8, choices=keys_of(GrantLevel))
    filed = ArrayField(DateTimeRangeField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "customer"], name="an_account_reaches_a_customer_once"),
        ]
        indexes = [models.Index(fields=["domain", "customer"], name="reach_by_domain")]

    def __str__(self) -> str:
        return f"{self.account_id} reaches {self.customer_id}"


class AccessRequest(models.Model):
    """A delegate asks a customer for access (D3). One that waits at a time."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    customer = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=8, choices=keys_of(GrantLevel))
    asked_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=keys_of(Asking), default=Asking.WAITS)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "account"], condition=Q(state=Asking.WAITS), name="access_is_asked_for_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} asks {self.customer_id}"


class Correction(models.Model):
    """A delegate says what is wrong in a sales record; staff mend it or not (D2)."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    record = models.ForeignKey(SalesRecord, on_delete=models.CASCADE, related_name="corrections")
    text = models.TextField()
    asked_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    done_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.public_id


class ContactLink(models.Model):
    """A signed link to a sales record's contact, for one decision: single use, seven days (W11)."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    customer = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=16, choices=keys_of(LinkPurpose))
    address = models.EmailField(max_length=254)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    level = models.CharField(max_length=8, choices=keys_of(GrantLevel), blank=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.public_id
