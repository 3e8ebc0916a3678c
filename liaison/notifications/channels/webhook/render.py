"""From a letter to the body of a webhook: facts for programs, and what the mail says for people.

`docs/reference/webhooks.md` promises this shape to receivers: fields are added, never changed or taken away.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from liaison.notifications.channels.contract import Letter, Rendered, UndeliverableError
from liaison.notifications.channels.email.frame import clean_slots, frame_of, reader_name, text_body
from liaison.notifications.channels.email.headers import one_line
from liaison.notifications.wording import WHY_YOU

_LONGEST_SUBJECT: Final = 200


def render_event(letter: Letter) -> Rendered:
    """Return the subject and the body, JSON in UTF-8. Called with the reader's language and zone active.

    Raises UndeliverableError for links that sign somebody in: those go to a person's own mailbox alone.
    """
    content = letter.content
    if content.goes_by_mail_alone:
        raise UndeliverableError("what is confidential goes by mail alone")
    facts = dict(content.data)
    subject = one_line(content.subject, _LONGEST_SUBJECT)
    event = {
        "type": facts.pop("type", _type_of(letter)),
        "timestamp": moment(letter.at),
        "data": {
            "delivery": letter.public_id,
            "subject": subject,
            "text": _text(letter, subject),
            "language": letter.recipient.language,
            "recipient": {"name": letter.recipient.name},
            "why": [
                {"topic": one.topic.value, "reason": one.reason.value, "text": str(WHY_YOU[one.reason])}
                for one in letter.because
            ],
            **facts,
        },
    }
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return Rendered(subject, body.encode("utf-8", "replace"))


def moment(at: datetime) -> str:
    """Return a moment as the events say it: ISO 8601 in UTC, in milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _type_of(letter: Letter) -> str:
    """Return the first topic, for contents that bring no type of their own."""
    return letter.because[0].topic.value if letter.because else "notice"


def _text(letter: Letter, subject: str) -> str:
    """Return the words of the mail without its HTML; a program that shows them needs no translation of its own."""
    slots = clean_slots(letter.content.slots)
    frame = frame_of(letter, subject=subject, recipient_name=reader_name(letter))
    return text_body(letter.content.template, {**letter.content.context, **slots, "slots": slots, "mail": frame})


def _plain(value: Any) -> str:
    return moment(value) if isinstance(value, datetime) else str(value)
