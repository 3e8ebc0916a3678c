"""Contact information: one record per partner account, its draft, its entries and its support hours."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liaison.accounts.models import Account, Identity
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.vocabulary import Verification
from liaison.integrations.models import Brand
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id

USUAL_ESCALATION_MINUTES: Final = 5
MOST_ESCALATION_MINUTES: Final = 60
USUAL_ESCALATION_ROUNDS: Final = 3
MOST_ESCALATION_ROUNDS: Final = 10
MOST_CODE_TRIES: Final = 5


def _email_only() -> list[str]:
    return ["email"]


class ContactRecord(models.Model):
    """The account-wide answers to "who do we call" (C1).

    `version` grows with each change; writers name the one they saw.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="contact_record")
    version = models.PositiveIntegerField(default=0)
    first_completed_at = models.DateTimeField(null=True)
    first_completed_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    # What is not urgent waits for the support hours, and goes out as one digest for each reader; on the public holidays
    # of the region ("IT", "US-CA", empty for none) the support hours do not open.
    waits_for_hours = models.BooleanField(default=False, db_default=False)
    holiday_region = models.CharField(max_length=12, blank=True, db_default="")
    # How an escalation goes on: the time for an answer at each step, and how often everybody is called.
    escalation_minutes = models.PositiveSmallIntegerField(
        default=USUAL_ESCALATION_MINUTES, db_default=USUAL_ESCALATION_MINUTES
    )
    escalation_rounds = models.PositiveSmallIntegerField(
        default=USUAL_ESCALATION_ROUNDS, db_default=USUAL_ESCALATION_ROUNDS
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(escalation_minutes__gte=1, escalation_minutes__lte=MOST_ESCALATION_MINUTES),
                name="an_answer_has_one_to_sixty_minutes",
            ),
            models.CheckConstraint(
                condition=Q(escalation_rounds__gte=1, escalation_rounds__lte=MOST_ESCALATION_ROUNDS),
                name="everybody_is_called_one_to_ten_times",
            ),
        ]

    def __str__(self) -> str:
        return f"record of {self.account_id}, version {self.version}"


