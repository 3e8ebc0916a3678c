"""What keeps the form from going on, in words, with the place where each of it is mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from liaison.filing.checking import step_of
from liaison.filing.setting import Setting
from liaison.filing.sheet import ANSWER, Sheet
from liaison.filing.vocabulary import Step
from liaison.lib.refusals import FieldProblem
from liaison.web import wording

LABELS: Mapping[str, Promise] = {
    "about": gettext_lazy("What it is about"),
    "title": gettext_lazy("Title"),
    "category": gettext_lazy("Category"),
    "criterion": gettext_lazy("Criterion"),
    "description": gettext_lazy("Description"),
    "files": gettext_lazy("Attachments"),
    "severity": gettext_lazy("Severity"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "said_reason": gettext_lazy("Personal data"),
}
_FIELD_OF = {"integration": "about", "product": "about", "personal_data": "said_reason", "urgent": "category"}


@dataclass(frozen=True)
class Problem:
    """What is wrong in one field, as a sentence; `target` is the field's id, on the page of `step`."""

    field: str
    target: str
    label: str
    sentence: str
    step: Step


def problems_in_words(problems: Sequence[FieldProblem], setting: Setting, sheet: Sheet) -> tuple[Problem, ...]:
    """Return refusals of the form's fields as sentences with the place where they are mended."""
    labels = {f"{ANSWER}{one.key}": one.name(setting.language) for one in setting.questions_of(sheet)}
    found = []
    for problem in problems:
        field = _FIELD_OF.get(problem.field, problem.field)
        label = labels.get(field) or str(LABELS.get(field, ""))
        sentence = wording.text(problem.code, problem.facts)
        found.append(Problem(field, id_of(field), label, sentence, step_of(field)))
    return tuple(dict.fromkeys(found))


def id_of(field: str) -> str:
    """Return the id of a field's input."""
    return "field-" + field.replace(".", "-")
