"""An incident's story as one list, oldest first: what was seen, said, told and done, in the reader's language.

What the reader may not see is not in it: comments come through `access.visible_comments`, expectations and deliveries
through the doors of their rooms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.audit.wording import happened_label
from liaison.expectations.access import visible_expectations
from liaison.expectations.models import Expectation
from liaison.expectations.vocabulary import Answer
from liaison.expectations.wording import ANSWERS
from liaison.health.access import visible_comments
from liaison.health.models import Incident
from liaison.health.proof import Proof, ProofPart
from liaison.health.titles import findings_of
from liaison.health.vocabulary import IncidentEvent, IncidentSource, SubjectKind
from liaison.health.words import severity_name
from liaison.integrations.models import IntakeKey
from liaison.lib.dates import format_moment


class Entry(StrEnum):
    """What kind of thing an entry of the list is."""

    FIRST_BAD = "first_bad"
    STATE = "state"
    TOLD = "told"
    OWNER = "owner"
    COMMENT = "comment"
    EXPECTED = "expected"
    ANSWERED = "answered"
    INTEGRATION = "integration"
    NOTE = "note"


@dataclass(frozen=True)
class Line:
    """One entry. `by` is who, empty for the portal itself; `words` are somebody's own.

    `outcomes` are states of deliveries with their numbers; `is_internal` marks what is for staff alone.
    """

    at: datetime
    kind: Entry
    text: str
    by: str = ""
    words: str = ""
    outcomes: tuple[tuple[str, int], ...] = ()
    is_internal: bool = False
    look: str = ""


TOLD: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        IncidentEvent.OPENED: gettext_lazy("People are told that it began."),
        IncidentEvent.REOPENED: gettext_lazy("People are told that it is not over yet."),
        IncidentEvent.WORSENED: gettext_lazy("People are told that it got worse."),
        IncidentEvent.FOUND_MORE: gettext_lazy("People are told that more was found."),
        IncidentEvent.DISABLED: gettext_lazy("People are told that the integration was disabled."),
        IncidentEvent.STILL_THERE: gettext_lazy("People are told that it is still there after the pause."),
        IncidentEvent.OVERDUE: gettext_lazy("People are told that an answer is overdue."),
        IncidentEvent.RESOLVED: gettext_lazy("People are told that it is over."),
        IncidentEvent.ACKNOWLEDGED: gettext_lazy("People are told that somebody has it."),
    }
)
_OF_INCIDENT: Final[Mapping[str, tuple[Promise, str]]] = MappingProxyType(
    {
        Happened.INCIDENT_OPENED: (gettext_lazy("The incident was opened."), "bad"),
        Happened.INCIDENT_REOPENED: (gettext_lazy("It goes on."), "bad"),
        Happened.INCIDENT_WORSENED: (gettext_lazy("It got worse."), "bad"),
        Happened.INCIDENT_ACKNOWLEDGED: (gettext_lazy("Somebody took it."), "good"),
        Happened.INCIDENT_RESOLVED: (gettext_lazy("It is over."), "good"),
        Happened.INCIDENT_NOTE_WRITTEN: (gettext_lazy("The note was written."), ""),
    }
)
_OF_INTEGRATION: Final = (
    Happened.INTEGRATION_PAUSED,
    Happened.INTEGRATION_RESUMED,
    Happened.INTEGRATION_DISABLED,
    Happened.INTEGRATION_RESTORED,
)


def timeline_of(incident: Incident, reader: Identity, proof: Proof) -> tuple[Line, ...]:
    """Return the story, the newest last. The incident comes with its environment; a fixed number of queries."""
    events = _events(incident)
    names = _Names(events)
    lines = [
        _first_bad(incident),
        *(_of_event(event, names) for event in events),
        *(_told(part) for part in proof.parts),
        *_comments(incident, reader),
        *_expectations(incident, reader),
    ]
    return tuple(sorted(lines, key=lambda line: line.at))  # stable: of one moment, in the order above


def _first_bad(incident: Incident) -> Line:
    if incident.source != IncidentSource.RULES:
        return Line(incident.started_at, Entry.FIRST_BAD, _("It began, by the clock of whoever reported it."))
    moments = [str(one["first_bad_at"]) for one in findings_of(incident) if one.get("first_bad_at")]
    first = min((datetime.fromisoformat(one) for one in moments), default=incident.started_at)
    return Line(min(first, incident.started_at), Entry.FIRST_BAD, _("The first bad numbers were seen."))


def _events(incident: Incident) -> list[Event]:
    """Return what the history knows: of the incident, and of its integration while it went on."""
    kinds = (*_OF_INCIDENT, Happened.INCIDENT_OWNER_CHANGED)
    own = Event.objects.filter(subject_kind=incident.audit_ref.kind, subject_id=incident.audit_ref.id, kind__in=kinds)
    place = incident.environment.integration.audit_ref
    around = Event.objects.filter(
        subject_kind=place.kind, subject_id=place.id, kind__in=_OF_INTEGRATION, at__gte=incident.started_at
    )
    if incident.resolved_at is not None:
        around = around.filter(at__lte=incident.resolved_at)
    return [*own.order_by("id"), *around.order_by("id")]


def _of_event(event: Event, names: _Names) -> Line:
    by = names.who(event)
    if event.kind == Happened.INCIDENT_OWNER_CHANGED:
        owner = names.of_identity(event.changes["owner"][1])
        said = _("Owner: %(name)s") % {"name": owner} if owner else _("Nobody has it any more.")
        return Line(event.at, Entry.OWNER, said, by)
    if event.kind == Happened.INCIDENT_WORSENED:
        before, after = (severity_name(one) for one in event.changes["severity"])
        said = _("It got worse: the severity was %(before)s and is %(after)s.") % {"before": before, "after": after}
        return Line(event.at, Entry.STATE, said, by, look="bad")
    if event.kind in _OF_INCIDENT:
        words, look = _OF_INCIDENT[event.kind]
        kind = Entry.NOTE if event.kind == Happened.INCIDENT_NOTE_WRITTEN else Entry.STATE
        return Line(event.at, kind, str(words), by, look=look)
    return Line(event.at, Entry.INTEGRATION, happened_label(event.kind), by)


def _told(part: ProofPart) -> Line:
    said = TOLD.get(part.event, TOLD[IncidentEvent.OPENED])
    if not part.told:
        because = part.not_told[0].why if part.not_told else ""
        return Line(part.at, Entry.TOLD, _("Nobody was told."), words=because)
    outcomes = Counter(row.state for row in part.told)
    return Line(part.at, Entry.TOLD, str(said), outcomes=tuple(outcomes.items()))


def _comments(incident: Incident, reader: Identity) -> Iterator[Line]:
    for one in visible_comments(reader, incident):
        name = one.by.name if one.by else _("A former user")
        yield Line(one.at, Entry.COMMENT, _("Comment"), name, one.text, is_internal=one.is_internal)


def _expectations(incident: Incident, reader: Identity) -> Iterator[Line]:
    rows = visible_expectations(reader).filter(subject_kind=SubjectKind.INCIDENT, subject_id=str(incident.pk))
    for one in rows.prefetch_related("answers__by"):
        said = _("An answer is expected by %(moment)s.") % {"moment": _moment(one.first_due_at)}
        yield Line(one.asked_at, Entry.EXPECTED, said, one.asked_by.name if one.asked_by else "")
        yield from _answers(one)


def _answers(expectation: Expectation) -> Iterator[Line]:
    for given in expectation.answers.all():
        facts = {"answer": ANSWERS[Answer(given.answer)]}
        said = _("Answer: %(answer)s") % facts
        if given.estimate_at is not None:
            said = _("Answer: %(answer)s, solved by %(moment)s") % {**facts, "moment": _moment(given.estimate_at)}
        yield Line(given.at, Entry.ANSWERED, said, given.by.name if given.by else "", given.note)


class _Names:
    """The names of everybody who did something, read in one query for people and one for keys."""

    def __init__(self, events: Iterable[Event]) -> None:
        people: set[int] = set()
        keys: set[int] = set()
        for event in events:
            if event.actor_kind == ActorKind.IDENTITY:
                people.add(int(event.actor_id))
            elif event.actor_kind == ActorKind.INTAKE_KEY:
                keys.add(int(event.actor_id))
            people |= {one for one in event.changes.get("owner", ()) if one is not None}
        self._people = dict(Identity.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
        self._keys = dict(IntakeKey.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}

    def of_identity(self, key: int | None) -> str:
        return "" if key is None else self._people.get(key, "") or _("A former user")

    def who(self, event: Event) -> str:
        """Return who did it: a name, empty for the portal itself."""
        if event.actor_kind == ActorKind.IDENTITY:
            return self.of_identity(int(event.actor_id))
        if event.actor_kind == ActorKind.INTAKE_KEY:
            return _("Intake key: %(name)s") % {"name": self._keys.get(int(event.actor_id), event.actor_id)}
        return _("Somebody with a link") if event.actor_kind == ActorKind.LINK else ""


def _moment(moment: datetime) -> str:
    return format_moment(moment, get_language() or "en", timezone.get_current_timezone_name())
