"""How things stand in the database, asked when Prometheus asks: what waits, for how long, and what is open.

Each question is answered by an index over what is open, however much history there is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from liaison.detection.models import Pass
from liaison.files.scanning import held_back
from liaison.files.storage import has_room
from liaison.health.models import Incident, IncidentState
from liaison.integrations.models import Integration, Pause, PauseState
from liaison.mail.models import InboundMail
from liaison.notifications.models import DeliveryAudit, Escalation, EscalationState, Message, MessageState
from liaison.probes.models import HealthCheck

_OPEN_MESSAGES: Final = (
    MessageState.GATHERING,
    MessageState.PENDING,
    MessageState.UNKNOWN,
    MessageState.SENDING,
    MessageState.HANDED_OVER,
)
_LATE: Final = timedelta(seconds=30)
_LONGEST_QUESTION: Final = "2s"

logger = logging.getLogger(__name__)
Families = Iterable[GaugeMetricFamily]


class Standing(Collector):
    """Asks the database as of `now`. One that does not answer is `liaison_database_up 0`, and no mistake."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing, so that registering asks the database nothing."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every family, or only that the database is away."""
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [_LONGEST_QUESTION])
                found = [family for question in _QUESTIONS for family in question(self._now)]
        except DatabaseError:
            logger.warning("The database does not answer what /metrics asks.", exc_info=True)
            yield _one("liaison_database_up", "Whether the database answers.", 0)
            return
        yield _one("liaison_database_up", "Whether the database answers.", 1)
        yield from found


def _messages(now: datetime) -> Families:
    rows = Message.objects.filter(state__in=_OPEN_MESSAGES).order_by()
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    yield _many(
        "liaison_messages_waiting",
        "Messages that are owed, by their state.",
        "state",
        {state.value: counts.get(state.value, 0) for state in _OPEN_MESSAGES},
    )
    due = rows.filter(state__in=_OPEN_MESSAGES[:3], due_at__lte=now).values_list("priority").annotate(Min("due_at"))
    yield _many(
        "liaison_messages_oldest_due_seconds",
        "How long the oldest message that is due waits, by the priority of its topic (0 emergencies, 10 alerts).",
        "priority",
        {str(priority): 0.0 for priority in (0, 10, 20, 30)} | {str(key): _age(at, now) for key, at in due},
    )


def _audit(now: datetime) -> Families:
    last = DeliveryAudit.objects.order_by("-at").first()
    yield _one("liaison_delivery_audit_passed", "Whether the last audit of the deliveries passed.", _passed(last))
    age = _age(last.at, now) if last else -1.0
    yield _one("liaison_delivery_audit_age_seconds", "How old the last audit of the deliveries is.", age)


def _escalations(now: datetime) -> Families:
    running = Escalation.objects.filter(state=EscalationState.RUNNING)
    found = running.aggregate(count=Count("pk"), oldest=Min("next_at"))
    yield _one("liaison_escalations_running", "Escalations in which nobody has it yet.", found["count"])
    late = max(_age(found["oldest"], now), 0.0)
    yield _one("liaison_escalation_step_late_seconds", "How late the next step of an escalation is.", late)


def _incidents(_now: datetime) -> Families:
    unresolved = Incident.objects.exclude(state=IncidentState.RESOLVED).order_by()
    counts = dict(unresolved.values_list("severity").annotate(Count("pk")))
    yield _many("liaison_incidents_open", "Incidents that go on, by severity.", "severity", counts)


def _integrations(_now: datetime) -> Families:
    launched = Integration.objects.exclude(status="").order_by()
    counts = dict(launched.values_list("status").annotate(Count("pk")))
    known = {status: counts.get(status, 0) for status in ("live", "paused", "disabled")}
    yield _many("liaison_integrations", "Launched integrations, by status.", "status", known)
    planned = Pause.objects.filter(state=PauseState.SCHEDULED).count()
    yield _one("liaison_pauses_planned", "Pauses that are planned and have not begun.", planned)


def _rules(now: datetime) -> Families:
    last = Pass.objects.exclude(finished_at=None).order_by("-end").first()
    age = _age(last.end, now) if last else -1.0
    yield _one("liaison_rule_pass_age_seconds", "How long ago the minute was that was judged last.", age)
    seconds = last.seconds or 0.0 if last else 0.0
    yield _one("liaison_rule_pass_seconds", "How long the last evaluation of all rules took.", seconds)
    yield _one("liaison_rule_pass_environments", "Environments judged in it.", last.environments if last else 0)
    yield _one("liaison_rule_pass_failures", "Environments that could not be judged.", last.failures if last else 0)


def _checks(now: datetime) -> Families:
    watched = HealthCheck.objects.filter(is_on=True)
    yield _one("liaison_health_checks", "Health checks that are made.", watched.count())
    late = watched.filter(next_at__lt=now - _LATE).count()
    yield _one("liaison_health_checks_late", "Health checks that nobody makes although they are due.", late)


def _mail_in(now: datetime) -> Families:
    waiting = InboundMail.objects.filter(state__in=["received", "reading"], read_after__lte=now)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("read_after"))
    yield _one("liaison_incoming_mail_waiting", "Mails that came in and are not read yet.", found["count"])
    oldest = max(_age(found["oldest"], now), 0.0)
    yield _one("liaison_incoming_mail_oldest_seconds", "How long the oldest of them waits.", oldest)


def _files(now: datetime) -> Families:
    held = held_back()
    found = held.aggregate(count=Count("pk"), oldest=Min("created_at"))
    yield _one("liaison_files_held", "Files that wait for the virus scanner.", found["count"])
    yield _one("liaison_files_held_oldest_seconds", "How long the oldest of them waits.", _age(found["oldest"], now))
    yield _one("liaison_files_have_room", "Whether files are taken: the disk has the room that must stay.", has_room())


_QUESTIONS: Final[tuple[Callable[[datetime], Families], ...]] = (
    _messages, _audit, _escalations, _incidents, _integrations, _rules, _checks, _mail_in, _files,
)  # fmt: skip


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _many(name: str, words: str, label: str, values: dict[str, float] | dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _passed(audit: DeliveryAudit | None) -> int:
    return int(audit is not None and audit.passed)


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else (now - moment).total_seconds()
