"""What a verb refused, put where it belongs on the case page: in a field, above the form, or as personal data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils.translation import gettext as _

from liaison.cases.checking import plain_text
from liaison.cases.personal import REASON
from liaison.cases.vocabulary import CaseCode
from liaison.cases.wording import PERSONAL_KINDS
from liaison.lib.personal import PersonalKind
from liaison.lib.refusals import FieldProblem
from liaison.web import wording

REMOVED: Final = "[…]"
_OF_DELETION: Final = "ask_deletion"
_FIELDS: Final = {REASON: "personal_reason"}
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data in what somebody is about to send: where, what kind, and enough of it to recognise it.

    `remove` is the value of the button that takes it out: the field and the place in it, or the file.
    """

    kind: str
    words: str
    masked: str
    where: str
    remove: str


def findings_in(problems: Iterable[FieldProblem], form: forms.Form) -> tuple[Finding, ...]:
    """Return the personal data among the problems, as the page shows it."""
    return tuple(_finding(one, form) for one in problems if one.code == CaseCode.PERSONAL_DATA)


def add_errors(form: forms.Form, problems: Iterable[FieldProblem]) -> None:
    """Put every other problem at its field; at the form where it has none."""
    for problem in problems:
        if problem.code == CaseCode.PERSONAL_DATA:
            continue
        field = field_of(problem.field)
        sentence = wording.text(problem.code, problem.facts)
        known = field if field in form.fields else None
        if sentence not in form.errors.get(known or NON_FIELD_ERRORS, ()):
            form.add_error(known, sentence)


def field_of(path: str) -> str:
    """Return the field of the page's form for one of the verb's."""
    if path.startswith(_OF_DELETION):
        return "deletion_reason" if path.endswith("reason") else _OF_DELETION
    return _FIELDS.get(path, path)


def without(data: QueryDict, remove: str, files: str) -> QueryDict:
    """Return what was posted without one finding: the place in the text is marked, or the file is taken away.

    What does not name a place changes nothing. `files` is the name under which files were posted.
    """
    changed = data.copy()
    field, _colon, place = remove.partition(":")
    if field == "files":
        changed.setlist(files, [one for one in data.getlist(files) if one != place])
        return changed
    first, _dash, last = place.partition("-")
    # The places are those of the text as it is kept.
    text = plain_text(data.get(field, ""))
    start, end = _place(first), _place(last)
    if 0 <= start < end <= len(text):
        changed[field] = text[:start] + REMOVED + text[end:]
    return changed


def _place(digits: str) -> int:
    """Return a place in a text, -1 for what is none."""
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else -1


def _finding(problem: FieldProblem, form: forms.Form) -> Finding:
    facts = problem.facts
    field = field_of(problem.field)
    return Finding(
        kind=str(facts["kind"]),
        words=str(PERSONAL_KINDS[PersonalKind(facts["kind"])]),
        masked=str(facts["masked"]),
        where=_where(field, facts, form),
        remove=f"files:{facts['file']}" if facts.get("file") else f"{field}:{facts['start']}-{facts['end']}",
    )


def _where(field: str, facts: Any, form: forms.Form) -> str:
    if not facts.get("file"):
        return str(form.fields[field].label) if field in form.fields else _("The reason to send it")
    if facts.get("place"):
        return _("File “%(file)s”, %(place)s") % {"file": facts["name"], "place": facts["place"]}
    return _("File “%(file)s”") % {"file": facts["name"]}
