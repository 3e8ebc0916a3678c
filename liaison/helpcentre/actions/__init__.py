"""The verbs of this room."""

from __future__ import annotations

from liaison.helpcentre.actions.feedback import MOST_AN_HOUR, deal_with_feedback, explain_feedback, give_feedback
from liaison.helpcentre.actions.hiding import hide_article, show_article
from liaison.helpcentre.actions.pictures import add_picture, is_shown, remove_picture
from liaison.helpcentre.actions.reviewing import ask_for_review, publish_version, send_back, withdraw_article
from liaison.helpcentre.actions.writing import create_article, discard_draft, move_article, save_draft

__all__ = [
    "MOST_AN_HOUR",
    "add_picture",
    "ask_for_review",
    "create_article",
    "deal_with_feedback",
    "discard_draft",
    "explain_feedback",
    "give_feedback",
    "hide_article",
    "is_shown",
    "move_article",
    "publish_version",
    "remove_picture",
    "save_draft",
    "send_back",
    "show_article",
    "withdraw_article",
]
