"""The mail that a correction of a sales record was dealt with, to whoever asked for it (D2)."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts import queries
from liaison.accounts.letters import AccountLetter
from liaison.accounts.mail_contents import Words
from liaison.accounts.models import Identity
from liaison.delegation.access import visible_customers
from liaison.delegation.models import Correction
from liaison.lib.dates import format_moment
from liaison.notifications.facts import Person
from liaison.notifications.links import portal_link
from liaison.notifications.registry import Content, Recipient, Subject


class CorrectionDone(AccountLetter):
    """It goes to whoever asked, as long as they see the customer: its name is in the mail (D1)."""

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        found = _correction(subject)
        asker = _asker(found)
        if found is None or asker is None:
            return ()
        sees = visible_customers(asker).filter(pk=found.record.customer_id).exists()
        return (queries.person(asker),) if sees else ()

    def still_relevant(self, subject: Subject) -> bool:
        return bool(self.addressed(subject))

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        found = _correction(subject)
        asker = _asker(found)
        if found is None or asker is None:
            raise LookupError("the correction that this mail is about is gone, or who asked for it")
        customer = found.record.customer
        language = get_language() or settings.LANGUAGE_CODE
        asked = format_moment(found.asked_at, language, timezone.get_current_timezone_name())
        words = Words(
            subject=_("Your correction was dealt with: %(customer)s") % {"customer": customer.name},
            paragraphs=(
                _("You asked for a correction of the sales record of this customer. Staff have dealt with it."),
                _("The sales record was changed after you asked.")
                if subject.facts["is_changed"]
                else _("The sales record was not changed. Ask again if something in it is still wrong."),
            ),
            facts=((_("Customer"), customer.name), (_("Asked on"), asked)),
            button=_("Open the customer"),
            link=portal_link(f"/customers/{customer.slug}", asker.public_id),
        )
        return Content(subject=words.subject, template="accounts/mail/letter", context={"words": words})


def _correction(subject: Subject) -> Correction | None:
    rows = Correction.objects.select_related("record__customer")
    return rows.filter(pk=subject.id or 0, done_at__isnull=False).first()


def _asker(correction: Correction | None) -> Identity | None:
    """Return who asked, None for somebody who left."""
    key = correction.asked_by_id if correction else None
    return Identity.objects.with_account().filter(pk=key or 0, is_active=True).first()
