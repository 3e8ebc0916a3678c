"""How an account's record stands: what it is asked, what it has, whether the gate holds. One query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet

from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind
from liaison.catalog.loader import integration_kinds
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.completeness import Asked, asked_of, missing_fields
from liaison.contacts.models import ContactEntry, SupportHours
from liaison.contacts.vocabulary import Verification
from liaison.integrations.models import Integration, Stage

CONFIRMED_EVERY: Final = timedelta(days=180)
LOST: Final = (Verification.DECLINED, Verification.UNREACHABLE)
"""Whoever stands so is told nothing; a field with nobody else counts as missing."""


@dataclass(frozen=True)
class RecordState:
    """`kinds` are those of integrations from stage *integrating* on; the gate counts only them (W10).

    `filled` are the fields that hold anything, `reachable` those that hold somebody who can be told. `has_lost` says
    that an entry declined or is unreachable.
    """

    is_partner: bool
    kinds: tuple[str, ...]
    filled: frozenset[ContactField]
    reachable: frozenset[ContactField]
    first_completed_at: datetime | None
    confirmed_at: datetime | None = None
    has_lost: bool = False

    @cached_property
    def asked(self) -> Asked:
        return asked_of(self.kinds)

    @cached_property
    def missing(self) -> tuple[ContactField, ...]:
        """Return what is required and has nobody in the record who can be reached, in the order of the form."""
        return missing_fields(self.asked.requirements, self.reachable)

    @property
    def is_gated(self) -> bool:
        """Say whether the gate stands: an integration counts, and nothing complete was ever submitted."""
        return self.is_partner and bool(self.kinds) and self.first_completed_at is None

    @property
    def has_lapsed(self) -> bool:
        """Say whether something is missing again after the record was complete once. It never locks (C3)."""
        return self.first_completed_at is not None and bool(self.missing)

    def is_stale(self, now: datetime) -> bool:
        """Say whether nobody has confirmed for 180 days that the record still holds (C7)."""
        return self.confirmed_at is not None and now - self.confirmed_at >= CONFIRMED_EVERY


def needs_attention(state: RecordState, now: datetime) -> bool:
    """Say whether the account's administrators have something to do: complete, mend or confirm the record."""
    return state.is_gated or bool(state.missing) or state.has_lost or state.is_stale(now)


def state_of(account_id: int) -> RecordState:
    """Return the state of an account's record, in one query. Raises DoesNotExist for an unknown account."""
    return _state(_rows(Account.objects.filter(pk=account_id)).get())


def states_of(account_ids: Iterable[int]) -> dict[int, RecordState]:
    """Return the state of each of these accounts' records by account, in one query."""
    return {row["pk"]: _state(row) for row in _rows(Account.objects.filter(pk__in=list(account_ids)))}


def _rows(accounts: QuerySet[Account]) -> QuerySet[Any, Any]:
    integrations = Integration.objects.filter(account=OuterRef("pk"), stage__in=(Stage.INTEGRATING, Stage.LAUNCHED))
    entries = ContactEntry.objects.filter(record__account=OuterRef("pk")).exclude(
        field=ContactField.SHARED, brand__is_default=False
    )
    lost = entries.filter(verification__in=LOST)
    reachable = entries.exclude(verification__in=LOST)
    return accounts.values("pk", "kind").annotate(
        kinds=ArraySubquery(integrations.order_by("pk").values("kind")),
        filled=ArraySubquery(entries.order_by().values("field").distinct()),
        reachable=ArraySubquery(reachable.order_by().values("field").distinct()),
        has_lost=Exists(lost),
        has_hours=Exists(SupportHours.objects.filter(record__account=OuterRef("pk"))),
        completed_at=F("contact_record__first_completed_at"),
        confirmed_at=F("contact_record__confirmed_at"),
    )


def _state(row: Mapping[str, Any]) -> RecordState:
    hours = {ContactField.HOURS} if row["has_hours"] else set()
    return RecordState(
        is_partner=row["kind"] == AccountKind.PARTNER,
        kinds=tuple(kind for kind in row["kinds"] if kind in integration_kinds()),
        filled=frozenset({ContactField(value) for value in row["filled"]} | hours),
        reachable=frozenset({ContactField(value) for value in row["reachable"]} | hours),
        first_completed_at=row["completed_at"],
        confirmed_at=row["confirmed_at"],
        has_lost=row["has_lost"],
    )
