"""Accounts, domains, org units, identities and their roles (`design.md`, "identity" and "rights")."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from liaison.accounts.rights import PREDEFINED_ROLES, AccountKind, PredefinedRole, Privilege
from liaison.audit.actions import ActorRef, SubjectRef
from liaison.audit.vocabulary import ActorKind
from liaison.catalog.vocabulary import SupportTier
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class Account(models.Model):
    """A tenant of exactly one kind. The operator is the one account of kind *operator*."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=keys_of(AccountKind))
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=64)
    partner_manager = models.ForeignKey(
        "Identity", on_delete=models.SET_NULL, null=True, blank=True, related_name="managed_accounts"
    )
    support_tier = models.CharField(
        max_length=16,
        choices=keys_of(SupportTier),
        default=SupportTier.STANDARD,
        db_default=SupportTier.STANDARD.value,
    )
    # Where its cases may be shared to beside its own domains; empty for anywhere (D10).
    share_domains = ArrayField(
        models.CharField(max_length=253),
        default=list,
        db_default=Value("{}", ArrayField(models.CharField(max_length=253))),
        blank=True,
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in AccountKind]),
                name="an_account_has_one_known_kind",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="operator"), name="there_is_one_operator"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("account", str(self.pk))


class Domain(models.Model):
    """An internet domain that an account owns. Every account is born with a system domain that needs no proof."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253, unique=True)
    is_system = models.BooleanField(default=False)
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_primary=True), name="an_account_has_one_primary_domain"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_system=True), name="an_account_has_one_system_domain"
            ),
            models.CheckConstraint(condition=Q(name=Lower("name")), name="a_domain_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name


class OrgUnit(models.Model):
    """A folder of identities in an account; the root unit has no parent and carries no name of its own."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="org_units")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(parent__isnull=True), name="an_account_has_one_root_unit"
            ),
            models.UniqueConstraint(fields=["parent", "name"], name="unit_names_differ_in_a_folder"),
        ]

    def __str__(self) -> str:
        return self.name or f"root of {self.account_id}"


class IdentityManager(BaseUserManager["Identity"]):
    def get_by_natural_key(self, username: str | None) -> Identity:
        return self.get(username=(username or "").strip().lower())

    def with_account(self) -> models.QuerySet[Identity]:
        return self.select_related("domain__account", "org_unit")


