"""How it stands with each entry, in words: for pages and mails (C7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.labels import field_label
from liaison.contacts.models import ContactEntry
from liaison.contacts.state import LOST
from liaison.contacts.vocabulary import UnreachableBecause, Verification
from liaison.web.states import Kind

LABELS: Final[Mapping[Verification, Promise]] = {
    Verification.UNVERIFIED: gettext_lazy("Not verified yet"),
    Verification.VERIFIED: gettext_lazy("Verified"),
    Verification.DECLINED: gettext_lazy("Declined"),
    Verification.UNREACHABLE: gettext_lazy("Unreachable"),
}
LOOKS: Final[Mapping[Verification, tuple[Kind, str]]] = {
    Verification.UNVERIFIED: (Kind.NEUTRAL, "help-circle"),
    Verification.VERIFIED: (Kind.GOOD, "circle-check"),
    Verification.DECLINED: (Kind.WARNING, "x"),
    Verification.UNREACHABLE: (Kind.BAD, "alert-triangle"),
}
_WHY: Final[Mapping[UnreachableBecause, Promise]] = {
    UnreachableBecause.BOUNCED: gettext_lazy("Mail to this address came back."),
    UnreachableBecause.REFUSED: gettext_lazy("The receiving server refused mail to this address."),
    UnreachableBecause.LEFT: gettext_lazy("The person said that they no longer work there."),
}


@dataclass(frozen=True)
class Standing:
    """How it stands with one person: in words, with a look and an icon, and since when."""

    state: str
    label: str
    kind: str
    icon: str
    since: datetime | None


@dataclass(frozen=True)
class LostLine:
    """One entry that nobody is reached by: its field, who it is, why, and what the other server said."""

    field: str
    who: str
    why: str
    answer: str


def standing_of(entry: ContactEntry) -> Standing:
    """Return how it stands with an entry, in the active language."""
    state = Verification(entry.verification)
    kind, icon = LOOKS[state]
    since = {
        Verification.VERIFIED: entry.verified_at,
        Verification.DECLINED: entry.declined_at,
        Verification.UNREACHABLE: entry.unreachable_at,
    }.get(state)
    return Standing(state.value, str(LABELS[state]), kind.value, icon, since)


def why_lost(entry: ContactEntry) -> str:
    """Return why nobody is reached by the entry, in the active language; empty where somebody is."""
    if entry.verification == Verification.DECLINED:
        return _("The person declined to be a contact.")
    if entry.verification != Verification.UNREACHABLE:
        return ""
    known = {because.value: words for because, words in _WHY.items()}
    return str(known.get(entry.unreachable_because, _WHY[UnreachableBecause.BOUNCED]))


def answer_of(entry: ContactEntry) -> str:
    """Return what the other server said when it would not take the mail: `550 5.1.1 unknown user`.

    A bounce quotes the server with its numbers, a refusal at once does not.
    """
    code, words = entry.unreachable_code, entry.unreachable_detail
    return words if code in words.split() else f"{code} {words}".strip()


def lost_lines(account: Account) -> tuple[LostLine, ...]:
    """Return the entries of the account that nobody is reached by, in the order of the form. One query."""
    order = list(ContactField)
    entries = ContactEntry.objects.filter(record__account=account, verification__in=LOST).select_related("identity")
    found = sorted(entries, key=lambda entry: (order.index(ContactField(entry.field)), entry.position))
    return tuple(
        LostLine(field_label(ContactField(one.field)), who_is(one), why_lost(one), answer_of(one)) for one in found
    )


def who_is(entry: ContactEntry) -> str:
    """Return the name and the address of an entry as one text. The entry was read with its identity."""
    name = entry.identity.name if entry.identity else entry.name
    address = entry.identity.mailbox if entry.identity else entry.address
    return f"{name} ({address})" if name and address else name or address
