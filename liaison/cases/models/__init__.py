"""Cases (`cases`), what happens in them (`history`), who has to do with them (`people`), and how they are found."""

from __future__ import annotations

from liaison.cases.models.cases import Case, CaseIncident, CaseLink
from liaison.cases.models.history import Attachment, CaseUpdate, InternalNote, ReplyDraft
from liaison.cases.models.people import Follow, HandOver, Presence, SavedView, Share, UnreadCase
from liaison.cases.models.search import SearchRow

__all__ = [
    "Attachment",
    "Case",
    "CaseIncident",
    "CaseLink",
    "CaseUpdate",
    "Follow",
    "HandOver",
    "InternalNote",
    "Presence",
    "ReplyDraft",
    "SavedView",
    "SearchRow",
    "Share",
    "UnreadCase",
]
