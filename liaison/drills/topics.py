"""The topic *drill*: the chosen field is told as by the real topic, marked as a drill; a test message tells one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.drills import words
from liaison.drills.models import Drill, DrillAnswer, DrillSchedule, TestMessage
from liaison.drills.people import administrators, drill_facts, facts_of_test, folded, only, places_of
from liaison.drills.results import people_told
from liaison.drills.vocabulary import DrillEvent, SubjectKind
from liaison.notifications.facts import TopicFacts
from liaison.notifications.models import Escalation
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject, TopicHandler
from liaison.notifications.told import told_about


@dataclass(frozen=True)
class _Asked:
    """What a subject of a drill says: which field of which account, how, and what is told."""

    account: Account
    field: ContactField
    everybody: bool
    event: DrillEvent


class DrillTopic(TopicHandler):
    """Three kinds of subject: a drill (hypothetical ones without an id too), a schedule, and a test message."""

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances()

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        if subject.kind == SubjectKind.TEST:
            return facts_of_test(_test(subject))
        asked = _asked(subject)
        if asked.event in {DrillEvent.ANNOUNCED, DrillEvent.ENDED}:
            return administrators(asked.account)
        facts = drill_facts(asked.account, asked.field, everybody=asked.everybody)
        if asked.event is not DrillEvent.ACKNOWLEDGED:
            return facts
        told = told_about(subject.kind, subject.id).keys
        return only(facts, told - {str(subject.facts.get("except"))}) if told else TopicFacts(Topic.DRILL)

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Say whether the recipient stands there now, and can be written to there."""
        if subject.kind == SubjectKind.TEST:
            facts = facts_of_test(_test(subject))
        else:
            asked = _asked(subject)
            is_news = asked.event in {DrillEvent.ANNOUNCED, DrillEvent.ENDED}
            facts = (
                administrators(asked.account)
                if is_news
                else drill_facts(asked.account, asked.field, everybody=asked.everybody)
            )
        return (recipient.key, folded(recipient.address)) in places_of(facts)

    def still_relevant(self, subject: Subject) -> bool:
        """Say whether the drill still runs; that it is over stays true, and a test is sent whenever it is."""
        if subject.kind == SubjectKind.TEST:
            return True
        if subject.kind == SubjectKind.SCHEDULE:
            return DrillSchedule.objects.filter(pk=int(subject.id), paused_at=None).exists()
        if subject.facts["event"] == DrillEvent.ENDED:
            return True
        return Drill.objects.filter(pk=int(subject.id), ended_at=None).exists()

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        if subject.kind == SubjectKind.TEST:
            return words.content_of_test(_test(subject), recipient)
        event = DrillEvent(subject.facts["event"])
        if subject.kind == SubjectKind.SCHEDULE:
            schedule = DrillSchedule.objects.select_related("account").get(pk=int(subject.id))
            return words.announced_content(schedule, None, recipient, datetime.fromisoformat(subject.facts["at"]))
        drill = Drill.objects.select_related("account").get(pk=int(subject.id))
        if event is DrillEvent.ANNOUNCED and drill.started_at is not None:
            return words.announced_content(None, drill, recipient, drill.started_at)
        if event is DrillEvent.ENDED:
            told, answered = len(people_told(drill)), DrillAnswer.objects.filter(drill=drill).count()
            return words.drill_content(drill, event, recipient, told=told, answered=answered)
        has_it = _who_has_it(subject) if event is DrillEvent.ACKNOWLEDGED else ""
        return words.drill_content(drill, event, recipient, has_it=has_it)


def subject_of(drill: Drill, event: DrillEvent) -> Subject:
    """Return the subject of an announcement about a drill."""
    return Subject(SubjectKind.DRILL, str(drill.pk), drill.account_id, _facts(drill.field, event, drill.everybody))


def hypothetical(account: Account, field: ContactField, *, everybody: bool) -> Subject:
    """Return the subject of a drill that might be started: it can be previewed."""
    return Subject(SubjectKind.DRILL, "", account.pk, _facts(field, DrillEvent.STARTED, everybody))


def subject_of_schedule(schedule: DrillSchedule, at: datetime) -> Subject:
    facts = _facts(schedule.field, DrillEvent.ANNOUNCED, schedule.everybody) | {"at": at.isoformat()}
    return Subject(SubjectKind.SCHEDULE, str(schedule.pk), schedule.account_id, facts)


def subject_of_test(test: TestMessage) -> Subject:
    return Subject(SubjectKind.TEST, str(test.pk), test.account_id, {"event": DrillEvent.TEST.value})


def _facts(field: str, event: DrillEvent, everybody: bool) -> dict[str, str | bool]:  # of one dict
    return {"field": str(field), "everybody": everybody, "event": event.value}


def _asked(subject: Subject) -> _Asked:
    facts = subject.facts
    account = Account.objects.select_related("partner_manager").get(pk=subject.account_id or 0)
    return _Asked(account, ContactField(facts["field"]), bool(facts["everybody"]), DrillEvent(facts["event"]))


def _test(subject: Subject) -> TestMessage:
    return TestMessage.objects.select_related("account").get(pk=int(subject.id))


def _who_has_it(subject: Subject) -> str:
    """Return who answered first: the name that was typed, the user's, or that of the address whose link was used."""
    people = ("acknowledged_by", "acknowledged_through")
    found = Escalation.objects.select_related(*people).get(public_id=subject.facts["escalation"])
    through = found.acknowledged_through
    named = found.acknowledged_name or str(getattr(found.acknowledged_by, "name", "") or "")
    return named or ("" if through is None else through.name or through.address)
