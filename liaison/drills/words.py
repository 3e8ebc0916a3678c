"""What drills and test messages say, in the language and zone that are active: first that nothing is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts.models import Account, Identity
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.labels import field_label
from liaison.drills.models import Drill, DrillSchedule, TestMessage
from liaison.drills.vocabulary import DrillEvent
from liaison.lib.dates import format_moment
from liaison.notifications.escalation.tokens import token_of
from liaison.notifications.links import portal_link, public_link
from liaison.notifications.registry import Content, Recipient


def drill_content(
    drill: Drill, event: DrillEvent, recipient: Recipient, *, has_it: str = "", told: int = 0, answered: int = 0
) -> Content:
    """Return what is said in a drill: to those who are to answer, that somebody has it, or that it is over."""
    asks = event is DrillEvent.STARTED and bool(recipient.delivery)
    shape = {"event": event.value, "everybody": drill.everybody, "asks": asks}
    slots = {
        "account_name": drill.account.name,
        "field_name": field_label(ContactField(drill.field)),
        "began": moment(drill.started_at),
        "link": _page(f"/drills/{drill.public_id}/", recipient),
    }
    slots |= {"acknowledge_link": answer_link(recipient.delivery)} if asks else {}
    slots |= {"has_it": has_it} if event is DrillEvent.ACKNOWLEDGED else {}
    if event is DrillEvent.ENDED:
        slots |= {"told": str(told), "answered": str(answered)}
    subject = _subject(event) % {"account": drill.account.name, "name": has_it}
    data = {"type": f"drill.{event.value}", **_drill_facts(drill), "acknowledged_by": has_it or None}
    return Content(
        subject,
        "drills/mail/drill",
        shape,
        form=_form(shape),
        slots=slots,
        data=data | _links(slots),
        is_confidential=asks,  # whoever holds the link answers for its reader
        on_any_channel=True,
    )


def announced_content(
    schedule: DrillSchedule | None, drill: Drill | None, recipient: Recipient, at: datetime
) -> Content:
    """Return the announcement of a drill to the administrators: of a scheduled one, or of one that begins now."""
    about = schedule or drill
    if about is None:
        raise ValueError("an announcement is about a schedule or a drill")
    shape = {"event": DrillEvent.ANNOUNCED.value, "is_scheduled": schedule is not None}
    path = f"/drills/{drill.public_id}/" if drill else "/drills/"
    slots = {
        "account_name": about.account.name,
        "field_name": field_label(ContactField(about.field)),
        "at": moment(at),
        "link": _page(path, recipient),
    }
    subject = _("Drill announced: %(moment)s (%(account)s)") % {"moment": slots["at"], "account": about.account.name}
    data = {"type": "drill.announced", "account": _account_facts(about.account), "field": about.field, "at": at}
    return Content(subject, "drills/mail/announced", shape, form=_form(shape), slots=slots, data=data | _links(slots))


def content_of_test(test: TestMessage, recipient: Recipient) -> Content:
    """Return the test message, with the link by which its reader says that it arrived."""
    shape = {"event": DrillEvent.TEST.value, "asks": bool(recipient.delivery)}
    slots = {"account_name": test.account.name, "sent": moment(test.sent_at)}
    slots |= {"link": arrival_link(recipient.delivery)} if recipient.delivery else {}
    data = {"type": "drill.test", "account": _account_facts(test.account), "test": {"id": test.public_id}}
    return Content(
        _("TEST: nothing is wrong (%(account)s)") % {"account": test.account.name},
        "drills/mail/test",
        shape,
        form=_form(shape),
        slots=slots,
        data=data | _links(slots),
        is_confidential=True,  # a colleague who read the link could say that somebody else's mailbox is theirs
        on_any_channel=True,
    )


def answer_link(delivery: str) -> str:
    """Return the address of the page on which the reader of this delivery answers a drill."""
    return public_link(answer_path(token_of(delivery)))


def answer_path(token: str) -> str:
    return f"/drill-answers/{token}/"


def arrival_link(delivery: str) -> str:
    """Return the address of the page on which the reader of this delivery says that the test arrived."""
    return public_link(f"/test-arrivals/{token_of(delivery)}/")


def moment(at: datetime | None) -> str:
    """Return a moment in the reader's language and zone."""
    if at is None:
        return ""
    return format_moment(at, get_language() or "en", timezone.get_current_timezone_name())


def _subject(event: DrillEvent) -> str:
    """Return the subject line with its gaps `account` and `name`."""
    if event is DrillEvent.ACKNOWLEDGED:
        return _("DRILL: %(name)s has it (%(account)s)")
    if event is DrillEvent.ENDED:
        return _("DRILL: it is over (%(account)s)")
    return _("DRILL: nothing is wrong (%(account)s)")


def _page(path: str, recipient: Recipient) -> str:
    """Return a link that opens in the reader's own sign-in; an alias has none, its reader chooses."""
    if recipient.identity_id is None:
        return public_link(f"/go{path}")
    public_id = Identity.objects.values_list("public_id", flat=True).get(pk=recipient.identity_id)
    return portal_link(path, public_id)


def _form(shape: Mapping[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in shape.items())


def _drill_facts(drill: Drill) -> dict[str, Any]:
    return {
        "account": _account_facts(drill.account),
        "drill": {
            "id": drill.public_id,
            "field": drill.field,
            "everybody": drill.everybody,
            "started_at": drill.started_at,
            "ended_at": drill.ended_at,
            "outcome": drill.outcome or None,
        },
    }


def _account_facts(account: Account) -> dict[str, str]:
    return {"id": account.slug, "name": account.name}


def _links(slots: Mapping[str, str]) -> dict[str, Any]:
    return {"links": {"page": slots.get("link"), "acknowledge": slots.get("acknowledge_link")}}
