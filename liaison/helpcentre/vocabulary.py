"""The states of a version of an article, and why something is not done to it."""

from __future__ import annotations

from enum import StrEnum


class VersionState(StrEnum):
    """From the first draft to what readers see. Of each article and language at most one version is published."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    # A newer version was published in its place.
    REPLACED = "replaced"
    # Taken back: a draft that was given up, or a published text that readers no longer see.
    WITHDRAWN = "withdrawn"


OPEN_STATES = (VersionState.DRAFT, VersionState.IN_REVIEW)


class FeedbackCode(StrEnum):
    """Why an answer about an article is not kept, or not dealt with."""

    TOO_MANY = "feedback_too_many"
    TOO_LONG = "feedback_too_long"
    OVER = "feedback_over"
    DEALT_WITH = "feedback_dealt_with"
    NOBODY_ASKED = "feedback_nobody_asked"
    EMPTY = "feedback_empty"


class HelpCode(StrEnum):
    """Why a text is not kept, not published, or not taken back."""

    CHANGED_MEANWHILE = "help_changed_meanwhile"
    IN_REVIEW = "help_in_review"
    NOT_IN_REVIEW = "help_not_in_review"
    NOT_A_DRAFT = "help_not_a_draft"
    NOT_PUBLISHED = "help_not_published"
    NOT_SHIPPED = "help_not_shipped"
    HIDDEN_ALREADY = "help_hidden_already"
    NOT_HIDDEN = "help_not_hidden"
    OWN_TEXT = "help_own_text"
    SLUG_FORM = "help_slug_form"
    SLUG_TAKEN = "help_slug_taken"
    LANGUAGE = "help_language"
    TOO_LONG = "help_too_long"
    MISSING_WORDS = "help_missing_words"
    BEFORE_FIRST_SECTION = "help_before_first_section"
    EMPTY_SECTION = "help_empty_section"
    UNKNOWN_ARTICLE = "help_unknown_article"
    UNKNOWN_PAGE = "help_unknown_page"
    UNKNOWN_LINK = "help_unknown_link"
    UNKNOWN_PICTURE = "help_unknown_picture"
    PICTURE_WITHOUT_WORDS = "help_picture_without_words"
    PICTURE_KIND = "help_picture_kind"
    PICTURE_SIZE = "help_picture_size"
    PICTURE_MISSING = "help_picture_missing"
    PICTURE_IN_USE = "help_picture_in_use"
