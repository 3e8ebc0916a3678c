"""Deliveries at the desk: what did not arrive, what nobody knows, what is late, and what reached nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.accounts.access import visible_accounts
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import Privilege
from liaison.catalog.loader import topics
from liaison.catalog.vocabulary import Topic
from liaison.ledger.access import visible_deliveries
from liaison.ledger.rows import Row, rows_of
from liaison.notifications.auditing.reading import LATE, deliveries_that_did_not_arrive
from liaison.notifications.models import HELD_MESSAGE_STATES, Announcement, Delivery, DeliveryState, MessageState
from liaison.notifications.queries import ledger_lines

PER_PAGE: Final = 25
SHOWN_FOR: Final = timedelta(days=30)


class Tab(StrEnum):
    """What is listed."""

    NOT_ARRIVED = "not_arrived"
    UNKNOWN = "unknown"
    LATE = "late"
    NOBODY = "nobody"


TABS: Final[Mapping[Tab, Promise]] = MappingProxyType(
    {
        Tab.NOT_ARRIVED: _("Did not arrive"),
        Tab.UNKNOWN: _("Outcome unknown"),
        Tab.LATE: _("Late"),
        Tab.NOBODY: _("Reached nobody"),
    }
)
KINDS: Final[Mapping[MessageState, Promise]] = MappingProxyType(
    {
        MessageState.FAILED: _("Failed"),
        MessageState.REFUSED: _("Refused"),
        MessageState.BOUNCED: _("Bounced"),
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asks for: a tab, a kind of failure, the short name of an account, also what was seen already."""

    tab: Tab = Tab.NOT_ARRIVED
    kind: str = ""
    account: str = ""
    seen: bool = False


@dataclass(frozen=True, slots=True)
class NobodyRow:
    """An announcement that reached nobody, or nobody for some of its topics."""

    at: datetime
    topics: tuple[str, ...]
    account: Account | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a tab, and how many each tab holds. Of `rows` and `nobody` one is filled."""

    page: Page[Delivery] | Page[Announcement]
    rows: tuple[Row, ...]
    nobody: tuple[NobodyRow, ...]
    counts: Mapping[Tab, int]


def asked_of(values: Mapping[str, str]) -> Asked:
    """Read what is asked for; what cannot be meant is left out."""
    tab, kind = values.get("tab", ""), values.get("kind", "")
    return Asked(
        tab=Tab(tab) if tab in list(Tab) else Tab.NOT_ARRIVED,
        kind=kind if kind in list(KINDS) else "",
        account=values.get("account", "").replace("\x00", "").strip()[:100],
        seen=values.get("seen") == "1",
    )


def deliveries_at_the_desk(reader: Identity, asked: Asked, number: str, now: datetime) -> Found:
    """Return one page, newest first, in a fixed number of queries."""
    lists = {tab: _deliveries(reader, asked, tab, now) for tab in Tab if tab is not Tab.NOBODY}
    nobody = _nobody(reader, asked, now)
    counts: dict[Tab, int] = {tab: rows.count() for tab, rows in lists.items()}
    counts[Tab.NOBODY] = nobody.count()
    if asked.tab is Tab.NOBODY:
        announcements = Paginator(nobody.order_by("-pk"), PER_PAGE).get_page(number)
        return Found(announcements, (), _nobody_rows(list(announcements.object_list), reader), counts)
    page = Paginator(lists[asked.tab], PER_PAGE).get_page(number)
    keys = [delivery.pk for delivery in page.object_list]
    lines = {line.key: line for line in ledger_lines(Delivery.objects.filter(pk__in=keys))}
    return Found(page, rows_of([lines[key] for key in keys if key in lines], reader), (), counts)


def _deliveries(reader: Identity, asked: Asked, tab: Tab, now: datetime) -> QuerySet[Delivery]:
    rows = visible_deliveries(reader)
    if asked.account:
        rows = rows.filter(announcement__account_id__in=_named(reader, asked.account))
    if tab is Tab.UNKNOWN:
        rows = rows.filter(state=DeliveryState.PENDING, message__state=MessageState.UNKNOWN)
        return rows.order_by("-message__due_at", "-pk")
    if tab is Tab.LATE:
        late = rows.filter(state=DeliveryState.PENDING, due_at__lt=now - LATE)
        unfinished = (MessageState.GATHERING, MessageState.PENDING, *HELD_MESSAGE_STATES)
        return late.filter(message__state__in=unfinished).order_by("-due_at", "-pk")
    rows = rows.filter(pk__in=deliveries_that_did_not_arrive(now - SHOWN_FOR).values("pk"))
    if asked.kind:
        rows = rows.filter(message__state=asked.kind)
    if not asked.seen:
        rows = rows.filter(review=None)
    return rows.order_by("-message__finished_at", "-pk")


def _nobody(reader: Identity, asked: Asked, now: datetime) -> QuerySet[Announcement]:
    rows = Announcement.objects.exclude(nobody_for=[]).filter(at__gt=now - SHOWN_FOR)
    if not reader.may(Privilege.STAFF_VIEW_ALL):
        rows = rows.filter(account_id__in=visible_accounts(reader).values("pk"))
    if not reader.may(Privilege.STAFF_VIEW_CONTACTS):
        rows = rows.exclude(topics__contains=[Topic.ACCOUNT_MAIL.value])
    return rows.filter(account_id__in=_named(reader, asked.account)) if asked.account else rows


def _named(reader: Identity, slug: str) -> QuerySet[Account, int]:
    return visible_accounts(reader).filter(slug=slug).values_list("pk", flat=True)


def _nobody_rows(announcements: list[Announcement], reader: Identity) -> tuple[NobodyRow, ...]:
    entries, language = topics(), get_language() or "en"
    wanted = {one.account_id for one in announcements if one.account_id is not None}
    accounts = {one.pk: one for one in visible_accounts(reader).filter(pk__in=wanted)}
    return tuple(
        NobodyRow(
            at=one.at,
            topics=tuple(entries[Topic(topic)].name(language) for topic in one.nobody_for),
            account=accounts.get(one.account_id or 0),
        )
        for one in announcements
    )
