"""The ledger as CSV: one line for each try, so that nothing of the proof is left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from liaison.accounts.actors import Actor
from liaison.ledger.access import visible_deliveries
from liaison.ledger.filters import Wanted, apply
from liaison.ledger.listing import lines_of
from liaison.ledger.rows import AttemptRow, Row, rows_of
from liaison.lib.spreadsheets import BYTE_ORDER_MARK, csv_lines
from liaison.web.states import state_of

_CHUNK: Final = 200


def csv_of(actor: Actor, wanted: Wanted, *, zone: str, language: str) -> Iterator[str]:
    """Yield the file piece by piece. What the actor sees was decided when it asked; later rows are not waited for."""
    rows, before = apply(visible_deliveries(actor), wanted, actor, zone), ""
    with translation.override(language):
        piece = BYTE_ORDER_MARK + csv_lines([_header()])
    yield piece
    while True:
        with translation.override(language):
            found = lines_of(rows, before=before, most=_CHUNK)
            piece = csv_lines([cells for row in rows_of(found.lines, actor) for cells in _cells(row, ZoneInfo(zone))])
        yield piece
        if not found.older:
            return
        before = found.older


def _header() -> list[str]:
    return [
        _("Announced"),
        _("Account"),
        _("Topic"),
        _("About"),
        _("Recipient"),
        _("Address"),
        _("Channel"),
        _("Language"),
        _("Reason"),
        _("State"),
        _("Reason of the state"),
        _("Held because"),
        _("Due"),
        _("Finished"),
        _("Milliseconds"),
        _("Subject"),
        "Message-ID",
        "SHA-256",
        _("Attempt"),
        _("Started"),
        _("Outcome"),
        _("Answer code"),
        _("Answer"),
    ]


def _cells(row: Row, zone: ZoneInfo) -> Iterator[list[object]]:
    one, message = row.line.delivery, row.line.delivery.message
    delivery: list[object] = [
        _moment(one.announced_at, zone),
        row.account.name if row.account else "",
        " · ".join(row.topics),
        row.about.title,
        row.name,
        row.address or (row.name if row.sees_address else ""),
        row.channel,
        row.language,
        " · ".join(row.places),
        state_of(row.state).label,
        row.why,
        " · ".join(held.because for held in row.held),
        _moment(one.due_at, zone),
        _moment(one.finished_at, zone),
        "" if row.milliseconds is None else row.milliseconds,
        message.subject_line if message else "",
        message.message_id if message else "",
        message.sha256 if message else "",
    ]
    for attempt in row.attempts or (None,):
        yield delivery + _attempt(attempt, zone)


def _attempt(attempt: AttemptRow | None, zone: ZoneInfo) -> list[object]:
    if attempt is None:
        return [""] * 5
    line = attempt.line
    return [line.number, _moment(line.started_at, zone), attempt.outcome, line.code or "", attempt.said]


def _moment(value: datetime | None, zone: ZoneInfo) -> str:
    """Return a moment as ISO 8601 with its offset, in the reader's zone."""
    return "" if value is None else value.astimezone(zone).isoformat(timespec="milliseconds")
