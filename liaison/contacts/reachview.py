"""The people of a record with how it stands with each, as the page of reachability shows them (C7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_timedelta
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.actions.telling import people_named
from liaison.contacts.labels import field_label
from liaison.contacts.mailboxes import mailbox_of
from liaison.contacts.models import ContactEntry, ContactRecord, ContactRequest
from liaison.contacts.reachability import person_key
from liaison.contacts.requests import latest_requests, next_moment
from liaison.contacts.standing import Standing, answer_of, standing_of, why_lost
from liaison.contacts.vocabulary import Verification, VerifiedBecause
from liaison.lib.languages import language_for


@dataclass(frozen=True)
class NamedPerson:
    """One mailbox of the record with all its entries. `anchor` marks it on its page.

    `sent` says how long ago the last mail went out, `send_from` from when on another one may; `takes_code` that a
    code counts now.
    """

    anchor: str
    name: str
    address: str
    places: tuple[ContactField, ...]
    standing: Standing
    why: str
    answer: str
    sent_at: datetime | None
    sent: str
    send_from: datetime | None
    takes_code: bool
    may_be_sent: bool

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(map(field_label, self.places))


def named_people(record: ContactRecord, now: datetime) -> tuple[NamedPerson, ...]:
    """Return everybody in the record, in the order of the form; who has no mailbox comes last."""
    if record.pk is None:
        return ()
    requests = latest_requests(record)
    found = [_person(record, entries, requests.get(mailbox), now) for mailbox, entries in people_named(record).items()]
    without = record.entries.filter(identity__mailbox="").select_related("identity").order_by("field", "position")
    return (*found, *(_without_mailbox(list(same)) for same in _by_person(without)))


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, in the active language: `3 minutes ago`."""
    return format_timedelta(moment - now, add_direction=True, locale=language_for(get_language()).cldr)


def _person(
    record: ContactRecord, entries: list[ContactEntry], request: ContactRequest | None, now: datetime
) -> NamedPerson:
    first = entries[0]
    is_open = request is not None and request.closed_at is None and request.expires_at > now
    is_waiting = any(entry.verification not in _SETTLED for entry in entries)
    return NamedPerson(
        anchor=f"contact-{first.pk}",
        name=_name(entries),
        address=first.identity.mailbox if first.identity else first.address,
        places=_places(entries),
        standing=standing_of(first),
        why=why_lost(first) or _why_verified(first),
        answer=answer_of(first) if first.verification == Verification.UNREACHABLE else "",
        sent_at=request.sent_at if request else None,
        sent=ago(request.sent_at, now) if request else "",
        send_from=next_moment(record, mailbox_of(first), now) if is_waiting else None,
        takes_code=is_open and is_waiting,
        may_be_sent=is_waiting,
    )


_SETTLED = (Verification.VERIFIED, Verification.DECLINED)


def _without_mailbox(entries: list[ContactEntry]) -> NamedPerson:
    first = entries[0]
    return NamedPerson(
        anchor=f"contact-{first.pk}",
        name=_name(entries),
        address="",
        places=_places(entries),
        standing=standing_of(first),
        why=_("This user has no mailbox, so nothing can be sent there."),
        answer="",
        sent_at=None,
        sent="",
        send_from=None,
        takes_code=False,
        may_be_sent=False,
    )


def _why_verified(entry: ContactEntry) -> str:
    words = {
        VerifiedBecause.LINK.value: _("By the link of a mail."),
        VerifiedBecause.CODE.value: _("By the code of a mail."),
        VerifiedBecause.MAILBOX.value: _("As the mailbox of a user of this account."),
        VerifiedBecause.TEST.value: _("By answering a test."),
    }
    return words.get(entry.verified_because, "") if entry.verification == Verification.VERIFIED else ""


def _name(entries: Iterable[ContactEntry]) -> str:
    names = (entry.identity.name if entry.identity else entry.name for entry in entries)
    return next((name for name in names if name), "")


def _places(entries: Iterable[ContactEntry]) -> tuple[ContactField, ...]:
    present = {entry.field for entry in entries}
    return tuple(field for field in ContactField if field in present)


def _by_person(entries: Iterable[ContactEntry]) -> Iterable[list[ContactEntry]]:
    found: dict[str, list[ContactEntry]] = {}
    for entry in entries:
        found.setdefault(person_key(entry), []).append(entry)
    return found.values()
