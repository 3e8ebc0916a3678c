"""Adding, removing and moving rows of the form. Pure: a new form for each press of a button."""

from __future__ import annotations

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.formposts import Posted, Press
from liaison.contacts.formshape import FormData, Row, blank_entry, blank_row, most_rows


def edited(posted: Posted, default_zone: str) -> tuple[FormData, str]:
    """Return the form after the press, and the row (`field.index`) to go on with."""
    field = posted.target
    if field is None:
        return posted.form, ""
    rows, row = _edited_rows(posted, field, list(posted.form[field.value]), default_zone)
    return posted.form | {field.value: rows}, f"{field}.{row}" if rows else field.value


def _edited_rows(posted: Posted, field: ContactField, rows: list[Row], default_zone: str) -> tuple[list[Row], int]:
    at = posted.row
    if posted.press is Press.ADD and len(rows) < most_rows(field):
        return [*rows, _new_row(field, rows, default_zone)], len(rows)
    if not 0 <= at < len(rows):
        return rows, max(len(rows) - 1, 0)
    if posted.press is Press.REMOVE:
        return [*rows[:at], *rows[at + 1 :]], max(min(at, len(rows) - 2), 0)
    if posted.press is Press.PICKED:
        return _picked(rows, at), at
    other = at - 1 if posted.press is Press.UP else at + 1
    if posted.press in {Press.UP, Press.DOWN} and 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
        return rows, other
    return rows, at


def _new_row(field: ContactField, rows: list[Row], default_zone: str) -> Row:
    """Return a blank row; one of hours begins with the zone of the one above it."""
    row = blank_row(field)
    if field is ContactField.HOURS:
        row["time_zone"] = rows[-1]["time_zone"] if rows else default_zone
    return row


def _picked(rows: list[Row], at: int) -> list[Row]:
    """Who chooses a user wants no address in the same row."""
    if rows[at].get("identity"):
        rows[at] = blank_entry() | {"identity": rows[at]["identity"]}
    return rows
