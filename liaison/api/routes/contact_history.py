"""The history of the contact information: who changed what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.access import account_for
from liaison.accounts.models import Account, Identity
from liaison.api.bearer import actor_of
from liaison.api.codes import ValueCode
from liaison.api.cursors import Asked, Page
from liaison.api.operations import Operations
from liaison.api.shapes import contacts as shapes
from liaison.api.shapes.people import person_of
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind
from liaison.contacts.access import contact_record_for
from liaison.contacts.history import WHAT
from liaison.integrations.models import Brand
from liaison.lib.refusals import FieldProblem, Invalid

operations = Operations("contact-information")


@operations.get(
    "/accounts/{slug}/contact-information/history",
    Page[shapes.ContactChange],
    _("List the changes of the contact information"),
    open_at_the_gate=True,
)
def list_contact_changes(request: HttpRequest, slug: str, window: Asked) -> Page[shapes.ContactChange]:
    """List the changes, newest first. Users who were deleted since show as null."""
    actor = actor_of(request)
    account = account_for(actor, slug)
    record = contact_record_for(actor, account)
    events = Event.objects.filter(subject_kind="contact_record", subject_id=str(record.pk or 0), kind__in=list(WHAT))
    skipped, rows = 0, events
    if window.cursor:
        moment, skipped = _place(window.cursor)
        rows = events.filter(at__lte=moment)
    found = list(rows.order_by("-at", "-id")[skipped : skipped + window.limit + 1])
    shown = found[: window.limit]
    following = None
    if len(found) > len(shown):
        last = shown[-1]
        passed = events.filter(at=last.at, id__gte=last.pk).count()
        following = f"{last.at.astimezone(UTC).isoformat()}~{passed}"
    names = _names(account, shown)
    return Page(items=[_change(event, names) for event in shown], next=following)


@dataclass(frozen=True)
class _Names:
    """Whom and what the events name, by the numbers that history keeps."""

    people: Mapping[int, Identity]
    brands: Mapping[int, str]


_MOST_DIGITS = 7


def _place(cursor: str) -> tuple[datetime, int]:
    """Return the moment in the cursor, and how many events of that moment were shown: one submission makes several.

    Numbers of events would tell how much happens in the whole portal.
    """
    text, _tilde, passed = cursor.partition("~")
    if passed and not (passed.isascii() and passed.isdigit() and len(passed) < _MOST_DIGITS):
        raise Invalid((FieldProblem("cursor", ValueCode.UNKNOWN_CURSOR),))
    return _moment(text), int(passed or 0)


def _moment(cursor: str) -> datetime:
    try:
        moment = datetime.fromisoformat(cursor)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid((FieldProblem("cursor", ValueCode.UNKNOWN_CURSOR),)) from error


def _names(account: Account, events: list[Event]) -> _Names:
    ids = {int(event.actor_id) for event in events if event.actor_kind == ActorKind.IDENTITY}
    for event in events:
        facts = (fact for sides in event.changes.values() for side in sides for fact in side)
        ids |= {fact["identity"] for fact in facts if "identity" in fact}
    people = {identity.pk: identity for identity in Identity.objects.filter(pk__in=ids)}
    return _Names(people, dict(Brand.objects.filter(account=account).values_list("pk", "public_id")))


def _change(event: Event, names: _Names) -> shapes.ContactChange:
    by = names.people.get(int(event.actor_id)) if event.actor_kind == ActorKind.IDENTITY else None
    changes = {
        field: [[_fact(fact, names) for fact in side] for side in sides] for field, sides in event.changes.items()
    }
    return shapes.ContactChange(at=event.at, event=event.kind, by=person_of(by), changes=changes)


def _fact(fact: Mapping[str, Any], names: _Names) -> dict[str, Any]:
    shown = dict(fact)
    if "identity" in fact:
        identity = names.people.get(fact["identity"])
        shown["identity"] = identity.public_id if identity else None
    if "brand" in fact:
        shown["brand"] = names.brands.get(fact["brand"])
    return shown
