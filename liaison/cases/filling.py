"""A new case, checked against the catalog and against what its filer may see, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from liaison.accounts.actors import Actor
from liaison.cases.access import rights_on
from liaison.cases.checking import MOST_LINKED, Problems
from liaison.cases.models.cases import LONGEST_TEXT, LONGEST_TITLE
from liaison.cases.requests import NewCase
from liaison.cases.vocabulary import CaseCode
from liaison.catalog.casework import URGENT_TECHNICAL_SUPPORT, Category, checked, products_of
from liaison.catalog.loader import categories, products, urgent_criteria
from liaison.catalog.vocabulary import CaseSeverity
from liaison.health.access import visible_incidents
from liaison.integrations.models import Stage
from liaison.lib.languages import is_language
from liaison.lib.zones import is_zone

LONGEST_SUBMISSION: Final = 40


@dataclass(frozen=True, slots=True)
class Filled:
    """What of a new case is kept in another form than it came in."""

    title: str
    description: str
    answers: Mapping[str, Any]
    files: tuple[str, ...]
    submission: str | None

    @property
    def texts(self) -> dict[str, str]:
        """Return what is searched for personal data, by field."""
        # A number is searched as well: some national ids and phone numbers are nothing but digits.
        answers = {f"answers.{key}": str(value) for key, value in self.answers.items() if not isinstance(value, bool)}
        return {"title": self.title, "description": self.description, **answers}


def filled(actor: Actor, new: NewCase, now: datetime) -> Filled:
    """Return a new case as it is kept. Raises Invalid with every problem at once."""
    problems = Problems()
    title = problems.line("title", new.title, LONGEST_TITLE, required=True)
    description = problems.text("description", new.description, LONGEST_TEXT, required=True)
    files = problems.files("files", new.files)
    submission = problems.line("submission", new.submission or "", LONGEST_SUBMISSION) or None
    answers = _check_category(new, problems)
    _check_place(new, problems)
    _check_urgency(new, problems)
    _check_related(actor, new, now, problems)
    problems.refuse_any()
    return Filled(title, description, answers, files, submission)


def _check_category(new: NewCase, problems: Problems) -> Mapping[str, Any]:
    """Note what is wrong with product, category and answers; return the answers as they are kept."""
    product, category = products().get(new.product), categories().get(new.category)
    if product is None:
        problems.add("product", CaseCode.UNKNOWN_PRODUCT)
    if category is None or not products_of(category, new.product):
        problems.add("category", CaseCode.UNKNOWN_CATEGORY)
    kind = new.integration.kind if new.integration is not None else ""
    if new.integration is not None and (
        new.integration.account_id != new.account.pk or (product is not None and product.kind not in {kind, ""})
    ):
        problems.add("integration", CaseCode.UNKNOWN_INTEGRATION)
    return {} if category is None else _answers(category, new.answers, problems)


def _answers(category: Category, answers: Mapping[str, Any], problems: Problems) -> Mapping[str, Any]:
    unknown = answers.keys() - {question.key for question in category.questions}
    for key in sorted(unknown)[:MOST_LINKED]:
        problems.add(f"answers.{key[:40]}", CaseCode.UNKNOWN_ANSWER)
    clean, wrong = checked(category, answers)
    for key, problem in wrong:
        problems.add(f"answers.{key}", problem)
    return clean


def _check_place(new: NewCase, problems: Problems) -> None:
    if not is_language(new.language):
        problems.add("language", CaseCode.UNKNOWN_LANGUAGE)
    if not is_zone(new.time_zone):
        problems.add("time_zone", CaseCode.UNKNOWN_ZONE)


def _check_urgency(new: NewCase, problems: Problems) -> None:
    """Urgent technical support is about what users meet now: a launched integration, at the worst severity (S3)."""
    if new.category != URGENT_TECHNICAL_SUPPORT:
        if new.criterion:
            problems.add("criterion", CaseCode.CRITERION_NOT_ASKED)
        return
    if new.criterion not in urgent_criteria():
        problems.add("criterion", CaseCode.CRITERION_NEEDED)
    if new.severity != CaseSeverity.CRITICAL:
        problems.add("severity", CaseCode.URGENT_IS_CRITICAL)
    if new.integration is None or new.integration.stage != Stage.LAUNCHED:
        problems.add("integration", CaseCode.URGENT_NEEDS_LAUNCHED)


def _check_related(actor: Actor, new: NewCase, now: datetime, problems: Problems) -> None:
    """Refuse what the filer may not see, and what is another account's, as what does not exist."""
    if len(new.incidents) > MOST_LINKED:
        problems.add("incidents", CaseCode.TOO_MANY, most=MOST_LINKED)
    elif new.incidents:
        keys = {one.pk for one in new.incidents}
        seen = visible_incidents(actor).filter(pk__in=keys, environment__integration__account=new.account)
        if seen.count() != len(keys):
            problems.add("incidents", CaseCode.UNKNOWN_INCIDENT)
    if new.follows is None:
        return
    if new.follows.account_id != new.account.pk or not rights_on(actor, new.follows, now):
        problems.add("follows", CaseCode.UNKNOWN_CASE)
    elif not new.follows.is_closed:
        problems.add("follows", CaseCode.FOLLOWS_OPEN)
