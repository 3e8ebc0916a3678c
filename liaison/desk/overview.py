"""The accounts that one member of staff sees, each with how it stands: a fixed number of queries per page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet

from liaison.accounts.access import visible_accounts
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.wording import ACCOUNT_KINDS
from liaison.contacts.reachability import scores_from, scores_of
from liaison.contacts.reachwords import kind_of
from liaison.contacts.score import FULL, Score
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
    reachability: int | None  # points of 100; None where nothing is asked
    reachability_kind: Kind


@dataclass(frozen=True, slots=True)
class Overview:
    page: Page[Any]
    rows: tuple[AccountRow, ...]


class Order(StrEnum):
    """By what the accounts are sorted."""

    NAME = "name"
    REACHABILITY = "reachability"  # those that are hardest to reach first


def overview(
    reader: Identity, *, search: str = "", kind: str = "", order: str = "", number: str = "1", now: datetime
) -> Overview:
    """Return one page of accounts; `search` is a part of the name or of the short name."""
    found = _accounts(reader, search, kind)
    page: Page[Any]
    if order == Order.REACHABILITY:
        page = Paginator(_hardest_to_reach(found, now), PER_PAGE).get_page(number)
        known = found.in_bulk(list(page.object_list))
        accounts = [known[key] for key in page.object_list]
    else:
        page = Paginator(found, PER_PAGE).get_page(number)
        accounts = list(page.object_list)
    keys = [account.pk for account in accounts]
    states, open_counts = states_of(keys), open_incidents(reader, keys)
    scores = scores_from(states, now)
    rows = (_row(one, states[one.pk], open_counts.get(one.pk, 0), scores[one.pk]) for one in accounts)
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


def _hardest_to_reach(accounts: QuerySet[Account], now: datetime) -> list[int]:
    """Return the keys of the accounts, the lowest score first; those without a score come last, by name."""
    keys = list(accounts.prefetch_related(None).values_list("pk", flat=True))
    scores = {key: score.points for key, score in scores_of(keys, now).items() if score is not None}
    return sorted(keys, key=lambda key: scores.get(key, FULL + 1))


def _row(account: Account, state: RecordState, open_count: int, score: Score | None) -> AccountRow:
    word, look = completeness(account, state)
    return AccountRow(
        account=account,
        kind=str(ACCOUNT_KINDS[AccountKind(account.kind)]),
        completeness=word,
        completeness_kind=look,
        integrations=integration_lines(list(account.integrations.all())),
        open_incidents=open_count,
        reachability=None if score is None else score.points,
        reachability_kind=Kind.NEUTRAL if score is None else kind_of(score.points),
    )
