"""Files that pages make while they are sent."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import StreamingHttpResponse


def spreadsheet(pieces: Iterable[str], name: str) -> StreamingHttpResponse:
    """Send pieces of CSV (`lib.spreadsheets`) as they come, to be saved under `name`, never shown."""
    return StreamingHttpResponse(
        (piece.encode() for piece in pieces),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
