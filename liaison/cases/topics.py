"""The topic *case update*: who hears of a Send, whether they still may when the moment comes, and in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from liaison.cases.delegated.owners import owners_told
from liaison.cases.letters.updates import headline_of, update_content
from liaison.cases.letters.writing import Written, written_of_each
from liaison.cases.readers import CaseReader, readers_of, readers_of_each
from liaison.catalog.vocabulary import Topic
from liaison.lib.addresses import mailbox_key
from liaison.lib.clock import utc_now
from liaison.notifications.facts import Circle, Person, Reason, TopicFacts, Withheld
from liaison.notifications.registry import Circumstances, Content, Headline, Recipient, Subject, TopicHandler

_PLACES = (Reason.FILED_THE_CASE, Reason.CASE_IS_SHARED, Reason.FOLLOWS_THE_CASE, Reason.WORKS_ON_THE_CASE)


class CaseUpdates(TopicHandler):
    """Filer, shares and followers, as far as each may read the case and wants to hear of it.

    Of a case that a delegate filed the customer's administrators hear as well, once.

    `batch` holds what was read at once for a batch of messages. Without it everything is read when it is asked.
    """

    def __init__(self, batch: _Batch | None = None) -> None:
        self._batch = batch

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances()

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        """Read who stands where. Whoever sent it does not hear of it, under no identity of the same mailbox (D10).

        Only who files a case is told that it is there, with its number.
        """
        if not subject.id:
            return TopicFacts(Topic.CASE_UPDATE, of_record=False)
        readers = readers_of(int(subject.facts["case"]), now)
        told = readers if subject.facts.get("filed") else _without_sender(readers, subject.facts.get("by"))
        circles = [Circle(place, _people(told, place)) for place in _PLACES]
        circles.append(Circle(Reason.ADMINISTRATOR, owners_told(subject)))
        return TopicFacts(Topic.CASE_UPDATE, tuple(one for one in circles if one.people), of_record=False)

    def preloaded(self, subjects: Sequence[Subject]) -> CaseUpdates:
        return CaseUpdates(_Batch(subjects, utc_now()))

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Say whether the recipient may read the case now, wants to hear of it, and is at this address."""
        batch = self._of(subject)
        return any(
            reader.is_told and reader.person.key == recipient.key and reader.is_at(recipient.address)
            for reader in batch.readers_of(subject)
        ) or any(
            one.blocked is None
            and one.key == recipient.key
            and mailbox_key(one.address) == mailbox_key(recipient.address)
            for one in batch.owners_of(subject)
        )

    def still_relevant(self, subject: Subject) -> bool:
        return self._of(subject).written(subject) is not None

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        return update_content(self._written(subject), recipient, self._whose(subject, recipient))

    def headline(self, subject: Subject, recipient: Recipient) -> Headline:
        return headline_of(self._written(subject), recipient, self._whose(subject, recipient))

    def _of(self, subject: Subject) -> _Batch:
        return self._batch or _Batch([subject], utc_now())

    def _written(self, subject: Subject) -> Written:
        written = self._of(subject).written(subject)
        if written is None:
            raise LookupError(f"the update {subject.id} is gone")
        return written

    def _whose(self, subject: Subject, recipient: Recipient) -> str:
        """Return whose links the mail has: the public id of an identity, or the key of a share."""
        if recipient.identity_id is None:
            return recipient.key
        batch = self._of(subject)
        people = (*(one.person for one in batch.readers_of(subject)), *batch.owners_of(subject))
        return next((one.public_id for one in people if one.key == recipient.key), "")


class _Batch:
    """What the subjects of a batch need, read in a fixed number of queries."""

    def __init__(self, subjects: Sequence[Subject], now: datetime) -> None:
        self._readers: Mapping[int, Sequence[CaseReader]] = readers_of_each(
            {int(subject.facts["case"]) for subject in subjects}, now
        )
        self._written = written_of_each({int(subject.id) for subject in subjects})
        self._owners: dict[str, tuple[Person, ...]] = {}

    def readers_of(self, subject: Subject) -> Sequence[CaseReader]:
        return self._readers.get(int(subject.facts["case"]), ())

    def owners_of(self, subject: Subject) -> tuple[Person, ...]:
        if subject.id not in self._owners:
            self._owners[subject.id] = owners_told(subject)
        return self._owners[subject.id]

    def written(self, subject: Subject) -> Written | None:
        return self._written.get(int(subject.id))


def _without_sender(readers: Sequence[CaseReader], sender: int | None) -> Sequence[CaseReader]:
    mailbox = next((one.person.address for one in readers if one.person.identity_id == sender), "")
    return [one for one in readers if one.person.identity_id != sender and not one.is_at(mailbox)]


def _people(readers: Sequence[CaseReader], place: Reason) -> tuple[Person, ...]:
    """Return who stands in the place and may read the case; who wants nothing stands there with the reason."""
    return tuple(
        one.person if one.wants else replace(one.person, blocked=one.person.blocked or Withheld.NOT_WANTED)
        for one in readers
        if place in one.reasons and one.may_read
    )
