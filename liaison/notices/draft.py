"""What somebody typed, made clean or refused, before it is previewed or raised."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from liaison.accounts.models import Account
from liaison.integrations.models import Integration
from liaison.lib.addresses import LineError, clean_line
from liaison.lib.languages import is_language
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.lib.text import nfc
from liaison.notices.models import LONGEST_TEXT, LONGEST_TITLE, NoticeTopic
from liaison.notices.vocabulary import NOTICE, NoticeCode
from liaison.notifications.registry import Subject

_LINES_AND_TABS: Final = frozenset("\n\t")


@dataclass(frozen=True)
class Draft:
    """A notice that could be raised. `integration` is None for one about the account as a whole."""

    account: Account
    topic: NoticeTopic
    title: str
    text: str
    language: str
    is_urgent: bool
    integration: Integration | None

    def subject(self, key: str = "") -> Subject:
        """Return what is announced; without a key it is a hypothetical one, for the preview."""
        facts: dict[str, Any] = {"topic": self.topic.value, "is_urgent": self.is_urgent}
        return Subject(NOTICE, key, self.account.pk, facts)


def draft_of(
    account: Account,
    *,
    topic: str,
    title: str,
    text: str,
    language: str,
    is_urgent: bool = False,
    integration: str = "",
) -> Draft:
    """Return the draft; `integration` is a public id or empty. Raises Invalid with every problem at once."""
    problems: list[FieldProblem] = []
    found = Integration.objects.filter(account=account, public_id=integration.replace("\x00", "")).first()
    if topic not in set(NoticeTopic):
        problems.append(FieldProblem("topic", NoticeCode.UNKNOWN_TOPIC))
    if integration and found is None:
        problems.append(FieldProblem("integration", NoticeCode.UNKNOWN_INTEGRATION))
    if not is_language(language):
        problems.append(FieldProblem("language", NoticeCode.UNKNOWN_LANGUAGE))
    title, text = _title(title, problems), _text(text, problems)
    if problems:
        raise Invalid(tuple(problems))
    return Draft(account, NoticeTopic(topic), title, text, language, is_urgent, found)


def _title(typed: str, problems: list[FieldProblem]) -> str:
    try:
        title = clean_line(typed, LONGEST_TITLE)
    except LineError:
        problems.append(FieldProblem("title", NoticeCode.TITLE_UNUSABLE, {"most": LONGEST_TITLE}))
        return ""
    if not title:
        problems.append(FieldProblem("title", NoticeCode.TITLE_NEEDED))
    return title


def _text(typed: str, problems: list[FieldProblem]) -> str:
    """Return the text with plain line ends, and without spaces around it."""
    text = nfc("\n".join(typed.splitlines())).strip()
    if not text:
        problems.append(FieldProblem("text", NoticeCode.TEXT_NEEDED))
    elif len(text) > LONGEST_TEXT:
        problems.append(FieldProblem("text", NoticeCode.TEXT_TOO_LONG, {"most": LONGEST_TEXT}))
    elif any(unicodedata.category(letter) == "Cc" and letter not in _LINES_AND_TABS for letter in text):
        problems.append(FieldProblem("text", NoticeCode.TEXT_UNUSABLE))
    return text
