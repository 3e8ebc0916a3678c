"""What differs between a form in hand and what somebody else has saved. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.formdata import FormContext
from liaison.contacts.formshape import FormData
from liaison.contacts.labels import field_label
from liaison.contacts.summary import Line, form_lines


@dataclass(frozen=True)
class Difference:
    """One field that differs, with both sides in words."""

    label: str
    mine: tuple[Line, ...]
    theirs: tuple[Line, ...]


def differences(mine: FormData, theirs: FormData, context: FormContext) -> tuple[Difference, ...]:
    """Return the fields that would change if the form in hand were kept."""
    found = []
    for field in ContactField:
        if not context.asked.is_offered(field):
            continue
        sides = form_lines(field, mine, context), form_lines(field, theirs, context)
        if sides[0] != sides[1]:
            found.append(Difference(field_label(field), *sides))
    return tuple(found)
