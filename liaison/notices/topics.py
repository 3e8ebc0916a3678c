"""The topics *technical notice*, *merchant issue* and *user escalation*: who is told, when, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext as _

from liaison.accounts.models import Account, Identity
from liaison.catalog.loader import topics
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.queries import people_of_field, waits_for
from liaison.contacts.state import state_of
from liaison.expectations.chain import may_hear, overdue_facts
from liaison.expectations.mailing import Asking, asking_about
from liaison.expectations.overdue import is_about_overdue, is_still_overdue
from liaison.integrations.wording import kind_name
from liaison.lib.addresses import mailbox_key
from liaison.lib.languages import language_for
from liaison.notices.models import Notice, NoticeTopic
from liaison.notices.vocabulary import NOTICE
from liaison.notices.wording import SUBJECTS
from liaison.notifications.facts import Circle, Reason, TopicFacts
from liaison.notifications.links import portal_link, public_link
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject, TopicHandler

_REASONS: Final[Mapping[ContactField, Reason]] = MappingProxyType(
    {
        ContactField.NON_EMERGENCY: Reason.NON_EMERGENCY_CONTACT,
        ContactField.MERCHANT: Reason.MERCHANT_CONTACT,
        ContactField.OPERATOR: Reason.OPERATOR_CONTACT,
    }
)
# A technical notice is at once (section R); of these an account may choose to hear in its support hours.
_CAN_WAIT_FOR_HOURS: Final = frozenset({Topic.MERCHANT_ISSUE, Topic.USER_ESCALATION})


class NoticeHandler(TopicHandler):
    """One topic of staff. It is about the account, so neither sandbox nor a paused integration keeps it quiet (R2)."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances()

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        """Read who stands in the topic's fields; the next field stands in where nobody of the first is reached."""
        account = _account(subject)
        is_urgent = bool(subject.facts.get("is_urgent"))
        waits = waits_for(account, now) if self._topic in _CAN_WAIT_FOR_HOURS and not is_urgent else None
        if is_about_overdue(subject.facts):
            told = overdue_facts(account, self._topic, int(subject.facts["passed"]), is_urgent=is_urgent)
            return replace(told, waits_for=waits)
        circles = self._circles(account)
        return TopicFacts(
            topic=self._topic,
            everyone=circles if len(circles) == 1 else (),
            ladder=circles if len(circles) > 1 else (),
            is_urgent=is_urgent,
            waits_for=waits,
        )

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Say whether the recipient stands in one of the topic's fields now, with the address, and unblocked."""
        if is_about_overdue(subject.facts):
            return may_hear(_account(subject), self._topic, recipient)
        people = (one for circle in self._circles(_account(subject)) for one in circle.people)
        address = _folded(recipient.address)
        return any(
            person.key == recipient.key
            and person.blocked is None
            and address in {_folded(w.address) for w in person.ways}
            for person in people
        )

    def still_relevant(self, subject: Subject) -> bool:
        if is_about_overdue(subject.facts) and not is_still_overdue(subject.facts):
            return False
        return Notice.objects.filter(pk=subject.id, withdrawn_at=None).exists()

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        notice = Notice.objects.select_related("account", "integration", "raised_by").get(pk=subject.id)
        link = _link(notice, recipient)
        written_in = language_for(notice.language)
        is_overdue, asking = is_about_overdue(subject.facts), asking_about(NOTICE, subject.id, recipient)
        return Content(
            subject=_subject_line(notice, is_overdue=is_overdue),
            template="notices/mail/notice",
            context={
                "title": notice.title,
                "account_name": notice.account.name,
                "integration_name": kind_name(notice.integration.kind) if notice.integration else "",
                "is_urgent": notice.is_urgent,
                "lines": notice.text.split("\n"),
                "written_in": written_in.native_name,
                "language_tag": written_in.html_lang,
                "is_foreign": language_for(recipient.language) is not written_in,
                "raised_by": _signature(notice),
                "link": link,
                "is_overdue": is_overdue,
                "asking": asking,
            },
            data=_facts(notice, link, asking, is_overdue=is_overdue),
            answer_to=asking.answer_to if asking else "",
        )

    def _circles(self, account: Account) -> tuple[Circle, ...]:
        """Return the people of the topic's fields that the account is offered, else of those that take over."""
        entry, asked = topics()[self._topic], state_of(account.pk).asked
        offered = [field for field in entry.contact_fields if asked.is_offered(field)]
        fields = (*offered, *entry.otherwise)
        return tuple(Circle(_REASONS[field], people_of_field(account, field)) for field in fields)


def _account(subject: Subject) -> Account:
    return Account.objects.select_related("partner_manager__domain__account").get(pk=subject.account_id or 0)


def _subject_line(notice: Notice, *, is_overdue: bool) -> str:
    if is_overdue:
        return _("Your answer is overdue: %(title)s") % {"title": notice.title}
    return str(SUBJECTS[NoticeTopic(notice.topic), notice.is_urgent] % {"title": notice.title})


def _facts(notice: Notice, link: str, asking: Asking | None, *, is_overdue: bool) -> dict[str, Any]:
    """Return what programs are told (`docs/reference/webhooks.md`)."""
    integration = notice.integration
    return {
        "type": "notice.overdue" if is_overdue else "notice.raised",
        "account": {"id": notice.account.slug, "name": notice.account.name},
        "integration": {"id": integration.public_id, "kind": integration.kind} if integration else None,
        "notice": {
            "id": notice.public_id,
            "topic": notice.topic,
            "title": notice.title,
            "text": notice.text,
            "language": notice.language,
            "is_urgent": notice.is_urgent,
            "raised_at": notice.raised_at,
        },
        "expectation": asking.facts if asking else None,
        "links": {"page": link},
    }


def _signature(notice: Notice) -> str:
    return notice.raised_by.name if notice.raised_by else _("The operator")


def _link(notice: Notice, recipient: Recipient) -> str:
    """Return a link that opens in the reader's own sign-in; an alias has none, its reader chooses."""
    path = f"/notices/{notice.public_id}/"
    if recipient.identity_id is None:
        return public_link(f"/go{path}")
    public_id = Identity.objects.values_list("public_id", flat=True).get(pk=recipient.identity_id)
    return portal_link(path, public_id)


def _folded(address: str) -> str:
    return mailbox_key(address) if "@" in address else address
