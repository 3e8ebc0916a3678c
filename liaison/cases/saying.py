"""What a Send changed, as sentences in the active language: for the page and for mails.

They are made for one reader: of cases, incidents and shares only what `Known` holds is named, so that a sentence
never tells of something that its reader may not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from liaison.cases.labels import (
    SHARE_RIGHTS,
    URGENT_STATES,
    close_reason_name,
    escalation_reason_name,
    severity_name,
    state_name,
)
from liaison.cases.numbers import shown
from liaison.cases.vocabulary import ChangeKind, LinkKind, ShareRight, UrgentState
from liaison.lib.dates import format_names

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader may see of that which changes name: files by public id, cases by number, incidents by public id.

    Values are their names: of a case its title. `shares` are addresses by public id.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, str] = field(default_factory=dict)
    incidents: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, str] = field(default_factory=dict)


def sentences(changes: Iterable[Change], known: Known | None = None) -> tuple[str, ...]:
    """Return one sentence for each change; for a kind that this version does not know, none."""
    known = known or Known()
    kinds = ((str(change.get("kind", "")), change) for change in changes)
    found = (_SENTENCES[kind](change, known) for kind, change in kinds if kind in _SENTENCES)
    return tuple(sentence for sentence in found if sentence)


def _filed(_change: Change, _known: Known) -> str:
    return _("Filed the case.")


def _severity(change: Change, _known: Known) -> str:
    facts = {
        "before": severity_name(int(change["before"])),
        "after": severity_name(int(change["after"])),
        "reason": change.get("reason") or "",
    }
    if facts["reason"]:
        return _("Severity changed from “%(before)s” to “%(after)s”. Reason: %(reason)s") % facts
    return _("Severity changed from “%(before)s” to “%(after)s”.") % facts


def _state(change: Change, _known: Known) -> str:
    facts = {"before": state_name(change["before"]), "after": state_name(change["after"])}
    return _("Status changed from “%(before)s” to “%(after)s”.") % facts


def _closed(change: Change, _known: Known) -> str:
    facts = {"reason": close_reason_name(change["reason"]), "text": change.get("text") or ""}
    if facts["text"]:
        return _("Closed the case: %(reason)s. %(text)s") % facts
    return _("Closed the case: %(reason)s.") % facts


def _reopened(change: Change, _known: Known) -> str:
    if change.get("reason"):
        return _("Reopened the case. Reason: %(reason)s") % {"reason": change["reason"]}
    return _("Reopened the case.")


def _escalated(change: Change, _known: Known) -> str:
    facts = {"reason": escalation_reason_name(change["reason"]), "justification": change.get("justification") or ""}
    return _("Escalated the case: %(reason)s. %(justification)s") % facts


def _attached(change: Change, known: Known) -> str:
    ids = list(change.get("attachments", ()))
    names = [known.files[one] for one in ids if one in known.files]
    if len(names) == len(ids) and names:
        return _("Attached: %(files)s") % {"files": format_names(names, get_language() or "en")}
    return ngettext("Attached %(count)s file.", "Attached %(count)s files.", len(ids)) % {"count": len(ids)}


def _deletion_asked(change: Change, known: Known) -> str:
    facts = {"file": _file(change, known), "reason": change.get("reason", "")}
    return _("Asked support to delete the attachment “%(file)s”. Reason: %(reason)s") % facts


def _attachment_deleted(change: Change, known: Known) -> str:
    facts = {"file": _file(change, known), "reason": change.get("reason", "")}
    return _("Deleted the attachment “%(file)s”. Reason: %(reason)s") % facts


def _linked(change: Change, known: Known) -> str:
    if "incident" in change:
        title = known.incidents.get(str(change["incident"]))
        return _("Linked the incident “%(title)s”.") % {"title": title} if title else _("Linked an incident.")
    facts = _case(change, known)
    if facts is None:
        return _("Linked another case.")
    if change.get("link") == LinkKind.DUPLICATE:
        return _("Linked case %(number)s “%(title)s”: it is about the same.") % facts
    return _("Linked case %(number)s “%(title)s”.") % facts


def _unlinked(change: Change, known: Known) -> str:
    if "incident" in change:
        title = known.incidents.get(str(change["incident"]))
        sentence = _("Took the link to the incident “%(title)s” away.")
        return sentence % {"title": title} if title else _("Took the link to an incident away.")
    facts = _case(change, known)
    if facts is None:
        return _("Took the link to another case away.")
    return _("Took the link to case %(number)s “%(title)s” away.") % facts


def _followed_up(change: Change, known: Known) -> str:
    facts = _case(change, known)
    return _("Goes on in case %(number)s “%(title)s”.") % facts if facts else _("Goes on in another case.")


def _shared(change: Change, known: Known) -> str:
    right = SHARE_RIGHTS[ShareRight(change["right"])]
    facts = {"address": known.shares.get(str(change.get("share")), ""), "right": str(right)}
    if facts["address"]:
        return _("Shared the case with %(address)s: %(right)s.") % facts
    return _("Shared the case: %(right)s.") % facts


def _share_ended(change: Change, known: Known) -> str:
    address = known.shares.get(str(change.get("share")))
    sentence = _("Ended the sharing with %(address)s.")
    return sentence % {"address": address} if address else _("Ended a sharing of the case.")


def _urgent_state(change: Change, _known: Known) -> str:
    facts = {"state": str(URGENT_STATES[UrgentState(change["after"])]), "reason": change.get("reason") or ""}
    if facts["reason"]:
        return _("%(state)s. Reason: %(reason)s") % facts
    return _("%(state)s.") % facts


def _file(change: Change, known: Known) -> str:
    return known.files.get(str(change.get("attachment")), str(change.get("attachment", "")))


def _case(change: Change, known: Known) -> dict[str, str] | None:
    number = str(change.get("case", ""))
    title = known.cases.get(number)
    return None if title is None else {"number": shown(number), "title": title}


_SENTENCES: Final[Mapping[str, Callable[[Change, Known], str]]] = MappingProxyType(
    {
        ChangeKind.FILED: _filed,
        ChangeKind.SEVERITY: _severity,
        ChangeKind.STATE: _state,
        ChangeKind.CLOSED: _closed,
        ChangeKind.REOPENED: _reopened,
        ChangeKind.ESCALATED: _escalated,
        ChangeKind.ATTACHED: _attached,
        ChangeKind.DELETION_ASKED: _deletion_asked,
        ChangeKind.ATTACHMENT_DELETED: _attachment_deleted,
        ChangeKind.LINKED: _linked,
        ChangeKind.UNLINKED: _unlinked,
        ChangeKind.FOLLOWED_UP: _followed_up,
        ChangeKind.SHARED: _shared,
        ChangeKind.SHARE_ENDED: _share_ended,
        ChangeKind.URGENT_STATE: _urgent_state,
    }
)
