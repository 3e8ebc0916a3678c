"""What is mailed to who is interested: the link that proves the address, and why it was declined."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts import queries
from liaison.accounts.letters import AccountLetter
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_moment
from liaison.notifications.facts import Person
from liaison.notifications.links import public_link
from liaison.notifications.registry import Content, Recipient, Subject
from liaison.support.kinds import kind_names
from liaison.support.links import LIFETIME, link_of
from liaison.support.models import Interest, InterestState
from liaison.support.vocabulary import InterestMail


class InterestLetter(AccountLetter):
    """`subject.id` is the key of the expression of interest, `facts["mail"]` says which letter."""

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        interest = _interest(subject)
        return () if interest is None else (_reader(interest),)

    def still_relevant(self, subject: Subject) -> bool:
        interest = _interest(subject)
        if interest is None:
            return False
        if _mail(subject) is InterestMail.DECLINED:
            return interest.state == InterestState.DECLINED
        waits = interest.state == InterestState.NEW and interest.confirmed_at is None
        return waits and interest.created_at + LIFETIME > utc_now()

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        interest = _interest(subject)
        if interest is None:
            raise LookupError("the expression of interest that this mail is about is gone")
        return _declined(interest) if _mail(subject) is InterestMail.DECLINED else _confirm(interest)


def _confirm(interest: Interest) -> Content:
    language = get_language() or settings.LANGUAGE_CODE
    until = format_moment(interest.created_at + LIFETIME, language, timezone.get_current_timezone_name())
    return Content(
        subject=_("Confirm your address: interest in working with %(operator)s") % {"operator": settings.OPERATOR_NAME},
        template="support/mail/confirm",
        context={
            "operator": settings.OPERATOR_NAME,
            "kinds": kind_names(interest.kinds, language),
            "link": link_of(interest),
            "until": until,
        },
        is_confidential=True,
    )


def _declined(interest: Interest) -> Content:
    return Content(
        subject=_("Your interest in working with %(operator)s") % {"operator": settings.OPERATOR_NAME},
        template="support/mail/declined",
        context={
            "operator": settings.OPERATOR_NAME,
            "company": interest.company,
            "reason": interest.reason,
            "link": public_link("/support?situation=interested"),
        },
    )


def _reader(interest: Interest) -> Person:
    """Return who reads it. To an address that nobody proved goes no word that a stranger typed, not even a name."""
    told = Person(
        key=f"address:{interest.address.casefold()}",
        name=interest.name if interest.confirmed_at else "",
        address=interest.address,
        language=interest.language,
        time_zone=interest.time_zone,
    )
    asker = interest.asked_by
    return told if asker is None else replace(told, blocked=queries.suspended(asker))


def _mail(subject: Subject) -> InterestMail:
    return InterestMail(subject.facts["mail"])


def _interest(subject: Subject) -> Interest | None:
    return Interest.objects.select_related("asked_by").filter(pk=subject.id or 0).first()
