"""What a message says of what is expected: what, by when, and how its reader answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from liaison.expectations.links import answer_link, may_be_asked
from liaison.expectations.models import Expectation
from liaison.expectations.vocabulary import Expected
from liaison.expectations.wording import EXPECTED
from liaison.lib.dates import format_moment
from liaison.notifications.registry import Recipient
from liaison.notifications.return_addresses import answer_address


@dataclass(frozen=True)
class Asking:
    """What is expected about a subject, in the language and zone that are active.

    `link` is empty for a reader who does not answer for the partner; `answer_to` where no mail could count.
    """

    public_id: str
    expected: Expected
    words: str
    due_at: datetime
    due: str
    link: str
    answer_to: str

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return it for programs."""
        return {"id": self.public_id, "expected": self.expected.value, "due_at": self.due_at}


def asking_about(subject_kind: str, subject_id: str, recipient: Recipient, *, link: bool = True) -> Asking | None:
    """Return what is expected now about a subject; None where nothing is. One query.

    Without `link` the message has no link by which whoever holds it answers.
    """
    rows = Expectation.objects.filter(subject_kind=subject_kind, subject_id=subject_id, closed_at=None)
    found = rows.first()
    return None if found is None else asking_of(found, recipient, link=link)


def asking_of(found: Expectation, recipient: Recipient, *, link: bool = True) -> Asking:
    """Return what is expected, as this recipient reads it."""
    answers = may_be_asked(recipient)
    expected = Expected(found.expected)
    return Asking(
        public_id=found.public_id,
        expected=expected,
        words=str(EXPECTED[expected]),
        due_at=found.due_at,
        due=format_moment(found.due_at, get_language() or "en", timezone.get_current_timezone_name()),
        link=answer_link(recipient.delivery) if answers and link else "",
        answer_to=answer_address(recipient.delivery) if answers else "",
    )