class Identity(AbstractBaseUser):
    """One sign-in, in one domain of one account: Django's user.

    `username` is e-mail-shaped, lower case and unique in the installation. `mailbox` is where mail goes: it is
    not unique and may be empty. Personal names live in this one row.
    """

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "mailbox"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="identities")
    org_unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="identities")
    username = models.CharField(max_length=254, unique=True)
    mailbox = models.EmailField(max_length=254, blank=True)
    mailbox_verified_at = models.DateTimeField(null=True, blank=True)
    # Another address that took notifications over, proved by a mailed link (D10); empty for none.
    forwards_to = models.EmailField(max_length=254, blank=True, default="", db_default="")
    forwards_since = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    wants_sandbox_mail = models.BooleanField(default=False)
    # Hours, in the identity's zone, in which only what cannot wait is sent; no days for none. They may pass midnight.
    quiet_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        db_default=Value("{}", ArrayField(models.PositiveSmallIntegerField())),
        blank=True,
    )
    quiet_start_minute = models.PositiveSmallIntegerField(default=0, db_default=0)
    quiet_end_minute = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    is_active = models.GeneratedField(
        expression=Q(suspended_at__isnull=True),  # type: ignore[arg-type]  # the stubs know no conditions here
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects: ClassVar[IdentityManager] = IdentityManager()

    class Meta:
        verbose_name_plural = "identities"
        indexes = [
            models.Index(Lower("mailbox"), name="identity_by_folded_mailbox"),
            models.Index(Lower("forwards_to"), name="identity_by_folded_forwarding", condition=~Q(forwards_to="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(username=Lower("username")), name="a_username_is_lower_case"),
            models.CheckConstraint(
                condition=Q(quiet_days__len=0)
                | Q(
                    quiet_days__contained_by=[1, 2, 3, 4, 5, 6, 7],
                    quiet_start_minute__lt=1440,
                    quiet_end_minute__gt=F("quiet_start_minute"),
                    quiet_end_minute__lt=F("quiet_start_minute") + 1440,
                ),
                name="quiet_hours_are_hours",
            ),
            models.CheckConstraint(condition=Q(username__contains="@"), name="a_username_is_shaped_like_an_address"),
            models.CheckConstraint(
                condition=~Q(mailbox="") | Q(mailbox_verified_at__isnull=True),
                name="only_a_mailbox_that_exists_is_verified",
            ),
            models.CheckConstraint(
                condition=Q(forwards_to="", forwards_since__isnull=True)
                | (~Q(forwards_to="") & Q(forwards_since__isnull=False)),
                name="forwarding_has_a_beginning",
            ),
            models.CheckConstraint(
                condition=Q(forwards_to="") | Q(suspended_at__isnull=True),
                name="nothing_is_forwarded_for_the_suspended",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def account(self) -> Account:
        # Where Django keeps rows that were read together: a page asks thirty times, and its own way is longer.
        try:
            account: Account = self._state.fields_cache["domain"]._state.fields_cache["account"]  # noqa: SLF001
        except KeyError:
            return self.domain.account
        return account

    @property
    def audit_ref(self) -> ActorRef:
        return ActorRef(ActorKind.IDENTITY, str(self.pk))

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef("identity", str(self.pk))

    @property
    def effective_language(self) -> str:
        return self.language or self.account.language

    @property
    def effective_time_zone(self) -> str:
        return self.time_zone or self.account.time_zone

    @cached_property
    def privileges(self) -> frozenset[Privilege]:
        """Everything this identity may in its whole account. Sessions set it from their one query.

        A role held for an org unit counts only for that unit (W3), so it is not in here.
        """
        rows = self.role_assignments.filter(org_unit=None).values_list("predefined", "custom__privileges")
        return privileges_of(rows)

    def may(self, privilege: Privilege) -> bool:
        return privilege in self.privileges

    @property
    def is_staff(self) -> bool:
        """Whether this identity belongs to the operator and holds a staff role."""
        return Privilege.STAFF in self.privileges


class Group(models.Model):
    """A group address of an account: its members are identities, flat. What is given to it is its members' of now."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="groups")
    address = models.EmailField(max_length=254)
    name = models.CharField(max_length=100)
    members = models.ManyToManyField(Identity, related_name="in_groups")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="a_group_address_is_one_group_s")]

    def __str__(self) -> str:
        return self.address

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef("group", str(self.pk))


def privileges_of(rows: Any) -> frozenset[Privilege]:
    """Return the union of the privileges of `(predefined role key, custom privileges)` rows."""
    found: set[Privilege] = set()
    for predefined, custom in rows:
        if predefined:
            found |= PREDEFINED_ROLES[PredefinedRole(predefined)].privileges
        found |= {Privilege(value) for value in custom or ()}
    return frozenset(found)


class CustomRole(models.Model):
    """A role that an account made for itself; predefined roles live in code (`rights.py`)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="custom_roles")
    name = models.CharField(max_length=100)
    privileges = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="role_names_differ_in_an_account")]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """A role given to an identity, for the whole account (no unit) or for one org unit."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="role_assignments")
    predefined = models.CharField(max_length=32, blank=True, choices=keys_of(PredefinedRole))
    custom = models.ForeignKey(CustomRole, on_delete=models.CASCADE, null=True, related_name="assignments")
    org_unit = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, null=True, related_name="role_assignments")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(custom__isnull=True) & ~Q(predefined="")) | (Q(custom__isnull=False) & Q(predefined="")),
                name="a_given_role_is_predefined_or_custom",
            ),
            models.UniqueConstraint(
                fields=["identity", "predefined", "custom", "org_unit"],
                nulls_distinct=False,
                name="a_role_is_given_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.identity_id}: {self.predefined or self.custom_id}"
