"""The demo's people and accounts as the house that tests walk through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from liaison.accounts.actions import create_group
from liaison.accounts.actors import System
from liaison.accounts.models import Account, Identity
from liaison.calendars.actions import correct_holiday
from liaison.calendars.models import DayKind
from liaison.calendars.testing import make_layer, make_override, make_rota, make_swap
from liaison.cases.actions import add_note, share_case
from liaison.cases.models import Case
from liaison.cases.testing import make_case, make_update
from liaison.cases.vocabulary import CaseState, CloseReason
from liaison.catalog.vocabulary import ContactField, Severity
from liaison.contacts.actions import change_digest
from liaison.contacts.channels import contact_people
from liaison.contacts.testing import make_endpoint
from liaison.demo.seed import fill
from liaison.drills.actions import answer_drill_by_link, reference_of, send_test_message
from liaison.drills.models import Drill, TestMessage
from liaison.drills.people import contacts_of
from liaison.drills.testing import make_drill, make_schedule, told_by
from liaison.drills.ticking import run_drills
from liaison.filing.actions import save_draft
from liaison.filing.sheet import Sheet
from liaison.filing.vocabulary import Step
from liaison.health.acknowledging import acknowledge_incident
from liaison.health.actions import comment_incident, give_incident, receive_alerts, set_mark, write_note
from liaison.health.alertmanager import ParsedAlert
from liaison.health.models import Incident
from liaison.health.reporting import end_problem, report_problem
from liaison.integrations.actions import create_intake_key, schedule_pause
from liaison.integrations.models import Environment, EnvironmentName, Integration
from liaison.ledger.testing import deliveries_about, refuse
from liaison.lib.clock import utc_now
from liaison.lib.ids import new_public_id
from liaison.lib.testing import built_once
from liaison.monitoring.testing import make_history, make_standing
from liaison.notices.actions import raise_notice
from liaison.notices.models import Notice
from liaison.notifications.auditing.auditor import Auditor
from liaison.notifications.escalation.climbing import climb_due
from liaison.notifications.escalation.tokens import token_of
from liaison.notifications.facts import Channel
from liaison.notifications.models import AcknowledgedVia, Delivery, DeliveryState, Endpoint, Message, MessageState
from liaison.support.testing import make_interest
from tests.delegates import make_delegates

_DESCRIPTION: Final = (
    "Da lunedì circa una prenotazione su dieci non viene mai confermata.\n"
    "La richiesta arriva, la risposta è 200, ma lo stato resta PENDING."
)

_RECENT: Final = timedelta(minutes=3)
_begun: list[datetime] = []


@dataclass(frozen=True)
class House:
    """Everybody by the keys of the demo's cast, accounts by slug, and the incidents that were taken in."""

    accounts: dict[str, Account]
    people: dict[str, Identity]
    integrations: dict[str, tuple[Integration, ...]]
    incidents: dict[str, Incident]
    endpoint: Endpoint
    notice: Notice
    drill: Drill
    test: TestMessage
    cases: dict[str, Case]


def recent_house() -> House:
    """Return the house in an empty database, built by the verbs within the last minutes.

    Building takes seconds; within those minutes a process writes it back as it was (`built_once`).
    """
    now = utc_now()
    if not _begun or now - _begun[-1] > _RECENT:
        _begun.append(now)
    with transaction.atomic():
        return build_house(_begun[-1])


