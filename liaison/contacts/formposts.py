"""What a browser sends: the rows of the form, and the button that was pressed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.http import QueryDict

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.formshape import FormData, Row, blank_form, blank_row

_NAME: Final = re.compile(r"(?P<field>[a-z_]+)\.(?P<index>[0-9]{1,3})\.(?P<key>[a-z_]+)", re.ASCII)
_ROW: Final = re.compile(r"(?P<field>[a-z_]+)\.(?P<index>[0-9]{1,3})", re.ASCII)
_DAYS: Final = frozenset("1234567")


class Press(StrEnum):
    """The buttons of the form; each works without scripts."""

    SUBMIT = "submit"
    SAVE_DRAFT = "save_draft"
    AUTOSAVE = "autosave"
    KEEP_MINE = "keep_mine"
    KEEP_MY_DRAFT = "keep_my_draft"
    TAKE_THEIRS = "take_theirs"
    ADD = "add"
    REMOVE = "remove"
    UP = "up"
    DOWN = "down"
    PICKED = "picked"


EDITS: Final = frozenset({Press.ADD, Press.REMOVE, Press.UP, Press.DOWN, Press.PICKED})


@dataclass(frozen=True)
class Posted:
    """A posted form. `target` says which field or row a button belongs to, `number` what it carries."""

    form: FormData
    press: Press
    target: ContactField | None
    row: int
    number: int
    seen_version: int
    draft_revision: int


def read_post(data: QueryDict) -> Posted:
    """Return what was sent. Names that are none of the form's are passed over; nothing here refuses."""
    press = next((press for press in Press if press.value in data), Press.SAVE_DRAFT)
    value = data.get(press.value, "")
    target, row = _target(value)
    return Posted(
        form=_form(data),
        press=press,
        target=target,
        row=row,
        number=whole_number(value),
        seen_version=whole_number(data.get("seen_version", "")),
        draft_revision=whole_number(data.get("draft_revision", "")),
    )


def whole_number(text: str) -> int:
    """Return a small number that was sent, 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004  # fits the column


def _form(data: QueryDict) -> FormData:
    rows: dict[ContactField, dict[int, Row]] = {field: {} for field in ContactField}
    for name, values in data.lists():
        match = _NAME.fullmatch(name)
        field = _field(match["field"]) if match else None
        if match is None or field is None:
            continue
        row = rows[field].setdefault(int(match["index"]), blank_row(field))
        _put(row, match["key"], values)
    form = blank_form()
    for field, found in rows.items():
        form[field.value] = [found[index] for index in sorted(found)]
    return form


def _put(row: Row, key: str, values: list[str]) -> None:
    blank = row.get(key)
    if isinstance(blank, bool):
        row[key] = True
    elif isinstance(blank, list):
        row[key] = sorted({int(value) for value in values if value in _DAYS})
    elif blank is not None and values:
        row[key] = values[-1]


def _target(value: str) -> tuple[ContactField | None, int]:
    match = _ROW.fullmatch(value)
    if match is None:
        return _field(value), -1
    return _field(match["field"]), int(match["index"])


def _field(name: str) -> ContactField | None:
    try:
        return ContactField(name)
    except ValueError:
        return None
