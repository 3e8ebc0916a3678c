"""The accounts that one member of staff sees, each with how it stands: a fixed number of queries per page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet

from liaison.accounts.access import visible_accounts
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.wording import ACCOUNT_KINDS
from liaison.contacts.state import RecordState, states_of
from liaison.health.access import visible_incidents
from liaison.integrations.models import EnvironmentName, Integration
from liaison.integrations.wording import kind_name
from liaison.lib.text import nfc
from liaison.web.states import Kind

PER_PAGE: Final = 25
LONGEST_SEARCH: Final = 100


@dataclass(frozen=True, slots=True)
class IntegrationLine:
    """`state` is the status of what is launched, else the stage: a key of `web.states`."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    account: Account
    kind: str
    completeness: str
    completeness_kind: Kind
    integrations: tuple[IntegrationLine, ...]
    open_incidents: int


@dataclass(frozen=True, slots=True)
class Overview:
    page: Page[Account]
    rows: tuple[AccountRow, ...]


def overview(reader: Identity, *, search: str = "", kind: str = "", number: str = "1") -> Overview:
    """Return one page of accounts by name; `search` is a part of the name or of the short name."""
    page = Paginator(_accounts(reader, search, kind), PER_PAGE).get_page(number)
    accounts = list(page.object_list)
    keys = [account.pk for account in accounts]
    states, open_counts = states_of(keys), open_incidents(reader, keys)
    rows = (_row(account, states[account.pk], open_counts.get(account.pk, 0)) for account in accounts)
    return Overview(page, tuple(rows))


def open_incidents(reader: Identity, account_ids: list[int]) -> Mapping[int, int]:
    """Return how many problems in production are open, by account; accounts without one are left out."""
    account = "environment__integration__account"
    rows = (
        visible_incidents(reader)
        .select_related(None)
        .filter(resolved_at=None, environment__name=EnvironmentName.PRODUCTION, **{f"{account}__in": account_ids})
        .order_by()
        .values_list(account)
        .annotate(Count("pk"))
    )
    return dict(rows)


def completeness(account: Account, state: RecordState) -> tuple[str, Kind]:
    """Return the state of the contact information as a key of `COMPLETENESS`, and how it looks."""
    if account.kind != AccountKind.PARTNER or not state.kinds:
        return "not_asked", Kind.NEUTRAL
    if state.is_gated:
        return "locked", Kind.WARNING
    return ("lapsed", Kind.BAD) if state.missing else ("complete", Kind.GOOD)


def integration_lines(integrations: list[Integration]) -> tuple[IntegrationLine, ...]:
    return tuple(IntegrationLine(kind_name(one.kind), one.status or one.stage) for one in integrations)


def _accounts(reader: Identity, search: str, kind: str) -> QuerySet[Account]:
    found = visible_accounts(reader)
    words = nfc(search).replace("\x00", "").strip()[:LONGEST_SEARCH]
    if words:
        found = found.filter(Q(name__icontains=words) | Q(slug__icontains=words))
    if kind in set(AccountKind):
        found = found.filter(kind=kind)
    integrations = Prefetch("integrations", Integration.objects.order_by("pk"))
    return found.select_related("partner_manager").prefetch_related(integrations).order_by("name", "pk")


def _row(account: Account, state: RecordState, open_count: int) -> AccountRow:
    word, look = completeness(account, state)
    return AccountRow(
        account=account,
        kind=str(ACCOUNT_KINDS[AccountKind(account.kind)]),
        completeness=word,
        completeness_kind=look,
        integrations=integration_lines(list(account.integrations.all())),
        open_incidents=open_count,
    )
