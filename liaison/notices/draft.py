"""What somebody typed, made clean or refused, before it is previewed or raised."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from liaison.accounts.models import Account
from liaison.catalog.vocabulary import Topic
from liaison.expectations.dues import checked_due, usual_due
from liaison.expectations.vocabulary import Expected
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
    """A notice that could be raised. `integration` is None for one about the account as a whole.

    What is `expected` of the partner is expected by `due_at`; both are None where nothing is.
    """

    account: Account
    topic: NoticeTopic
    title: str
    text: str
    language: str
    is_urgent: bool
    integration: Integration | None
    expected: Expected | None
    due_at: datetime | None

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
    expected: str = "",
    due_at: datetime | None = None,
    now: datetime,
) -> Draft:
    """Return the draft. Raises Invalid with every problem at once.

    `integration` is a public id or empty. `expected` is one of `Expected`, or empty where nothing is; without a
    `due_at` (aware) the account has the usual time.
    """
    problems: list[FieldProblem] = []
    found = Integration.objects.filter(account=account, public_id=integration.replace("\x00", "")).first()
    if topic not in set(NoticeTopic):
        problems.append(FieldProblem("topic", NoticeCode.UNKNOWN_TOPIC))
    if integration and found is None:
        problems.append(FieldProblem("integration", NoticeCode.UNKNOWN_INTEGRATION))
    if not is_language(language):
        problems.append(FieldProblem("language", NoticeCode.UNKNOWN_LANGUAGE))
    title, text = _title(title, problems), _text(text, problems)
    due_at = _due(account, topic, (expected, due_at), now, problems)
    if problems:
        raise Invalid(tuple(problems))
    wish = Expected(expected) if expected else None
    return Draft(account, NoticeTopic(topic), title, text, language, is_urgent, found, wish, due_at)


def _due(
    account: Account, topic: str, wish: tuple[str, datetime | None], now: datetime, problems: list[FieldProblem]
) -> datetime | None:
    """Return by when it is expected, the usual where nothing was chosen; None where nothing is."""
    expected, due_at = wish
    if not expected:
        return None
    if due_at is None:  # of a topic that is none, which is a problem by itself, any time will do
        due_at = usual_due(account, Topic(topic if topic in set(NoticeTopic) else NoticeTopic.TECHNICAL_NOTICE), now)
    try:
        return checked_due(expected, due_at, now)
    except Invalid as refusal:
        problems.extend(refusal.problems)
        return None


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
