"""The mail with a signed link to a sales record's contact, and the purposes that this room decides (W11)."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts.letters import AccountLetter
from liaison.delegation.contactlinks import LinkKind, LinkLetter, address_of, counts, letter_of
from liaison.delegation.letters import contact_person
from liaison.delegation.models import Bond, ContactLink, SalesRecord
from liaison.delegation.wording import level_label
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_moment
from liaison.notifications.facts import Person
from liaison.notifications.registry import Content, Recipient, Subject


class ContactLinkLetter(AccountLetter):
    """`subject.id` is the key of the link. It goes to nobody but the address that the link was made for."""

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        link = _link(subject)
        if link is None:
            return ()
        name = SalesRecord.objects.filter(customer=link.customer_id, contact_address=link.address)
        return (contact_person(link.address, name.values_list("contact_name", flat=True).first() or "", link.customer),)

    def still_relevant(self, subject: Subject) -> bool:
        link = _link(subject)
        return link is not None and counts(link, utc_now())

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        link = _link(subject)
        if link is None:
            raise LookupError("the link that this mail is about is gone")
        letter = letter_of(link)
        language = get_language() or settings.LANGUAGE_CODE
        known: dict[str, Any] = {
            "company": link.customer.name,
            "operator": settings.OPERATOR_NAME,
            "until": format_moment(link.expires_at, language, timezone.get_current_timezone_name()),
            "link": address_of(link),
        }
        return Content(
            subject=letter.subject, template=letter.template, context={**known, **letter.context}, is_confidential=True
        )


def _grants_letter(link: ContactLink) -> LinkLetter:
    account = link.account.name if link.account else ""
    words = (
        _("%(account)s asks for access to the support cases of %(company)s")
        if link.level
        else _("Decide whether %(account)s may see the support cases of %(company)s")
    )
    asked = level_label(link.level) if link.level else ""
    return LinkLetter(
        words % {"account": account, "company": link.customer.name},
        "delegation/mail/grants_link",
        {"account": account, "asked": asked},
    )


def _is_bound(link: ContactLink) -> bool:
    return Bond.objects.filter(customer=link.customer_id, account=link.account_id, ended_at=None).exists()


def _new_address_letter(link: ContactLink) -> LinkLetter:
    record = SalesRecord.objects.get(customer=link.customer_id)
    return LinkLetter(
        _("Is this the new contact of %(company)s?") % {"company": link.customer.name},
        "delegation/mail/new_address_link",
        {"address": record.contact_address},
    )


GRANTS: Final = LinkKind("/contact-links/access/", _grants_letter, _is_bound)
NEW_ADDRESS: Final = LinkKind("/contact-links/address/", _new_address_letter)


def _link(subject: Subject) -> ContactLink | None:
    return ContactLink.objects.select_related("customer", "account").filter(pk=subject.id or 0).first()
