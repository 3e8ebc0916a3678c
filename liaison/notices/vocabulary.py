"""The codes of this room, and the name of what its announcements are about."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

NOTICE: Final = "notice"
"""The kind of an announcement's subject; its id is the notice's key."""


class NoticeCode(StrEnum):
    """Why a notice is not raised or not withdrawn."""

    UNKNOWN_TOPIC = "notice_unknown_topic"
    UNKNOWN_INTEGRATION = "notice_unknown_integration"
    UNKNOWN_LANGUAGE = "notice_unknown_language"
    TITLE_NEEDED = "notice_title_needed"
    TITLE_UNUSABLE = "notice_title_unusable"
    TEXT_NEEDED = "notice_text_needed"
    TEXT_TOO_LONG = "notice_text_too_long"
    TEXT_UNUSABLE = "notice_text_unusable"
    ALREADY_WITHDRAWN = "notice_already_withdrawn"
