"""How an account's record stands: what it is asked, what it has, whether the gate holds. One query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Concat

from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind
from liaison.catalog.loader import integration_kinds
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.completeness import Asked, asked_of, missing_fields
from liaison.contacts.models import ContactEntry, SupportHours
from liaison.contacts.vocabulary import Verification
from liaison.integrations.models import Integration, Stage
from liaison.lib.prepared import PreparedValues

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
        return _asked_of(self.kinds)

    @cached_property
    def missing(self) -> tuple[ContactField, ...]:
        """Return what is required and has nobody in the record who can be reached, in the order of the form."""
        return _missing(self.kinds, self.reachable)

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
    found = _ONE.rows(account_id)
    if not found:
        raise Account.DoesNotExist
    return _state(found[0])


def states_of(account_ids: Iterable[int]) -> dict[int, RecordState]:
    """Return the state of each of these accounts' records by account, in one query."""
    return {row[0]: _state(row) for row in _rows(Account.objects.filter(pk__in=list(account_ids)))}


def facts_with_session(_now: datetime) -> dict[str, Any]:
    """Return what is read of the account's record together with a session (`accounts/session_facts.py`)."""
    return _columns("identity__domain__account__")


def state_read(account: Account, facts: Mapping[str, Any]) -> RecordState:
    """Return the state of an account's record from what was read with the session."""
    return _state((account.pk, account.kind, *(facts[name] for name in _NAMES)))


_NAMES: Final = ("contact_completed_at", "contact_confirmed_at", "contact_kinds", "contact_held", "contact_has_hours")


def _rows(accounts: QuerySet[Account]) -> QuerySet[Any, Any]:
    return accounts.annotate(**_columns("")).values_list("pk", "kind", *_NAMES)


def _columns(account: str) -> dict[str, Any]:
    """Return what a state is made of, by _NAMES; `account` leads to the fields of the account."""
    key = OuterRef(f"{account}pk")
    integrations = Integration.objects.filter(account=key, stage__in=(Stage.INTEGRATING, Stage.LAUNCHED))
    entries = ContactEntry.objects.filter(record__account=key).exclude(
        field=ContactField.SHARED, brand__is_default=False
    )
    held = entries.order_by().values(of=Concat("field", Value(" "), "verification", output_field=TextField()))
    columns = (
        F(f"{account}contact_record__first_completed_at"),
        F(f"{account}contact_record__confirmed_at"),
        ArraySubquery(integrations.order_by("pk").values("kind")),
        ArraySubquery(held.distinct()),
        Exists(SupportHours.objects.filter(record__account=key)),
    )
    return dict(zip(_NAMES, columns, strict=True))


# Asked of the account of each person to whom something of the record may be told, and before each change of it.
_ONE: Final = PreparedValues(lambda account_id: _rows(Account.objects.filter(pk=account_id)), int)


def _state(row: Sequence[Any]) -> RecordState:
    _account, kind, first_completed_at, confirmed_at, kinds, held, has_hours = row
    filled, reachable, has_lost = _fields(tuple(held), has_hours)
    return RecordState(
        is_partner=kind == AccountKind.PARTNER,
        kinds=tuple(kind for kind in kinds if kind in integration_kinds()),
        filled=filled,
        reachable=reachable,
        first_completed_at=first_completed_at,
        confirmed_at=confirmed_at,
        has_lost=has_lost,
    )


@lru_cache(maxsize=4096)
def _fields(held: tuple[str, ...], has_hours: bool) -> tuple[frozenset[ContactField], frozenset[ContactField], bool]:
    """Return which fields hold anything, which of them somebody reachable, and whether anybody was lost.

    `held` says of each field, and a space behind, how those in it stand.
    """
    hours = {ContactField.HOURS} if has_hours else set()
    standing = [(ContactField(field), Verification(how)) for field, how in (one.split(" ") for one in held)]
    return (
        frozenset(hours.union(field for field, _how in standing)),
        frozenset(hours.union(field for field, how in standing if how not in LOST)),
        any(how in LOST for _field, how in standing),
    )


@lru_cache(maxsize=1024)
def _asked_of(kinds: tuple[str, ...]) -> Asked:
    return asked_of(kinds)


@lru_cache(maxsize=4096)
def _missing(kinds: tuple[str, ...], reachable: frozenset[ContactField]) -> tuple[ContactField, ...]:
    return missing_fields(_asked_of(kinds).requirements, reachable)
