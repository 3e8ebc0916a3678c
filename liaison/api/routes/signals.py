"""Signals: how calls between the platform and its partners went, in batches of lines."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Header, Query, Status

from liaison.api.operations import Operations
from liaison.api.senders import sender_of
from liaison.api.shapes import signals as shapes
from liaison.integrations.intake import RefusedError, body_of, turns
from liaison.integrations.senders import require_sending
from liaison.lib.clock import utc_now
from liaison.lib.metrics import SIGNAL_LINES
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.signals.actions import record_signals
from liaison.signals.lines import Told, read_lines
from liaison.signals.unpacking import unpacked
from liaison.signals.vocabulary import BatchCode

operations = Operations("signals")

CONTENT_TYPES: Final = ("application/x-ndjson", "application/jsonl", "application/json-lines")
_BATCH_ID: Final = re.compile(r"[\x21-\x7e]{1,100}")


@operations.take_in(
    "/signals",
    shapes.TakenBatch,
    _("Report how calls went, as a batch of JSON lines"),
    status=HTTPStatus.ACCEPTED,
    content=CONTENT_TYPES,
)
def receive_signals(
    request: HttpRequest, batch_id: Annotated[str, Header()] = "", batch: Annotated[str, Query()] = ""
) -> Status[shapes.TakenBatch]:
    """Take in a batch, named by the header `Batch-Id` or by `batch`. A batch that is sent again counts once."""
    sender = sender_of(request)
    require_sending(sender)
    with turns.one():
        named, told = _usable(batch_id or batch), _told_by(request)
        taken = record_signals(sender=sender, batch_id=named, told=told, now=utc_now())
    for outcome, lines in (("accepted", taken.accepted), ("refused", taken.refused)):
        SIGNAL_LINES.labels(outcome).inc(0 if taken.is_repeat else lines)
    return Status(HTTPStatus.ACCEPTED, shapes.TakenBatch.of(taken))


def _usable(named: str) -> str:
    if not _BATCH_ID.fullmatch(named):
        raise Invalid((FieldProblem("batch_id", BatchCode.ID_UNUSABLE),))
    return named


def _told_by(request: HttpRequest) -> Told:
    if request.content_type not in CONTENT_TYPES:
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, BatchCode.NOT_LINES_TYPE)
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity", "gzip"}:
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, BatchCode.UNKNOWN_ENCODING)
    most = settings.SIGNALS_MAX_BYTES
    body = body_of(request, most)
    if encoding == "gzip":
        body = unpacked(body, most=most)
    return read_lines(body, most=settings.SIGNALS_MAX_LINES)
