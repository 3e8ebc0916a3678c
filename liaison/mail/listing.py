"""Incoming mail as staff read it: the newest first, in pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from liaison.mail.models import InboundMail
from liaison.mail.vocabulary import MailOutcome, MailState
from liaison.mail.wording import KINDS, SHOWN, reason_label, shown_state
from liaison.notifications.models import Delivery
from liaison.notifications.return_addresses import ReturnKind
from liaison.web.states import State

PER_PAGE: Final = 25


@dataclass(frozen=True)
class Row:
    """One mail. `delivery` is the public id of what it is about, empty where nothing is known."""

    public_id: str
    at: datetime
    kind: str
    sender: str
    subject_line: str
    state: State
    why: str
    status: str
    detail: str
    delivery: str
    envelope_from: str
    envelope_to: str
    size: int
    sha256: str
    read_at: datetime | None
    is_kept: bool
    may_be_read_again: bool


@dataclass(frozen=True)
class Listing:
    """One page. `older` is the cursor of the next one, empty on the last."""

    rows: tuple[Row, ...]
    older: str


def listing(show: str, before: str) -> Listing:
    """Return one page of what was asked for; an unknown filter means all, an unknown cursor the first page."""
    rows = _rows().filter(_asked(show))
    place = InboundMail.objects.filter(public_id=before.replace("\x00", "")).values_list("pk", flat=True).first()
    if before and place is not None:
        rows = rows.filter(pk__lt=place)
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    shown = tuple(row_of(mail) for mail in found[:PER_PAGE])
    return Listing(shown, shown[-1].public_id if len(found) > PER_PAGE else "")


def row_of(mail: InboundMail) -> Row:
    """Return one mail in words; it was read as `listing` does, or alone."""
    key = shown_state(mail.state, mail.outcome)
    is_kept = mail.__dict__.get("is_kept", True)
    return Row(
        public_id=mail.public_id,
        at=mail.received_at,
        kind=str(KINDS[ReturnKind(mail.kind)]),
        sender=mail.sender,
        subject_line=mail.subject_line,
        state=SHOWN[key],
        why=reason_label(mail.reason),
        status=mail.status,
        detail=mail.detail,
        delivery=mail.__dict__.get("about") or "",
        envelope_from=mail.envelope_from,
        envelope_to=mail.envelope_to,
        size=mail.size,
        sha256=mail.sha256,
        read_at=mail.read_at,
        is_kept=is_kept,
        may_be_read_again=is_kept and key in {MailOutcome.QUARANTINED, MailState.BROKEN},
    )


def row_for(mail: InboundMail) -> Row:
    """Return one mail in words by its key. One query."""
    return row_of(_rows().get(pk=mail.pk))


def _rows() -> QuerySet[InboundMail]:
    """Return mails without their bytes, with whether these are kept, and with the delivery they are about."""
    return InboundMail.objects.defer("raw").annotate(is_kept=Q(raw__isnull=False), about=_about())


def _asked(show: str) -> Q:
    if show == MailState.BROKEN:
        return Q(state=MailState.BROKEN)
    if show == MailState.RECEIVED:
        return Q(state__in=(MailState.RECEIVED, MailState.READING))
    return Q(outcome=show) if show in SHOWN else Q()


def _about() -> Coalesce:
    of_message = Delivery.objects.filter(message=OuterRef("message")).order_by("pk").values("public_id")[:1]
    return Coalesce(F("delivery__public_id"), Subquery(of_message))
