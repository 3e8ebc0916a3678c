"""What each route about a case or a customer takes, in the words of the oracle.

A verb that is about one and does not stand here fails the matrix: say what it takes, or why it asks nobody.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from liaison.cases import actions as cases
from liaison.cases import drafts, opening, presence
from tests.delegation.facts import Action
from tests.matrix.vocabulary import Read, Route, Thing, Verb


class More(StrEnum):
    """What the oracle's actions do not name, by the role alone."""

    AGENT = "agents alone (W2)"
    SHARE = "whoever may change the case, also when it is closed (W6, W9)"
    OWN_OR_STAFF = "the customer's users with portal access and staff, no delegate (D4, W14)"
    OWN_WRITER = "the customer's own administrators and editors (W4)"


Takes = Action | More

TAKES: Final[dict[Verb | Read, Takes]] = {
    Read.READ: Action.SEE,
    Read.LEAD: Action.SEE,
    presence.note_presence: Action.SEE,
    opening.note_opened: Action.SEE,
    cases.follow_case: Action.SEE,
    cases.unfollow_case: Action.SEE,
    drafts.keep_draft: Action.COMMENT,
    cases.send_update: Action.COMMENT,
    cases.reopen_case: Action.REOPEN,
    cases.link_case: Action.CHANGE,
    cases.link_incident: Action.CHANGE,
    cases.unlink_case: Action.CHANGE,
    cases.unlink_incident: Action.CHANGE,
    cases.share_case: More.SHARE,
    cases.change_share: More.SHARE,
    cases.end_share: More.SHARE,
    cases.add_note: More.AGENT,
    cases.delete_attachment: More.AGENT,
    cases.take_back_case: More.OWN_WRITER,
    cases.hand_over_cases: More.OWN_WRITER,
}

OF_A_CASE: Final = frozenset({Thing.CASE, Thing.CASE_ATTACHMENT, Thing.ATTACHMENT, Thing.SHARE})


def takes(route: Route) -> tuple[Takes, ...]:
    """Return what opens the route to whoever sees the case: any of these. Raises KeyError for a verb unknown here."""
    return tuple(TAKES[one] for one in route.does)
