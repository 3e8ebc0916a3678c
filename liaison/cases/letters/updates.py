"""What a mail about a Send says, in the language and zone that are active."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.cases.labels import severity_name, state_name
from liaison.cases.letters.unsubscribing import unsubscribe_links
from liaison.cases.letters.writing import Written
from liaison.cases.models import Case
from liaison.cases.numbers import shown
from liaison.cases.readers import SHARE_KEY
from liaison.cases.saying import sentences
from liaison.cases.transitions import last_moment_to_reopen
from liaison.lib.dates import format_moment
from liaison.notifications.facts import Reason
from liaison.notifications.links import portal_link, public_link
from liaison.notifications.registry import Content, Headline, Recipient

LONGEST_QUOTE: Final = 4_000
"""So many characters of a message stand in its mail; the rest is read in the portal."""


def update_content(written: Written, recipient: Recipient, whose: str) -> Content:
    """Return the mail for one reader: `whose` is the public id of its identity, or the key of its share."""
    case, update = written.case, written.update
    links = unsubscribe_links(case, whose)
    link = case_link(case, whose)
    is_receipt = written.is_filing and Reason.FILED_THE_CASE in recipient.reasons
    context = {
        "intro": _intro(written, is_receipt=is_receipt),
        "lines": update.text[:LONGEST_QUOTE].split("\n") if update.text else (),
        "is_cut": len(update.text) > LONGEST_QUOTE,
        "changes": () if written.is_filing else sentences(update.changes, written.known),
        "files": tuple(written.files.values()) if written.is_filing else (),
        "facts_of_case": _facts(case),
        "after": _after(case, is_receipt=is_receipt),
        "link": link,
        "this_case": links[0],
        "every_case": links[1],
    }
    return Content(
        subject=subject_line(case),
        template="cases/mail/update",
        context=context,
        # Who looks after deliveries need not be allowed to read cases (W2): the ledger keeps the words to itself.
        is_confidential=True,
        data=_data(written, link),
        thread=thread_of(case),
        unsubscribe=links[0],
    )


def headline_of(written: Written, recipient: Recipient, whose: str) -> Headline:
    """Return the same in one line, for a mail that holds several."""
    case = written.case
    words = {"case": subject_line(case), "what": _intro(written, is_receipt=False)}
    return Headline(
        words=_("%(case)s – %(what)s") % words,
        link=case_link(case, whose),
        list_link=_portal("/cases", whose),
        is_confidential=True,
        thread=thread_of(case),
        unsubscribe=unsubscribe_links(case, whose),
    )


def subject_line(case: Case) -> str:
    """Return the subject of every mail about a case: the same each time, so that mail programs keep them together."""
    return _("Case %(number)s: %(title)s") % {"number": shown(case.number), "title": case.title}


def case_link(case: Case, whose: str) -> str:
    """Return the link to a case for a reader; it leads to sign-in where nobody is signed in."""
    return _portal(f"/cases/{case.number}", whose)


def thread_of(case: Case) -> str:
    """Return the Message-ID that no mail has and all mails about the case answer to."""
    return f"<case-{case.number.lower()}@{settings.MESSAGE_ID_DOMAIN}>"


def _portal(path: str, whose: str) -> str:
    return public_link(f"/go{path}") if whose.startswith(SHARE_KEY) else portal_link(path, whose)


def moment(value: datetime) -> str:
    return format_moment(value, get_language() or "en", timezone.get_current_timezone_name())


def _intro(written: Written, *, is_receipt: bool) -> str:
    if is_receipt:
        return _("Your case is filed. Support reads it now; you get an e-mail with each answer.")
    update = written.update
    if update.by is None:
        return _("This case has an update.")
    facts = {"name": update.by.name, "operator": settings.OPERATOR_NAME}
    if written.is_filing:
        return _("%(name)s filed this case:") % facts
    if not update.text:
        return _("%(name)s changed this case.") % facts
    if update.is_by_staff:
        return _("%(name)s of %(operator)s support wrote:") % facts
    return _("%(name)s wrote:") % facts


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    return (
        (_("Case number"), shown(case.number)),
        (_("Account"), case.account.name),
        (_("Status"), state_name(case.state)),
        (_("Severity"), severity_name(case.severity)),
    )


def _after(case: Case, *, is_receipt: bool) -> str:
    if case.closed_at is not None:
        until = moment(last_moment_to_reopen(case.closed_at))
        return _("If it is not solved, reopen the case by %(moment)s.") % {"moment": until}
    if is_receipt:
        return _("To add something, open the case and write there.")
    return ""


def _data(written: Written, link: str) -> dict[str, Any]:
    """Return the same for programs; no channel of a person sends it yet."""
    case, update = written.case, written.update
    return {
        "type": "case.filed" if written.is_filing else "case.updated",
        "account": {"id": case.account.slug, "name": case.account.name},
        "case": {
            "number": case.number,
            "title": case.title,
            "status": case.state,
            "severity": case.severity,
        },
        "update": {"id": update.public_id, "at": update.at, "text": update.text, "is_by_staff": update.is_by_staff},
        "links": {"page": link},
    }
