"""The topic *relationship change*: by kind of subject somebody's letter, checked again at sending (invariant 2).

Rooms above that see what follows of a change (hand-overs, access that ended) register letters of their own.
"""

from __future__ import annotations

from datetime import datetime

from liaison.accounts.letters import AccountLetter
from liaison.catalog.vocabulary import Topic
from liaison.notifications.facts import Circle, Reason, TopicFacts
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject, TopicHandler


class RelationshipLetter(AccountLetter):
    """What is mailed of one kind of subject. `reason` is the place where those stand who get it."""

    reason: Reason = Reason.ADMINISTRATOR


_letters: dict[str, RelationshipLetter] = {}


def register_letter(subject_kind: str, letter: RelationshipLetter) -> None:
    """Fill one key; a second handler for the same kind of subject is a mistake."""
    if subject_kind in _letters and type(_letters[subject_kind]) is not type(letter):
        raise RuntimeError(f"mails about {subject_kind} have two handlers")
    _letters[subject_kind] = letter


class RelationshipChanges(TopicHandler):
    """Those concerned are told at once, each by the letter of the subject's kind."""

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances()

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        if not subject.id:
            return TopicFacts(Topic.RELATIONSHIP_CHANGE, of_record=False)
        letter = _letters[subject.kind]
        people = letter.addressed(subject)
        circles = (Circle(letter.reason, people),) if people else ()
        return TopicFacts(Topic.RELATIONSHIP_CHANGE, circles, of_record=False)

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        return any(
            one.key == recipient.key and one.blocked is None and one.address == recipient.address
            for one in _letters[subject.kind].addressed(subject)
        )

    def still_relevant(self, subject: Subject) -> bool:
        return _letters[subject.kind].still_relevant(subject)

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        return _letters[subject.kind].render(subject, recipient)
