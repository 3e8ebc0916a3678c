"""What keeps a sheet from being filed, by step and field. Pure but for the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from liaison.cases.models.cases import LONGEST_TEXT, LONGEST_TITLE
from liaison.catalog.casework import checked
from liaison.filing.setting import Setting, can_be_urgent, has_criterion, is_urgent, severity_for
from liaison.filing.sheet import ANSWER, Sheet
from liaison.filing.vocabulary import MOST_FILES, FilingCode, Step
from liaison.lib.languages import is_language
from liaison.lib.refusals import FieldProblem
from liaison.lib.zones import is_zone

_STEP_OF: Final = {
    "about": Step.SUBJECT,
    "integration": Step.SUBJECT,
    "product": Step.SUBJECT,
    "title": Step.SUBJECT,
    "category": Step.SUBJECT,
    "criterion": Step.SUBJECT,
    "description": Step.DESCRIPTION,
    "files": Step.DESCRIPTION,
    "severity": Step.SEVERITY,
    "language": Step.SEVERITY,
    "time_zone": Step.SEVERITY,
}


def problems_of(sheet: Sheet, setting: Setting) -> tuple[FieldProblem, ...]:
    """Return everything that is missing or wrong, in the order of the form."""
    return (*_of_subject(sheet, setting), *_of_description(sheet, setting), *_of_severity(sheet))


def step_of(field: str) -> Step:
    """Return the step on which a field stands; the last one for what is none of its fields."""
    return Step.DESCRIPTION if field.startswith(ANSWER) else _STEP_OF.get(field, Step.REVIEW)


def _of_subject(sheet: Sheet, setting: Setting) -> Iterator[FieldProblem]:
    barrier = setting.barrier
    if barrier is not None:
        # The customer's part, not the writer's: what cannot be filled in is not missing as well.
        yield FieldProblem("about", FilingCode.CUSTOMER_GONE if setting.is_gone else barrier.code)
    elif not setting.product_of(sheet):
        yield FieldProblem("about", FilingCode.SUBJECT_MISSING)
    if not sheet.title:
        yield FieldProblem("title", FilingCode.TITLE_MISSING)
    if len(sheet.title) > LONGEST_TITLE:
        yield FieldProblem("title", FilingCode.TITLE_TOO_LONG, {"longest": LONGEST_TITLE, "length": len(sheet.title)})
    if barrier is None:
        yield from _of_category(sheet, setting)


def _of_category(sheet: Sheet, setting: Setting) -> Iterator[FieldProblem]:
    if setting.product_of(sheet) and setting.category_of(sheet) is None:
        yield FieldProblem("category", FilingCode.CATEGORY_MISSING)
    if is_urgent(sheet):
        if setting.product_of(sheet) and not can_be_urgent(setting.integration_of(sheet)):
            yield FieldProblem("category", FilingCode.NOT_IN_PRODUCTION)
        elif not has_criterion(sheet):
            yield FieldProblem("criterion", FilingCode.CRITERION_MISSING)


def _of_description(sheet: Sheet, setting: Setting) -> Iterator[FieldProblem]:
    category = setting.category_of(sheet)
    if category is not None:
        _clean, wrong = checked(category, sheet.answers)
        for key, problem in wrong:
            yield FieldProblem(f"{ANSWER}{key}", problem)
    length = len(sheet.description.strip())
    if not length:
        yield FieldProblem("description", FilingCode.DESCRIPTION_MISSING)
    if length > LONGEST_TEXT:
        facts = {"longest": LONGEST_TEXT, "length": length}
        yield FieldProblem("description", FilingCode.DESCRIPTION_TOO_LONG, facts)
    if len(sheet.files) > MOST_FILES:
        yield FieldProblem("files", FilingCode.TOO_MANY_FILES, {"most": MOST_FILES})


def _of_severity(sheet: Sheet) -> Iterator[FieldProblem]:
    if severity_for(sheet) is None:
        yield FieldProblem("severity", FilingCode.SEVERITY_MISSING)
    if not is_language(sheet.language):
        yield FieldProblem("language", FilingCode.LANGUAGE_UNKNOWN)
    if not is_zone(sheet.time_zone):
        yield FieldProblem("time_zone", FilingCode.ZONE_UNKNOWN)