@built_once
def build_house(now: datetime) -> House:
    """Fill an empty database by the verbs of the product, and let an alert come in at each complete account."""
    with transaction.atomic():
        stage = fill(operator_name="Example Platform", now=now - timedelta(hours=1))
    endpoint = _endpoints(stage.accounts["lanterna"], now)
    drill, test = _drills(stage.people["luca"], now), _test(stage.people["luca"], now)
    incidents = {
        "emergency": _alert(stage.integrations["lanterna"][0], stage.people["luca"], "critical", now),
        "alert": _alert(stage.integrations["lanterna"][0], stage.people["luca"], "warning", now),
        "sandbox": _alert(
            stage.integrations["lanterna"][0], stage.people["luca"], "critical", now, EnvironmentName.SANDBOX
        ),
        "taken": _taken(stage.integrations["lanterna"][0], stage.people["luca"], now),
        "paused": _alert(stage.integrations["wisla"][0], stage.people["tomasz"], "warning", now),
        "measured": _measured(stage.integrations["lanterna"][0], stage.people["luca"], stage.people["agent"], now),
    }
    refuse(deliveries_about(incidents["alert"]).exclude(message=None)[0], now)
    notice = _notice(stage.people["luca"], stage.people["agent"], now)
    Auditor().look(now)
    _monitoring(stage.integrations, now)
    _rotas(stage.people, now)
    _planned_pause(stage.integrations["wisla"][0], stage.people["tomasz"], now)
    _draft_of_a_case(stage.integrations["lanterna"][0], stage.people["luca"], now)
    cases = _cases(stage.people, now)
    make_interest(now=now)
    make_interest(is_confirmed=False, address="marta@nowa.test", company="Nowa Kuchnia", language="pl", now=now)
    stage.people.update(make_delegates(now))
    return House(stage.accounts, stage.people, stage.integrations, incidents, endpoint, notice, drill, test, cases)


def _cases(people: dict[str, Identity], now: datetime) -> dict[str, Case]:
    """Let one case be talked about, in two languages and with a note, and another one be closed."""
    owner, agent = people["luca"], people["agent"]
    filed, asked = now - timedelta(days=2), now - timedelta(hours=3)
    open_case = make_case(
        owner, title="Le prenotazioni restano aperte", language="it", description=_DESCRIPTION, now=filed
    )
    make_update(
        agent,
        open_case,
        text="확인했습니다. 어느 매장에서 일어나는지 알려 주세요: https://status.example.test/42",
        set_state=CaseState.ACTION_REQUIRED,
        now=asked,
    )
    add_note(actor=agent, case=open_case, text="Same signature as last week: the proxy.", now=asked)
    closed = make_case(owner, title="Merchants are missing from the feed", now=filed)
    make_update(owner, closed, text="Solved, thank you.", close=CloseReason.SOLVED, now=asked)
    share_case(actor=owner, case=open_case, address="consulenza@studio.test", right="comment", now=asked)
    create_group(
        actor=owner,
        account=owner.account,
        address=f"turni@{owner.account.domains.get(is_system=True).name}",
        name="Turni",
        members=[owner],
        now=asked,
    )
    return {"open": open_case, "closed": closed}


def _draft_of_a_case(integration: Integration, owner: Identity, now: datetime) -> None:
    """Leave a case half written, with personal data in it."""
    save_draft(
        actor=owner,
        public_id=new_public_id(),
        account=owner.account,
        sheet=Sheet(
            about=f"integration:{integration.public_id}",
            title="Bookings stay open since this morning",
            category="technical_support",
            answers={"environment": "production", "can_repeat": "yes"},
            description="A guest paid with 4111 1111 1111 1111 and the booking stays open.",
            impacts=("many_affected",),
            language="it",
            time_zone="Europe/Rome",
        ),
        step=Step.DESCRIPTION,
        version=0,
        saved_from="",
        now=now,
    )


def _planned_pause(integration: Integration, owner: Identity, now: datetime) -> None:
    """Plan a pause of an integration that is paused now."""
    begins = now + timedelta(days=10)
    schedule_pause(
        actor=owner,
        integration=integration,
        starts_at=begins,
        until=begins + timedelta(hours=4),
        reason="Nowa baza danych",
        ends_by_itself=True,
        now=now,
    )


def _monitoring(integrations: dict[str, tuple[Integration, ...]], now: datetime) -> None:
    """Give one environment a history with trouble, and let another one stand well."""
    make_history(_production(integrations["lanterna"][0]), now)
    make_standing(_production(integrations["wisla"][0]), now)


