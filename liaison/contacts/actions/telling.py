"""Telling people that they are named in a record, and that they no longer are (C7)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from liaison.accounts.actors import System
from liaison.accounts.models import Account, Identity
from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.keeping import lock_record
from liaison.contacts.mailboxes import Evidence, apply_event, mailbox_of, take_over
from liaison.contacts.models import ContactEntry, ContactRecord, ContactRequest
from liaison.contacts.requests import LIFETIME, had_enough
from liaison.contacts.state import LOST
from liaison.contacts.vocabulary import VerificationEvent, VerifiedBecause
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject

SUBJECT_KIND: Final = "contact_request"
MOST_AN_HOUR: Final = 200
"""Mails of one account to people who are newly named. Who comes after them is told when the hour is over."""
_TICKER: Final = System("ticker").audit_ref

logger = logging.getLogger(__name__)
Named = Mapping[str, list[ContactEntry]]


def tell_the_untold(*, now: datetime) -> int:
    """Tell those who are named and were not told yet: at first too many, or without a mailbox. For the ticker.

    Returns how many mails go out. An account that breaks is logged, tried again, and costs the others nothing.
    """
    has_mailbox = Q(identity=None) | ~Q(identity__mailbox="")
    untold = ContactEntry.objects.filter(has_mailbox, told_at=None).order_by().values("record__account").distinct()
    count = 0
    for account in Account.objects.filter(pk__in=untold).order_by("pk"):
        try:
            with transaction.atomic():
                count += tell_named(lock_record(account), actor=_TICKER, asked_by=None, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("The people named by account %s could not be told.", account.slug)
    return count


def people_named(current: ContactRecord) -> dict[str, list[ContactEntry]]:
    """Return the entries of a record by mailbox, in the order of the form; who has no mailbox is left out."""
    order = list(ContactField)
    entries = current.entries.select_related("identity__domain__account", "brand")
    found: dict[str, list[ContactEntry]] = {}
    for entry in sorted(entries, key=lambda one: (order.index(ContactField(one.field)), one.position)):
        if mailbox := mailbox_of(entry):
            found.setdefault(mailbox, []).append(entry)
    return found


def tell_named(current: ContactRecord, *, actor: ActorRef, asked_by: Identity | None, now: datetime) -> int:
    """Tell whoever is newly named, once for all their entries; return how many mails go out.

    An entry beside others of the same mailbox stands as they do. An identity that has proved its mailbox counts as
    verified at once. Whoever was taken out and named again and again is told when the day is over. Called in the
    transaction of the change, with the record locked.
    """
    left = MOST_AN_HOUR - current.requests.filter(sent_at__gt=now - timedelta(hours=1), is_by_hand=False).count()
    sent = 0
    for mailbox, entries in people_named(current).items():
        untold = [entry for entry in entries if entry.told_at is None]
        twin = next((entry for entry in entries if entry.told_at is not None), None)
        if twin is not None:
            for entry in untold:
                take_over(entry, twin)
                entry.save()
        elif sent < left and not had_enough(current, mailbox, now):
            _verify_proved(entries, now)
            send_request(current, entries, actor=actor, asked_by=asked_by, now=now)
            sent += 1
    return sent


def tell_removed(current: ContactRecord, before: Named, now: datetime) -> None:
    """Tell those who stood in the record and do not any more; their links and codes are over.

    Who was never told, declined, or cannot be reached is not told.
    """
    gone = {mailbox: entries for mailbox, entries in before.items() if mailbox not in people_named(current)}
    for mailbox, entries in gone.items():
        request = current.requests.filter(mailbox=mailbox).order_by("-sent_at", "-pk").first()
        current.requests.filter(mailbox=mailbox, closed_at=None).update(closed_at=now)
        is_told = entries[0].told_at is not None and entries[0].verification not in LOST
        if request is not None and is_told:
            _announce(request, current.account_id, now, mail="contact_removed", fields=_fields(entries))


def send_request(
    current: ContactRecord,
    entries: list[ContactEntry],
    *,
    actor: ActorRef,
    asked_by: Identity | None,
    now: datetime,
    is_by_hand: bool = False,
) -> ContactRequest:
    """Mail the reader of these entries, which share a mailbox; earlier links and codes are over."""
    first, account = entries[0], current.account
    mailbox = mailbox_of(first)
    identity = next((entry.identity for entry in entries if entry.identity is not None), None)
    current.requests.filter(mailbox=mailbox, closed_at=None).update(closed_at=now)
    request = ContactRequest.objects.create(
        record=current,
        identity=identity,
        address=first.identity.mailbox if first.identity else first.address,
        mailbox=mailbox,
        name=next((entry.name for entry in entries if entry.name), ""),
        language=_first(entries, "language") or (identity.effective_language if identity else account.language),
        time_zone=_first(entries, "time_zone") or (identity.effective_time_zone if identity else account.time_zone),
        asked_by=asked_by,
        is_by_hand=is_by_hand,
        sent_at=now,
        expires_at=now + LIFETIME,
    )
    for entry in entries:
        entry.told_at = now
        entry.save(update_fields=["told_at"])
    record(
        Happened.CONTACT_TOLD,
        actor=actor,
        subject=SubjectRef("contact_record", str(current.pk)),
        account_id=current.account_id,
        facts={
            "entries": [entry.pk for entry in entries],
            "fields": _fields(entries),
            "identity": first.identity_id,
            "request": request.public_id,
            "by_hand": is_by_hand,
        },
        now=now,
    )
    _announce(request, current.account_id, now, mail="contact_named", fields=_fields(entries))
    return request


def _verify_proved(entries: list[ContactEntry], now: datetime) -> None:
    if any(entry.identity is not None and entry.identity.mailbox_verified_at is not None for entry in entries):
        apply_event(entries, VerificationEvent.PROVED, Evidence(VerifiedBecause.MAILBOX), now)


def _announce(request: ContactRequest, account_id: int, now: datetime, **facts: Any) -> None:
    announce((Topic.ACCOUNT_MAIL,), Subject(SUBJECT_KIND, str(request.pk), account_id, facts), now=now)


def _fields(entries: Iterable[ContactEntry]) -> list[str]:
    return list(dict.fromkeys(entry.field for entry in entries))


def _first(entries: Iterable[ContactEntry], column: str) -> str:
    return next((value for entry in entries if (value := getattr(entry, column))), "")
