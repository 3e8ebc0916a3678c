"""The list as a file for spreadsheets: in pieces, while it is read, of what may be seen when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.cases import labels
from liaison.cases.delegated.proving import note_exported
from liaison.cases.lists.asking import Line, Reader, everything, reader_of
from liaison.cases.lists.rows import about, urgent_name
from liaison.cases.lists.statements import moment_of
from liaison.cases.lists.wanted import Wanted
from liaison.cases.numbers import shown
from liaison.lib.spreadsheets import BYTE_ORDER_MARK, csv_lines

_BATCH: Final = 500


@transaction.atomic
def export_cases(*, actor: Identity, wanted: Wanted, zone: str, language: str, now: datetime) -> Iterator[str]:
    """Return the list as CSV in pieces, and note who took it away and what they filtered by, not what they sought."""
    record(
        Happened.CASES_EXPORTED,
        actor=actor.audit_ref,
        subject=actor.account.audit_ref,
        account_id=actor.account.pk,
        facts={"filters": sorted({name for name, _value in wanted.pairs()})},
        now=now,
    )
    return _pieces(actor, reader_of(actor, now), wanted, zone=zone, language=language, now=now)


def _pieces(
    actor: Identity, reader: Reader, wanted: Wanted, *, zone: str, language: str, now: datetime
) -> Iterator[str]:
    with translation.override(language):
        piece = BYTE_ORDER_MARK + csv_lines([_header()])
    yield piece
    for lines in everything(reader, wanted, _BATCH):
        note_exported(actor, [line.number for line in lines], now)
        with translation.override(language):
            piece = csv_lines(_cells(lines, language, ZoneInfo(zone)))
        yield piece


def _header() -> list[str]:
    return [
        _("Case number"),
        _("Title"),
        _("Status"),
        _("Severity"),
        _("Account"),
        _("About"),
        _("Filed by"),
        _("Filed"),
        _("Last updated"),
        _("Urgent"),
        _("Escalated"),
    ]


def _cells(lines: Sequence[Line], language: str, zone: ZoneInfo) -> Iterator[list[str]]:
    for line in lines:
        yield [
            shown(line.number),
            line.title,
            labels.state_name(line.state),
            labels.severity_name(line.severity),
            line.account,
            about(line.integration, line.product, language),
            line.filed_by or "",
            _moment(line.created_at, zone),
            _moment(line.updated_at, zone),
            urgent_name(line.urgent_state),
            _("Yes") if line.is_escalated else "",
        ]


def _moment(microseconds: int, zone: ZoneInfo) -> str:
    """Return a moment as ISO 8601 with its offset, in the reader's zone."""
    return moment_of(microseconds).astimezone(zone).isoformat(timespec="seconds")
