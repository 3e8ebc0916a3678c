"""Cases for tests and the demo, made by the real verbs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity
from liaison.accounts.testing import TESTS
from liaison.cases import actions
from liaison.cases.models import Case, CaseUpdate
from liaison.cases.requests import NewCase, Sending
from liaison.cases.vocabulary import CloseReason
from liaison.catalog.casework import URGENT_TECHNICAL_SUPPORT
from liaison.catalog.vocabulary import CaseSeverity, Severity, SupportTier
from liaison.health.models import Incident
from liaison.health.reporting import report_problem
from liaison.integrations.models import Integration, Stage
from liaison.integrations.testing import environment_of, make_launched
from liaison.lib.clock import utc_now


def new_case(account: Account, **values: Any) -> NewCase:
    """Return a new case with everything that one needs; `values` are fields of `NewCase`."""
    given: dict[str, Any] = {
        "product": "other",
        "title": "Bookings stay open",
        "description": "Since Monday some bookings are never confirmed.",
        "category": "question",
        "answers": {},
        "severity": CaseSeverity.MEDIUM,
        "language": "en",
        "time_zone": "Europe/Rome",
    }
    return NewCase(account=account, **{**given, **values})


def urgent_case(integration: Integration, **values: Any) -> NewCase:
    """Return a new case of urgent technical support about a launched integration."""
    given: dict[str, Any] = {
        "product": integration.kind,
        "integration": integration,
        "category": URGENT_TECHNICAL_SUPPORT,
        "criterion": "integration_down",
        "severity": CaseSeverity.CRITICAL,
        "answers": {"started_at": "2026-03-02T09:00", "changed_lately": "no"},
        "title": "No booking comes through",
        "description": "Every call is answered with 500.",
    }
    return new_case(integration.account, **{**given, **values})


def make_case(actor: Identity, *, now: datetime | None = None, **values: Any) -> Case:
    """File a case for the actor's account, or for `account`."""
    account = values.pop("account", None) or actor.account
    return actions.file_case(actor=actor, new=new_case(account, **values), now=now or utc_now())


def make_update(actor: Actor, case: Case, *, now: datetime | None = None, **values: Any) -> CaseUpdate:
    """Send an update; `values` are fields of `Sending`."""
    return actions.send_update(actor=actor, case=case, sending=Sending(**values), now=now or utc_now())


def make_premium(account: Account) -> Account:
    """Give an account premium support."""
    account.support_tier = SupportTier.PREMIUM
    account.save(update_fields=["support_tier"])
    return account


def make_closed(actor: Actor, case: Case, *, now: datetime | None = None) -> Case:
    """Close a case as solved, and return it."""
    return make_update(actor, case, now=now, close=CloseReason.SOLVED).case


def make_incident(account: Account, now: datetime) -> Incident:
    """Let something be wrong with the account's launched integration, made where there is none."""
    integration = account.integrations.filter(stage=Stage.LAUNCHED).first() or make_launched(account)
    with transaction.atomic():
        return report_problem(
            environment=environment_of(integration),
            dedup_key=f"tests:{now.isoformat()}",
            source="rules",
            severity=Severity.ERROR,
            started_at=now,
            facts={"findings": []},
            actor=TESTS.audit_ref,
            now=now,
        )
