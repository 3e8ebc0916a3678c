"""The history of the record in words: who, when, and what was before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liaison.accounts.models import Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.calendars.queries import region_name
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.labels import field_label
from liaison.contacts.models import ContactRecord
from liaison.contacts.summary import Line, fact_lines
from liaison.integrations.models import Brand

PER_PAGE: Final = 25

WHAT: Final[Mapping[Happened, Promise]] = {
    Happened.CONTACTS_COMPLETED: gettext_lazy("Completed the contact information"),
    Happened.CONTACTS_CHANGED: gettext_lazy("Changed the contact information"),
    Happened.CONTACTS_CONFIRMED: gettext_lazy("Confirmed the contact information"),
    Happened.CONTACT_ROLE_LEFT: gettext_lazy("Took a leaving person out of the contact roles"),
    Happened.ESCALATION_PACE_CHANGED: gettext_lazy("Changed how an escalation goes on"),
    Happened.DIGEST_CHANGED: gettext_lazy("Changed when the account hears of what is not urgent"),
    Happened.CONTACT_TOLD: gettext_lazy("Told a contact that they are named"),
    Happened.CONTACT_VERIFIED: gettext_lazy("Verified a contact"),
    Happened.CONTACT_CODE_REFUSED: gettext_lazy("Entered a wrong verification code"),
    Happened.CONTACT_DECLINED: gettext_lazy("Declined to be a contact"),
    Happened.CONTACT_HAS_LEFT: gettext_lazy("Said that a contact no longer works there"),
    Happened.CONTACT_UNREACHABLE: gettext_lazy("Mail to a contact came back"),
    Happened.CONTACT_DRAFT_SAVED: gettext_lazy("Worked on a draft"),
    Happened.CONTACT_DRAFT_DISCARDED: gettext_lazy("Discarded the draft"),
}


@dataclass(frozen=True)
class FieldChange:
    """One changed field, before and after; both empty lists of lines mean that only names were changed."""

    label: str
    before: tuple[Line, ...]
    after: tuple[Line, ...]

    @property
    def is_names_only(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class Entry:
    """One event: `who` is a name as it is today, for history itself holds ids only."""

    at: datetime
    who: str
    what: str
    changes: tuple[FieldChange, ...]
    about: tuple[str, ...] = ()  # the fields that it is about, where none was changed


@dataclass(frozen=True)
class HistoryPage:
    page: Page[Event]
    entries: tuple[Entry, ...]


def history_of(record: ContactRecord, number: int) -> HistoryPage:
    """Return one page of the record's history, newest first, in a fixed number of queries."""
    events = Event.objects.filter(
        subject_kind="contact_record", subject_id=str(record.pk or 0), kind__in=list(WHAT)
    ).order_by("-id")
    page = Paginator(events, PER_PAGE).get_page(number)
    shown = list(page.object_list)
    users = _names_of(shown)
    brands = dict(Brand.objects.filter(account=record.account_id).values_list("pk", "name"))
    return HistoryPage(page, tuple(_entry(event, users, brands) for event in shown))


def _entry(event: Event, users: Mapping[int, str], brands: Mapping[int, str]) -> Entry:
    return Entry(
        at=event.at,
        who=_who(event, users),
        what=str(WHAT[Happened(event.kind)]),
        changes=tuple(
            FieldChange(
                field_label(field),
                fact_lines(field, event.changes[field][0], users, brands),
                fact_lines(field, event.changes[field][1], users, brands),
            )
            for field in ContactField
            if field in event.changes
        )
        + _pace_changes(event)
        + _digest_changes(event),
        about=tuple(field_label(field) for field in ContactField if field in event.facts.get("fields", ())),
    )


def _pace_changes(event: Event) -> tuple[FieldChange, ...]:
    if "escalation" not in event.changes:
        return ()
    before, after = event.changes["escalation"]
    return (FieldChange(_("Escalation"), _pace_lines(before), _pace_lines(after)),)


def _pace_lines(side: list[dict[str, int]]) -> tuple[Line, ...]:
    return tuple(
        line
        for fact in side
        for line in (
            Line(_("Minutes for an answer: %(number)s") % {"number": fact["minutes"]}),
            Line(_("How often everybody is called: %(number)s") % {"number": fact["rounds"]}),
        )
    )


def _digest_changes(event: Event) -> tuple[FieldChange, ...]:
    if "digest" not in event.changes:
        return ()
    before, after = event.changes["digest"]
    return (FieldChange(_("When you hear from us"), _digest_lines(before), _digest_lines(after)),)


def _digest_lines(side: list[dict[str, Any]]) -> tuple[Line, ...]:
    return tuple(
        line
        for fact in side
        for line in (
            Line(_("As one e-mail in the support hours") if fact["waits_for_hours"] else _("At once")),
            Line(_("Public holidays: %(region)s") % {"region": region_name(fact["holiday_region"]) or _("None")}),
        )
    )


def _who(event: Event, users: Mapping[int, str]) -> str:
    if event.actor_kind == ActorKind.LINK:
        return _("Whoever reads the mail")
    if event.actor_kind != ActorKind.IDENTITY:
        return _("The portal")
    return users.get(int(event.actor_id), _("A former user"))


def _names_of(events: list[Event]) -> dict[int, str]:
    """Return the names of everybody who acted or is named in these events, in one query."""
    ids = {int(event.actor_id) for event in events if event.actor_kind == ActorKind.IDENTITY}
    for event in events:
        for sides in event.changes.values():
            ids |= {fact["identity"] for side in sides for fact in side if "identity" in fact}
    return dict(Identity.objects.filter(pk__in=ids).values_list("pk", "name"))
