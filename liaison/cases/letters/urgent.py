"""What the call to the triage says. It names no title: not everybody who is called may read the case (W2)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.cases.labels import criterion_name, product_name, severity_name
from liaison.cases.letters.updates import moment
from liaison.cases.models import Case
from liaison.cases.numbers import shown
from liaison.notifications.escalation.tokens import acknowledge_link
from liaison.notifications.links import portal_link, public_link
from liaison.notifications.registry import Content, Recipient


def urgent_content(case: Case, recipient: Recipient, *, has_it: str = "", is_taken: bool = False) -> Content:
    """Return the mail for one who is called, or who was and hears that somebody has it."""
    path = f"/cases/{case.number}"
    names = {"number": shown(case.number), "account": case.account.name, "name": has_it}
    link = _link(path, recipient)
    if is_taken:
        subject = _("%(name)s has it: urgent case %(number)s of %(account)s") % names
    else:
        subject = _("Urgent case %(number)s of %(account)s") % names
    return Content(
        subject=subject,
        template="cases/mail/urgent",
        context={
            "is_taken": is_taken,
            "has_it": has_it,
            "facts_of_case": _facts(case),
            "link": link,
            "acknowledge": "" if is_taken or not recipient.delivery else acknowledge_link(recipient.delivery),
        },
        data=_data(case, link, is_taken=is_taken),
    )


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    return (
        (_("Case number"), shown(case.number)),
        (_("Account"), case.account.name),
        (_("Product"), product_name(case.product)),
        (_("What holds, by the filer"), criterion_name(case.criterion)),
        (_("Severity"), severity_name(case.severity)),
        (_("Filed"), moment(case.created_at)),
    )


def _link(path: str, recipient: Recipient) -> str:
    """Return a link that opens in the reader's own sign-in; somebody of no identity chooses."""
    if recipient.identity_id is None:
        return public_link(f"/go{path}")
    return portal_link(path, Identity.objects.values_list("public_id", flat=True).get(pk=recipient.identity_id))


def _data(case: Case, link: str, *, is_taken: bool) -> dict[str, Any]:
    """Return what programs are told (`docs/reference/webhooks.md`)."""
    return {
        "type": "case.urgent_taken" if is_taken else "case.urgent",
        "account": {"id": case.account.slug, "name": case.account.name},
        "case": {"number": case.number, "criterion": case.criterion, "severity": case.severity},
        "links": {"page": link},
    }
