"""A case, and what it is linked with."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef
from liaison.cases.numbers import new_case_number
from liaison.cases.vocabulary import CASE, CaseState, CloseReason, LinkKind, UrgentState, Via
from liaison.catalog.vocabulary import CaseSeverity
from liaison.health.models import Incident
from liaison.integrations.models import Integration
from liaison.lib.choices import keys_of

LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 20_000


class Case(models.Model):
    """One support question about one issue (S2). `account` is whose case it is, whoever filed it.

    `title` and `description` are somebody's own words, plain. `product` and `category` are keys of the catalog,
    `answers` maps the category's questions to what was answered. `severity` is 1 (worst) to 4.

    `updated_at` moves with what the account may see, `staff_updated_at` also with what only staff see: an order
    must not tell of internal notes (W8). `version` counts the updates, so it does not tell of notes either: whoever
    sends on an older one is asked first.
    """

    number = models.CharField(max_length=32, unique=True, default=new_case_number, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="cases", db_index=False)
    integration = models.ForeignKey(Integration, on_delete=models.SET_NULL, null=True, related_name="+")
    product = models.CharField(max_length=40)
    category = models.CharField(max_length=64)
    criterion = models.CharField(max_length=40, blank=True)
    urgent_state = models.CharField(max_length=16, choices=keys_of(UrgentState), blank=True)
    title = models.CharField(max_length=LONGEST_TITLE)
    answers = models.JSONField(default=dict)
    severity = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=keys_of(CaseState), default=CaseState.NEW)
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=64)
    filed_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    filed_via = models.CharField(max_length=8, choices=keys_of(Via), default=Via.PORTAL)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    staff_updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    close_reason = models.CharField(max_length=20, choices=keys_of(CloseReason), blank=True)
    # The last escalation that still stands (D7); on top of the queue.
    escalated_at = models.DateTimeField(null=True)
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="follow_ups")
    # Made by the form: the same one sent twice is one case.
    submission = models.CharField(max_length=40, unique=True, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=[level.value for level in CaseSeverity]), name="a_case_has_a_known_severity"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="a_case_has_a_title"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(close_reason="")
                | ~Q(state="closed") & Q(closed_at__isnull=True, close_reason="", closed_by__isnull=True),
                name="a_closed_case_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(criterion="", urgent_state="") | ~Q(criterion="") & ~Q(urgent_state=""),
                name="an_urgent_case_says_which_criterion_holds",
            ),
            models.CheckConstraint(
                condition=Q(staff_updated_at__gte=F("updated_at")), name="staff_see_all_that_others_see"
            ),
        ]
        indexes = [
            # With all that lists of an account are filtered and sorted by: whatever is asked of an account's thousands
            # of cases, only those on the page are read themselves.
            models.Index(
                fields=["account", "-updated_at", "-id"],
                include=["state", "severity", "created_at", "staff_updated_at", "filed_by", "integration"],
                name="case_by_account",
            ),
            # Of many customers, the newest cases stand here: walked until a page is full (`lists/reached.py`).
            models.Index(
                fields=["-updated_at", "-id"],
                include=["account", "created_at", "state", "severity"],
                name="case_by_update",
            ),
            # Of each state too: those that are open are few of all, and nearly all of the newest.
            models.Index(
                fields=["state", "-updated_at", "-id"],
                include=["account", "created_at", "severity"],
                name="case_by_state_and_update",
            ),
            models.Index(fields=["-staff_updated_at", "-id"], name="case_by_staff_update"),
            models.Index(fields=["severity", "-staff_updated_at", "-id"], name="case_by_staff_severity"),
            # The same by state, what waits for the account first, stands in a migration: `case_by_staff_state`.
            models.Index(
                fields=["-staff_updated_at", "-id"],
                condition=Q(urgent_state=UrgentState.CONFIRMED.value),
                name="case_confirmed_urgent",
            ),
            models.Index(fields=["-created_at", "-id"], name="case_by_filing"),
            models.Index(fields=["filed_by", "-updated_at", "-id"], name="case_by_filer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_closed(self) -> bool:
        return self.state == CaseState.CLOSED

    @property
    def is_urgent(self) -> bool:
        return bool(self.urgent_state)

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef(CASE, str(self.pk))


class CaseLink(models.Model):
    """Two cases that belong together. `case` has the smaller key, so that a pair stands here once."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=keys_of(LinkKind))
    linked_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="two_cases_are_linked_once"),
            models.CheckConstraint(condition=Q(case__lt=F("other")), name="a_link_stands_at_the_older_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"


class CaseIncident(models.Model):
    """An incident that a case is about."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="incidents")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="cases")
    linked_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "incident"], name="a_case_names_an_incident_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.incident_id}"
