"""What Send will do besides sending the message, collected from the form: nothing of it has happened yet (D7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liaison.cases.forms import ReplyForm
from liaison.cases.labels import (
    CLOSE_REASONS,
    ESCALATION_REASONS,
    close_reason_name,
    escalation_reason_name,
    severity_name,
    state_name,
)
from liaison.cases.models import Case
from liaison.cases.transitions import EVENT_OF_STATE
from liaison.catalog.vocabulary import CaseSeverity

_SEVERITIES = {str(level.value) for level in CaseSeverity}


def summary_of(form: ReplyForm, case: Case) -> tuple[str, ...]:
    """Return one sentence for each change that waits, from the form as posted or as it was kept."""
    return tuple(_sentences(form, case))


def _sentences(form: ReplyForm, case: Case) -> Iterator[str]:
    severity, close = _value(form, "severity"), _value(form, "close")
    if severity in _SEVERITIES and int(severity) != case.severity:
        facts = {"before": severity_name(case.severity), "after": severity_name(int(severity))}
        yield _("Severity: “%(before)s” becomes “%(after)s”") % facts
    if _value(form, "set_state") in EVENT_OF_STATE:
        yield _("Status: “%(status)s”") % {"status": state_name(_value(form, "set_state"))}
    if _value(form, "escalate") in ESCALATION_REASONS:
        yield _("The case is escalated: %(reason)s") % {"reason": escalation_reason_name(_value(form, "escalate"))}
    asked = [one for one in _several(form, "ask_deletion") if one in form.deletable]
    if asked:
        words = ngettext(
            "Support is asked to delete %(count)s attachment",
            "Support is asked to delete %(count)s attachments",
            len(asked),
        )
        yield words % {"count": len(asked)}
    if form.file_ids:
        count = len(form.file_ids)
        yield ngettext("%(count)s file is attached", "%(count)s files are attached", count) % {"count": count}
    if close in CLOSE_REASONS:
        yield _("The case is closed: %(reason)s") % {"reason": close_reason_name(close)}


def _value(form: ReplyForm, name: str) -> str:
    return str(form[name].value() or "") if name in form.fields else ""


def _several(form: ReplyForm, name: str) -> list[Any]:
    return list(form[name].value() or ()) if name in form.fields else []
