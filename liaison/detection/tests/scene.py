"""What the tests of the evaluation share: a partner with people on its record, and calls that go well or do not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from liaison import catalog
from liaison.accounts.models import Account
from liaison.accounts.testing import Cast
from liaison.catalog.rules import Rule
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.models import ContactEntry
from liaison.detection.models import Finding, RuleOverride
from liaison.health.models import Incident
from liaison.health.tests.house import add_contacts
from liaison.integrations.models import Integration, Status
from liaison.notifications.models import Announcement, Delivery
from liaison.signals.testing import Calls

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
OWNER, COLLEAGUE, PAGER, ENGINEER = (
    "olivia@bistro.test", "carlo@bistro.test", "pager@bistro.test", "api-team@bistro.test",
)  # fmt: skip

WELL = Calls(20, latency_ms=300)
BAD = Calls(20, errors=10, merchants=6, latency_ms=300)
SLOW = Calls(20, latency_ms=9000)


def people_of(cast: Cast) -> None:
    """Put the owner and a colleague on the record for alerts, a pager for emergencies, an engineer for the rest."""
    record = add_contacts(cast.partner, alert=(cast.owner, cast.colleague), emergency=(PAGER, cast.owner))
    ContactEntry.objects.create(record=record, field=ContactField.NON_EMERGENCY, position=0, address=ENGINEER)


def said_about(account: Account) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what was announced, in order: about what, as what, and to whom (nobody where all was suppressed)."""
    found = []
    for one in Announcement.objects.filter(account_id=account.pk).order_by("pk"):
        owed = Delivery.objects.filter(announcement=one).exclude(state="suppressed")
        addresses = tuple(sorted(set(owed.values_list("address", flat=True))))
        found.append((one.subject_kind, str(one.facts.get("event", "")), addresses))
    return found


def heard(integration: Integration) -> list[tuple[str, bool]]:
    """Return the events of incidents that were announced, in order, and whether anybody was told."""
    return [(event, bool(people)) for kind, event, people in said_about(integration.account) if kind == "incident"]


def status_of(integration: Integration) -> Status:
    return Status(Integration.objects.get(pk=integration.pk).status)


def everything() -> tuple[Any, ...]:
    """Return all that a pass may write, to compare before and after."""
    return tuple(list(model.objects.order_by("pk").values()) for model in (Finding, Incident, Announcement, Delivery))


def off(*keys: str) -> None:
    """Switch rules off for everybody."""
    for key in keys:
        RuleOverride.objects.create(rule=key, is_on=False, changed_at=START)


def only(*keys: str) -> None:
    """Switch all other rules off for everybody."""
    off(*(key for key in catalog.rules() if key not in keys))


def changed(key: str, **parameters: Any) -> Rule:
    """Give a rule of the catalog other parameters for everybody, switched on, and return it as it is then."""
    RuleOverride.objects.update_or_create(
        rule=key, kind="", integration=None, defaults={"parameters": parameters, "is_on": True, "changed_at": START}
    )
    return replace(catalog.rules()[key], **parameters)


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before