class ContactEntry(models.Model):
    """One person or alias in one field, in order: an identity of the account, or an address (C2b)."""

    record = models.ForeignKey(ContactRecord, on_delete=models.CASCADE, related_name="entries")
    field = models.CharField(max_length=40, choices=keys_of(ContactField))
    position = models.PositiveSmallIntegerField()
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, null=True, related_name="contact_entries")
    address = models.EmailField(max_length=254, blank=True)
    name = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    is_shared_alias = models.BooleanField(default=False)
    pages_somebody = models.BooleanField(default=False)
    channels = ArrayField(models.CharField(max_length=16), default=_email_only)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, related_name="shared_contacts")
    verification = models.CharField(max_length=16, choices=keys_of(Verification), default=Verification.UNVERIFIED)
    # When the person named was told of it, once for all their entries; empty for those who still have to be told.
    told_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_because = models.CharField(max_length=16, blank=True, default="", db_default="")  # a `VerifiedBecause`
    declined_at = models.DateTimeField(null=True)
    unreachable_at = models.DateTimeField(null=True)
    unreachable_because = models.CharField(
        max_length=32, blank=True, default="", db_default=""
    )  # a `UnreachableBecause`
    unreachable_code = models.CharField(
        max_length=16, blank=True, default="", db_default=""
    )  # of the other server: 550, 5.1.1
    unreachable_detail = models.CharField(max_length=1000, blank=True, default="", db_default="")  # its own words

    class Meta:
        verbose_name_plural = "contact entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(identity__isnull=False, address="") | (Q(identity__isnull=True) & ~Q(address="")),
                name="an_entry_is_an_identity_or_an_address",
            ),
            models.CheckConstraint(
                condition=~Q(field="alert_contacts") | Q(identity__isnull=False),
                name="an_alert_contact_is_an_identity",
            ),
            models.CheckConstraint(
                condition=Q(field="shared_contact", brand__isnull=False, identity__isnull=True)
                | (~Q(field="shared_contact") & Q(brand__isnull=True)),
                name="the_shared_contact_is_an_alias_of_a_brand",
            ),
            models.UniqueConstraint(
                fields=["brand"], condition=Q(field="shared_contact"), name="a_brand_has_one_shared_contact"
            ),
            models.UniqueConstraint(
                fields=["record", "field", "position"],
                name="entries_of_a_field_stand_in_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=~Q(field="support_hours"), name="hours_are_no_entries"),
            models.CheckConstraint(
                condition=~Q(verification="verified") | Q(verified_at__isnull=False),
                name="a_verified_contact_says_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(verification="declined") | Q(declined_at__isnull=False),
                name="a_contact_that_declined_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(verification="unreachable")
                | (Q(unreachable_at__isnull=False) & ~Q(unreachable_because="")),
                name="an_unreachable_contact_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}.{self.position}"


class ContactRequest(models.Model):
    """One mail that told somebody that they are named, and asked whether they can be reached there (C7).

    It stands for a mailbox in a record, whatever the number of its entries. Its code and its links are made from
    `public_id` with the key of the installation, so no secret lies in the row. A newer one closes it, and so does
    the departure from the record.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    record = models.ForeignKey(ContactRecord, on_delete=models.CASCADE, related_name="requests")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField(max_length=254)
    mailbox = models.CharField(max_length=254)  # the address folded: what entries are compared by
    name = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=64)
    asked_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    is_by_hand = models.BooleanField(default=False)  # somebody asked for this very mail
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)  # wrong codes so far
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["mailbox"], name="contact_request_by_mailbox")]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "mailbox"],
                condition=Q(closed_at__isnull=True),
                name="a_mailbox_has_one_open_request_in_a_record",
            ),
            models.CheckConstraint(condition=Q(tries__lte=MOST_CODE_TRIES), name="a_code_is_tried_five_times_at_most"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="a_request_expires_after_it_is_sent"),
        ]

    def __str__(self) -> str:
        return self.public_id


class RefusalLook(models.Model):
    """How far the ticker has looked at messages that were refused at once; there is one row.

    `seen` are the keys of those messages whose refusal is so young that others of the same age may still come.
    """

    looked_until = models.DateTimeField()
    seen = ArrayField(models.BigIntegerField(), default=list)

    def __str__(self) -> str:
        return f"refusals until {self.looked_until}"


class SupportHours(models.Model):
    """One row of support hours: weekdays (ISO, 1 is Monday), minutes after midnight, and their zone.

    `end_minute` may pass midnight: it is at most a day after `start_minute`, and 1440 is 24:00.
    """

    record = models.ForeignKey(ContactRecord, on_delete=models.CASCADE, related_name="hours")
    position = models.PositiveSmallIntegerField()
    days = ArrayField(models.PositiveSmallIntegerField())
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    time_zone = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "support hours"
        constraints = [
            models.CheckConstraint(condition=Q(start_minute__lt=1440), name="hours_start_within_the_day"),
            models.CheckConstraint(
                condition=Q(end_minute__gt=F("start_minute"), end_minute__lte=F("start_minute") + 1440),
                name="hours_end_after_they_start_and_within_a_day",
            ),
            models.CheckConstraint(
                condition=Q(days__len__gte=1) & Q(days__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="hours_name_weekdays",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.start_minute}-{self.end_minute} {self.time_zone}"


class ContactDraft(models.Model):
    """What was typed so far, for everyone of the account (C5): nothing is lost at sign-out or between users.

    `data` is the form as it was typed (also what is not valid yet). `revision` grows with each save.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="contact_draft")
    data = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    based_on_version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"draft of {self.account_id}, revision {self.revision}"
