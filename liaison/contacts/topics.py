"""The topic *onboarding reminder*: an account's administrators are told what its record lacks (C3, C6)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from liaison.accounts import queries
from liaison.accounts.models import Account, Identity
from liaison.catalog.vocabulary import Topic
from liaison.contacts.labels import field_label
from liaison.contacts.standing import lost_lines
from liaison.contacts.state import needs_attention, state_of
from liaison.lib.clock import utc_now
from liaison.notifications.facts import Circle, Person, Reason, TopicFacts
from liaison.notifications.links import portal_link
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject, TopicHandler

# The page of the record, without an identity slot: the link finds the slot of its reader.
RECORD_PATH = "/contact-information/"


class OnboardingReminder(TopicHandler):
    """`subject.id` is the account's key; what is missing is read when the mail is made."""

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances()

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        circle = Circle(Reason.ADMINISTRATOR, _administrators(subject))
        return TopicFacts(topic=Topic.ONBOARDING_REMINDER, everyone=(circle,), of_record=False)

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        return any(person.key == recipient.key for person in _administrators(subject))

    def still_relevant(self, subject: Subject) -> bool:
        return needs_attention(state_of(int(subject.id)), utc_now())

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        account = Account.objects.get(pk=subject.id)
        state, now = state_of(account.pk), utc_now()
        identity = Identity.objects.get(pk=recipient.identity_id or 0)
        only_stale = not (state.is_gated or state.missing or state.has_lost)
        words = (
            _("Please confirm the contact information of %(account)s")
            if only_stale
            else _("Complete the contact information of %(account)s")
        )
        return Content(
            subject=words % {"account": account.name},
            template="contacts/mail/onboarding_reminder",
            context={
                "account_name": account.name,
                "is_gated": state.is_gated,
                "missing": [field_label(field) for field in state.missing],
                "lost": lost_lines(account) if state.has_lost else (),
                "confirmed_at": state.confirmed_at if state.is_stale(now) else None,
                "only_stale": only_stale,
                "address": portal_link(RECORD_PATH, identity.public_id),
            },
        )


def _administrators(subject: Subject) -> tuple[Person, ...]:
    return queries.people(queries.administrators_of(Account.objects.get(pk=subject.id)))
