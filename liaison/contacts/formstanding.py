"""How it stands with the people in a form while it is filled in: what is known of each, and what to warn of (C7).

The warnings look at what is typed, the rest at what the record and the endpoints say. They never block anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.formdata import FormContext
from liaison.contacts.formshape import FormData, Row
from liaison.contacts.mailboxes import mailbox_of
from liaison.contacts.models import ContactRecord
from liaison.contacts.reachability import person_key
from liaison.contacts.reachwords import warnings_in_words
from liaison.contacts.score import Named, warnings_of
from liaison.contacts.standing import Standing, standing_of
from liaison.contacts.vocabulary import Verification
from liaison.lib.addresses import mailbox_key
from liaison.notifications.models import Endpoint


@dataclass(frozen=True)
class Known:
    """What is known of the people of a record: how it stands with each, and who has a second channel, by key."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    reached_otherwise: frozenset[str] = frozenset()

    def standing(self, kind: ContactField, row: Row, context: FormContext) -> Standing | None:
        """Return how it stands with the person in a row of the form; None for somebody new."""
        if kind is ContactField.HOURS:
            return None
        if kind is ContactField.SHARED:
            brand = context.brand(row["brand"])
            return self.standings.get(_shared_key(brand.pk if brand else None, row["address"]))
        return self.standings.get(_key(row, context))


def known_of(record: ContactRecord) -> Known:
    """Return what is known of the people of a record. Two queries, none for a record that was never kept."""
    if record.pk is None:
        return Known()
    standings = {}
    for entry in record.entries.select_related("identity"):
        is_shared = entry.field == ContactField.SHARED
        key = _shared_key(entry.brand_id, mailbox_of(entry)) if is_shared else person_key(entry)
        standings[key] = standing_of(entry)
    usable = Endpoint.objects.filter(account_id=record.account_id, disabled_at=None, removed_at=None)
    return Known(standings, frozenset(usable.values_list("owner_key", flat=True)))


def form_warnings(form: FormData, context: FormContext, known: Known) -> tuple[str, ...]:
    """Return what to warn of about the emergency contacts that stand in the form, in the active language."""
    named = (_named(row, context, known) for row in form[ContactField.EMERGENCY.value])
    return warnings_in_words(warnings_of(one for one in named if one is not None))


def _named(row: Row, context: FormContext, known: Known) -> Named | None:
    user = context.user(row["identity"])
    mailbox = mailbox_key(user.mailbox if user else row["address"].strip())
    if "@" not in mailbox:
        return None
    key = _key(row, context)
    standing = known.standings.get(key)
    return Named(
        field=ContactField.EMERGENCY,
        key=key,
        mailbox=mailbox,
        verification=Verification(standing.state) if standing else Verification.UNVERIFIED,
        is_alias=bool(row["is_shared_alias"] or row["pages_somebody"]),
        has_second_channel=key in known.reached_otherwise,
    )


def _key(row: Row, context: FormContext) -> str:
    user = context.user(row["identity"])
    return f"identity:{user.pk}" if user else f"address:{mailbox_key(row['address'].strip())}"


def _shared_key(brand: int | None, address: str) -> str:
    return f"brand:{brand}:{mailbox_key(address.strip())}"