def _production(integration: Integration) -> Environment:
    found = Environment.objects.select_related("integration__account")
    return found.get(integration=integration, name=EnvironmentName.PRODUCTION)


def _drills(owner: Identity, now: datetime) -> Drill:
    """Let two drills be answered, keep a schedule, and return one that is under way."""
    for days, minutes in ((60, 4), (30, 2)):
        at = now - timedelta(days=days)
        drill = make_drill(owner, owner.account, at)
        token = token_of(told_by(drill)[0].public_id)
        answer_drill_by_link(token=token, name="Night shift", now=at + timedelta(minutes=minutes))
        run_drills(at + timedelta(hours=1))
    deliveries = Delivery.objects.filter(announcement__subject_kind="drill")
    _arrive(deliveries, now)
    deliveries.filter(state=DeliveryState.ACCEPTED).update(finished_at=F("due_at") + timedelta(seconds=2))
    make_schedule(owner, owner.account, now, announced_days=3)
    return make_drill(owner, owner.account, now, ContactField.NON_EMERGENCY)


def _test(owner: Identity, now: datetime) -> TestMessage:
    contact = next(one for one in contacts_of(owner.account) if one.person.address)
    return send_test_message(actor=owner, account=owner.account, contact=reference_of(contact), now=now)


def _arrive(deliveries: QuerySet[Delivery], now: datetime) -> None:
    """Let the receiving servers take every message that waits."""
    owed = deliveries.filter(state=DeliveryState.PENDING)
    Message.objects.filter(deliveries__in=owed).update(
        state=MessageState.ACCEPTED, sent_sha256="0" * 64, finished_at=now
    )
    owed.update(state=DeliveryState.ACCEPTED, finished_at=now)


def _rotas(people: dict[str, Identity], now: datetime) -> None:
    """Draw up a rota with a layer for office hours, somebody who takes over, and a question to swap."""
    rota = make_rota("First line", now=now)
    layer = make_layer(rota, people["agent"], people["engineer"], people["administrator"], turn_days=2, now=now)
    make_layer(rota, people["engineer"], people["agent"], hours=((frozenset({1, 2, 3, 4, 5}), 540, 1080),), now=now)
    make_override(layer, people["administrator"], now + timedelta(days=3), now + timedelta(days=3, hours=9), now)
    make_swap(layer, people["agent"], now)
    day = date(now.year, 12, 24)
    correct_holiday(
        actor=people["administrator"],
        region="IT",
        day=day,
        kind=DayKind.HALF_DAY,
        end_minute=780,
        note_text="Agreed with the works council",
        now=now,
    )


def _notice(owner: Identity, agent: Identity, now: datetime) -> Notice:
    """Let staff write to an account that wants to hear of what is not urgent in its support hours."""
    change_digest(actor=owner, account=owner.account, waits_for_hours=True, holiday_region="IT", now=now)
    return raise_notice(
        actor=agent,
        account=owner.account,
        topic="merchant_issue",
        title="A restaurant asks to be removed",
        text="Trattoria Aurora writes that it does not work with you.\n\nPlease take it out of your feed.",
        language="en",
        now=now,
    )


def _taken(integration: Integration, owner: Identity, now: datetime) -> Incident:
    """Let an emergency be escalated twice, every message arrive, and its owner take it."""
    incident = _alert(integration, owner, "page", now - timedelta(minutes=12))
    for minutes in (7, 2):
        climb_due(now - timedelta(minutes=minutes))
    acknowledge_incident(actor=owner, incident=incident, via=AcknowledgedVia.PORTAL, now=now - timedelta(minutes=1))
    _arrive(deliveries_about(incident), now)
    return incident


