"""The topic *maintenance*: who hears of a pause, when it still makes sense to say, and in which words."""

from __future__ import annotations

from datetime import datetime

from liaison.accounts import queries as accounts
from liaison.accounts.duty import people_on_call
from liaison.accounts.mail_choices import without_unwanted
from liaison.accounts.models import Account
from liaison.catalog.vocabulary import Topic
from liaison.integrations import words
from liaison.integrations.models import Pause, PauseState
from liaison.integrations.vocabulary import PauseEvent
from liaison.lib.addresses import mailbox_key
from liaison.lib.clock import utc_now
from liaison.notifications.facts import Circle, Person, Reason, TopicFacts
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject, TopicHandler


class Maintenance(TopicHandler):
    """Staff are told of each pause (S5), and so are the administrators of the account.

    Of the staff it is the partner manager and who is on call; the operator's administrators where there is nobody.
    """

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances()

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        account = Account.objects.select_related("partner_manager").get(pk=subject.account_id or 0)
        return TopicFacts(topic=Topic.MAINTENANCE, everyone=circles(account, now))

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Say whether the recipient stands there now, or was on call and may still see what happens everywhere."""
        account = Account.objects.select_related("partner_manager").get(pk=subject.account_id or 0)
        people = [person for circle in circles(account, utc_now()) for person in circle.people]
        if Reason.ON_CALL in recipient.reasons and recipient.identity_id is not None:
            people += accounts.staff_who_see_incidents(recipient.identity_id)
        return (recipient.key, _folded(recipient.address)) in _places(people)

    def still_relevant(self, subject: Subject) -> bool:
        """Say whether it is still ahead, or still true; what began, ended or was cancelled stays told."""
        pause = Pause.objects.filter(pk=int(subject.id)).first()
        if pause is None:
            return False
        event = PauseEvent(subject.facts["event"])
        if event is PauseEvent.SCHEDULED:
            return pause.state == PauseState.SCHEDULED
        if event is PauseEvent.CHANGED:
            return pause.state in {PauseState.SCHEDULED, PauseState.RUNNING}
        if event is PauseEvent.ENDS_SOON:
            is_the_end = pause.ends_at is not None and pause.ends_at.isoformat() == subject.facts["ends_at"]
            return pause.state == PauseState.RUNNING and is_the_end
        if event in {PauseEvent.PAST_ITS_END, PauseEvent.PAST_THE_CAP}:
            return pause.state == PauseState.RUNNING
        return True

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        related = "integration__account"
        return words.pause_content(Pause.objects.select_related(related).get(pk=int(subject.id)), subject, recipient)


def circles(account: Account, now: datetime) -> tuple[Circle, ...]:
    """Return who is told about the pauses of an account that was read with its partner manager."""
    manager = account.partner_manager
    staff: tuple[Circle, ...] = (
        Circle(Reason.PARTNER_MANAGER, _wanting((accounts.person(manager),) if manager else ())),
        Circle(Reason.ON_CALL, _wanting(people_on_call(now))),
    )
    if not any(person.blocked is None for circle in staff for person in circle.people):
        staff = (*staff, Circle(Reason.OPERATOR_ADMINISTRATOR, accounts.operator_administrators_as_people()))
    return (*staff, Circle(Reason.ADMINISTRATOR, _wanting(accounts.administrators_as_people(account))))


def _wanting(people: tuple[Person, ...]) -> tuple[Person, ...]:
    """Return them, with those blocked who chose not to hear of maintenance (R5)."""
    return without_unwanted(Topic.MAINTENANCE, people) if people else ()


def _places(people: list[Person]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (person.key, _folded(way.address)) for person in people if person.blocked is None for way in person.ways
    )


def _folded(address: str) -> str:
    return mailbox_key(address) if "@" in address else address
