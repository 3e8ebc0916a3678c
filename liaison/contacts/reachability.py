"""The score of accounts as they are now, read in a fixed number of queries however many there are (C7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField, Requirement
from liaison.contacts.mailboxes import mailbox_of
from liaison.contacts.models import ContactEntry
from liaison.contacts.score import Named, ReachFacts, Score, score_of
from liaison.contacts.state import RecordState, states_of
from liaison.contacts.vocabulary import Verification
from liaison.notifications.models import Endpoint


def reachability_of(account: Account, now: datetime) -> Score | None:
    """Return how well the account can be reached; None where nothing is asked of it. Three queries."""
    return scores_of([account.pk], now)[account.pk]


def scores_of(account_ids: Iterable[int], now: datetime) -> dict[int, Score | None]:
    """Return the score of each account by its key. Three queries."""
    return scores_from(states_of(account_ids), now)


def scores_from(states: Mapping[int, RecordState], now: datetime) -> dict[int, Score | None]:
    """Return the score of each account whose record's state is known. Two queries."""
    named = named_in(list(states))
    return {
        key: score_of(_facts(state, tuple(named.get(key, ())), now)) if state.is_partner else None
        for key, state in states.items()
    }


def named_in(account_ids: list[int]) -> dict[int, list[Named]]:
    """Return the entries of each account as facts, in the order of the form. Two queries."""
    endpoints = Endpoint.objects.filter(account_id__in=account_ids, disabled_at=None, removed_at=None)
    second = set(endpoints.values_list("account_id", "owner_key"))
    entries = ContactEntry.objects.filter(record__account__in=account_ids).select_related("identity", "record")
    found: dict[int, list[Named]] = {}
    for entry in entries.order_by("field", "position"):
        found.setdefault(entry.record.account_id, []).append(_named(entry, second))
    return found


def person_key(entry: ContactEntry) -> str:
    """Return the planner's name of the person behind an entry."""
    return f"identity:{entry.identity_id}" if entry.identity_id else f"address:{mailbox_of(entry)}"


def _named(entry: ContactEntry, second: set[tuple[int, str]]) -> Named:
    key = person_key(entry)
    return Named(
        field=ContactField(entry.field),
        key=key,
        mailbox=mailbox_of(entry),
        verification=Verification(entry.verification),
        is_alias=entry.is_shared_alias or entry.pages_somebody,
        has_second_channel=(entry.record.account_id, key) in second,
    )


def _facts(state: RecordState, named: tuple[Named, ...], now: datetime) -> ReachFacts:
    required = tuple(field for field, need in state.asked.requirements.items() if need is Requirement.REQUIRED)
    return ReachFacts(required, state.missing, named, state.is_stale(now))
