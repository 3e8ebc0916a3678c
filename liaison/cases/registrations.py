"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from liaison.accounts import alarms, departures, letters, moves, session_facts
from liaison.cases import access, following, home, sharewords, sharing, wording
from liaison.cases import navigation as own_navigation
from liaison.cases.delegated import ending, panel, unread
from liaison.cases.delegated import shares as delegates_shares
from liaison.cases.drafts import files_in_replies
from liaison.cases.letters.relations import (
    AccessEnded,
    HandOverAsked,
    SharesEnded,
    hand_over_letter,
    has_cases_waiting,
    unread_words,
)
from liaison.cases.letters.shares import ShareLetter
from liaison.cases.lists import views
from liaison.cases.opencount import count_open
from liaison.cases.topics import CaseUpdates
from liaison.cases.triage import EscalatedCase, UrgentCases
from liaison.cases.vocabulary import CASE
from liaison.catalog.vocabulary import Topic
from liaison.delegation import followers, opencases
from liaison.delegation import panels as access_panels
from liaison.delegation.contactlinks import LinkKind, register_purpose
from liaison.delegation.vocabulary import LinkPurpose
from liaison.files import holding
from liaison.notifications import registry
from liaison.notifications.escalation import subjects
from liaison.web import navigation, panels
from liaison.web import wording as web_wording


def register_everything() -> None:
    """Fill the registries, once at the start."""
    session_facts.register(access.facts_with_session)
    registry.register(Topic.CASE_UPDATE, CaseUpdates())
    registry.register(Topic.URGENT_CASE, UrgentCases())
    subjects.register(CASE, EscalatedCase())
    departures.register_follower(following.end_all)
    departures.register_follower(sharing.end_all)
    departures.register_follower(delegates_shares.end_those_made_by)
    moves.register_follower(sharing.bind)
    followers.register_follower(ending.follow)
    letters.register(sharing.SHARE, ShareLetter())
    letters.register(delegates_shares.ENDED, SharesEnded())
    letters.register(ending.HAND_OVER_ASKED, HandOverAsked())
    letters.register(ending.ACCESS_ENDED, AccessEnded())
    alarms.register(unread.UNREAD, unread_words)
    access_panels.register(panel.single_cases)
    by_link = LinkKind("/contact-links/hand-over/", hand_over_letter, has_cases_waiting)
    register_purpose(LinkPurpose.HAND_OVER, by_link)
    web_wording.register(sharewords.WORDS)
    web_wording.register(wording.WORDS)
    web_wording.register(views.WORDS)
    holding.register(files_in_replies)
    navigation.register(own_navigation.ITEM)
    opencases.register_counter(count_open)
    panels.register(home.open_cases)
