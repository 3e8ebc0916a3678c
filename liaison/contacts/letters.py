"""What is mailed to people who are named in a record, and to those who no longer are (C7).

Links and codes are made when a mail is rendered, so no secret lies in a row before it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from liaison.accounts import queries
from liaison.accounts.letters import AccountLetter
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.labels import Moment, field_label
from liaison.contacts.mailboxes import entries_at
from liaison.contacts.models import ContactRequest
from liaison.contacts.requests import code_of, link_of
from liaison.contacts.vocabulary import Purpose, Verification
from liaison.lib.clock import utc_now
from liaison.notifications.facts import Person
from liaison.notifications.registry import Content, Recipient, Subject

REMOVED = "contact_removed"


class ContactLetter(AccountLetter):
    """`subject.id` is the key of a request; `facts["mail"]` says whether its reader is named, or no longer named."""

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        request = _request(subject)
        return () if request is None else (_reader(request),)

    def still_relevant(self, subject: Subject) -> bool:
        request = _request(subject)
        if request is None:
            return False
        is_named = bool(entries_at(request.record, request.mailbox))
        if subject.facts.get("mail") == REMOVED:
            return not is_named
        return is_named and request.closed_at is None and request.expires_at > utc_now()

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        request = _request(subject)
        if request is None:
            raise LookupError("the request that this mail is about is gone")
        return _removed(request, subject) if subject.facts.get("mail") == REMOVED else _named(request)


def _named(request: ContactRequest) -> Content:
    entries = entries_at(request.record, request.mailbox)
    account = request.record.account.name
    return Content(
        subject=_("You are named as a contact of %(account)s") % {"account": account},
        template="contacts/mail/named",
        context={
            "account": account,
            "operator": settings.OPERATOR_NAME,
            "by": request.asked_by.name if request.asked_by else "",
            "fields": _labels(entry.field for entry in entries),
            "is_shared": any(entry.is_shared_alias for entry in entries),
            "is_verified": all(entry.verification == Verification.VERIFIED for entry in entries),
            "verify": link_of(Purpose.VERIFY, request),
            "code": code_of(request),
            "decline": link_of(Purpose.DECLINE, request),
            "left": link_of(Purpose.LEFT, request),
            "until": str(Moment(request.expires_at)),
        },
        is_confidential=True,
    )


def _removed(request: ContactRequest, subject: Subject) -> Content:
    account = request.record.account.name
    return Content(
        subject=_("You are no longer named as a contact of %(account)s") % {"account": account},
        template="contacts/mail/removed",
        context={
            "account": account,
            "operator": settings.OPERATOR_NAME,
            "fields": _labels(subject.facts.get("fields", ())),
        },
    )


def _labels(fields: Iterable[str]) -> list[str]:
    names = set(fields)
    return [field_label(field) for field in ContactField if field in names]


def _reader(request: ContactRequest) -> Person:
    """Return who reads the mail: it also goes where nothing else goes, for somebody has just asked for it."""
    if request.identity is not None:
        known = queries.person_at_mailbox(request.identity)
        return replace(known, language=request.language, time_zone=request.time_zone)
    return Person(
        key=f"address:{request.mailbox}",
        name=request.name,
        address=request.address,
        language=request.language,
        time_zone=request.time_zone,
    )


def _request(subject: Subject) -> ContactRequest | None:
    people = ("record__account", "identity__domain__account", "asked_by")
    return ContactRequest.objects.select_related(*people).filter(pk=subject.id or 0).first()