def _measured(integration: Integration, owner: Identity, agent: Identity, now: datetime) -> Incident:
    """Let our own rules find a problem, people talk about it, and end it."""
    began, over = now - timedelta(minutes=50), now - timedelta(minutes=15)
    finding = {
        "rule": "booking_errors", "scope": "CreateBooking", "measure": "error_rate", "severity": "error",
        "value": 0.3111, "threshold": 0.05, "window_minutes": 30, "calls": 900, "errors": 280, "merchants": 12,
        "baseline": 0.004, "codes": [["500", 270], ["timeout", 10]], "merchants_most": [["m-17", 40], ["m-3", 22]],
        "first_bad_at": began.isoformat(), "fired_at": began.isoformat(), "ended_at": None,
    }  # fmt: skip
    rules = System("house").audit_ref
    set_mark(
        actor=owner, account=owner.account, title="Release 4.2", link="https://ci.example.com/42", at=began, now=now
    )
    with transaction.atomic():
        incident = report_problem(
            environment=_production(integration), dedup_key="rules:house", source="rules", severity=Severity.ERROR,
            started_at=began, facts={"findings": [finding]}, actor=rules, now=began + timedelta(minutes=2),
        )  # fmt: skip
    give_incident(actor=owner, incident=incident, owner=owner, now=began + timedelta(minutes=6))
    comment_incident(actor=owner, incident=incident, text="Rolling back to 4.1.", now=began + timedelta(minutes=9))
    text = "The same as in spring: their certificate."
    comment_incident(actor=agent, incident=incident, text=text, is_internal=True, now=began + timedelta(minutes=12))
    facts = {"findings": [{**finding, "ended_at": over.isoformat()}]}
    with transaction.atomic():
        ended = end_problem(incident=incident, ended_at=over, facts=facts, actor=rules, now=over)
    return write_note(actor=owner, incident=ended, text="A certificate ran out.\nIt is watched now.", now=now)


def _endpoints(account: Account, now: datetime) -> Endpoint:
    """Give contacts endpoints in every state; the first of them works."""
    people = contact_people(account)
    days = {number: now - timedelta(days=number) for number in range(7)}
    make_endpoint(account, people[0].key, name="Chat of the team", failing_since=days[2], last_accepted_at=days[3])
    make_endpoint(
        account,
        people[-1].key,
        name="Old pager",
        disabled_at=days[1],
        disabled_because="gone",
        last_accepted_at=days[4],
    )
    chat = {"channel": Channel.SLACK, "url": "https://hooks.slack.com", "ends_with": "9f3a"}
    make_endpoint(account, people[0].key, name="Room of the operations", last_accepted_at=days[0], **chat)
    phone = {"channel": Channel.SMS, "url": "tel:+390612345678", "only_emergencies": True}
    make_endpoint(account, people[0].key, name="Phone of the night shift", **phone)
    make_endpoint(account, "address:former@lanterna.test", name="Pager of a former alias")
    return make_endpoint(
        account,
        people[-1].key,
        last_accepted_at=days[0],
        previous_secret="sealed",
        previous_secret_until=now + timedelta(hours=20),
    )


def _alert(
    integration: Integration,
    owner: Identity,
    severity: str,
    now: datetime,
    environment: EnvironmentName = EnvironmentName.PRODUCTION,
) -> Incident:
    side = Environment.objects.get(integration=integration, name=environment)
    with transaction.atomic():
        created = create_intake_key(actor=owner, environment=side, name=f"{severity} of the house", now=now)
        (received,) = receive_alerts(
            key=created.key,
            alerts=[
                ParsedAlert(
                    is_firing=True,
                    fingerprint=f"{integration.public_id}-{environment}-{severity}",
                    title="CheckAvailability answers HTTP 500",
                    severity_word=severity,
                    labels={"alertname": "ErrorRate", "severity": severity},
                    annotations={"summary": "CheckAvailability answers HTTP 500"},
                    starts_at=now - timedelta(minutes=5),
                    ends_at=None,
                )
            ],
            now=now,
        )
    return received.incident
