"""The form as its templates show it: words, values, choices, and each problem beside its field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from liaison.cases.labels import product_name
from liaison.catalog.casework import AnswerKind, Category, Question
from liaison.catalog.loader import case_severities, urgent_criteria
from liaison.filing.problems import LABELS, Problem
from liaison.filing.setting import INTEGRATION, PRODUCT, Setting, can_be_urgent, is_urgent, severity_for
from liaison.filing.sheet import ANSWER, Sheet
from liaison.filing.vocabulary import STEPS, Step
from liaison.filing.wording import STEP_NAMES
from liaison.integrations.wording import kind_name
from liaison.lib.dates import format_moment
from liaison.lib.languages import LANGUAGES, Language
from liaison.lib.zones import city_name, is_zone, zone_choices


@dataclass(frozen=True)
class Option:
    """Something to choose. `is_chosen` marks it."""

    key: str
    label: str
    is_chosen: bool = False
    hint: str = ""


@dataclass(frozen=True)
class QuestionView:
    """A question of the category. `decides`: another one depends on its answer."""

    name: str
    kind: AnswerKind
    label: str
    hint: str
    required: bool
    value: str
    options: tuple[Option, ...]
    decides: bool


@dataclass(frozen=True)
class SeverityView:
    name: str
    explanation: str
    level: int
    impacts: tuple[Option, ...]


@dataclass(frozen=True)
class StepView:
    key: Step
    number: int
    name: str
    is_current: bool
    is_done: bool


@dataclass(frozen=True)
class FormView:
    """Everything that does not ask the database, but for the integrations."""

    sheet: Sheet
    setting: Setting
    step: Step
    problems: tuple[Problem, ...]
    missing: frozenset[Step]
    wanted: str = ""

    @cached_property
    def errors(self) -> Mapping[str, list[str]]:
        """The sentences by field."""
        found: dict[str, list[str]] = defaultdict(list)
        for problem in self.problems:
            found[problem.field].append(problem.sentence)
        return found

    @property
    def steps(self) -> tuple[StepView, ...]:
        here = STEPS.index(self.step)
        return tuple(
            StepView(
                key,
                number + 1,
                str(STEP_NAMES[key]),
                is_current=number == here,
                is_done=number < here and key not in self.missing,
            )
            for number, key in enumerate(STEPS)
        )

    @property
    def number(self) -> int:
        return STEPS.index(self.step) + 1

    @property
    def integrations(self) -> tuple[Option, ...]:
        keys = ((f"{INTEGRATION}:{one.public_id}", kind_name(one.kind)) for one in self.setting.integrations)
        return tuple(Option(key, name, key == self.sheet.about) for key, name in keys)

    @property
    def products(self) -> tuple[tuple[str, tuple[Option, ...]], ...]:
        """What is no integration of the account, in groups with their words."""
        groups: dict[str, list[Option]] = {_("Something else"): [], _("Not in use yet"): []}
        for product in self.setting.other_products:
            key = f"{PRODUCT}:{product.key}"
            words = _("Not in use yet") if product.kind else _("Something else")
            groups[words].append(Option(key, product.name(self.setting.language), key == self.sheet.about))
        return tuple((words, tuple(options)) for words, options in groups.items() if options)

    @property
    def has_subject(self) -> bool:
        return bool(self.setting.product_of(self.sheet))

    @property
    def is_barred(self) -> bool:
        """Whether product and category cannot be filled in: the customer has not granted it (D3)."""
        return self.setting.barrier is not None

    @property
    def categories(self) -> tuple[Option, ...]:
        """The categories that fit the words that were typed; the chosen one always."""
        fitting = self.setting.categories_for(self.sheet, self.wanted)
        chosen = self.setting.category_of(self.sheet)
        shown = fitting if chosen is None or chosen in fitting else (chosen, *fitting)
        return tuple(Option(one.key, one.name(self.setting.language), one == chosen) for one in shown)

    @property
    def nothing_fits(self) -> bool:
        return bool(self.wanted) and not self.setting.categories_for(self.sheet, self.wanted)

    @property
    def category(self) -> Category | None:
        return self.setting.category_of(self.sheet)

    @property
    def is_urgent(self) -> bool:
        return is_urgent(self.sheet)

    @property
    def can_be_urgent(self) -> bool:
        return can_be_urgent(self.setting.integration_of(self.sheet))

    @property
    def criteria(self) -> tuple[Option, ...]:
        found = urgent_criteria().values()
        return tuple(Option(one.key, one.name(self.setting.language), one.key == self.sheet.criterion) for one in found)

    @property
    def prompts(self) -> tuple[str, ...]:
        return self.category.prompts_in(self.setting.language) if self.category else ()

    @property
    def questions(self) -> tuple[QuestionView, ...]:
        asked = self.setting.questions_of(self.sheet)
        every = self.category.questions if self.category else ()
        deciding = {one.when.question for one in every if one.when}
        return tuple(self._question(one, decides=one.key in deciding) for one in asked)

    @property
    def severities(self) -> tuple[SeverityView, ...]:
        language = self.setting.language
        return tuple(
            SeverityView(
                entry.name(language),
                entry.explanation(language),
                level.value,
                tuple(Option(one.key, one.name(language), one.key in self.sheet.impacts) for one in entry.impacts),
            )
            for level, entry in case_severities().items()
        )

    @property
    def severity(self) -> SeverityView | None:
        level = severity_for(self.sheet)
        return next((one for one in self.severities if one.level == level), None)

    @property
    def is_suggested(self) -> bool:
        """Whether the severity comes from the incident or the case before, and not from what was ticked."""
        return self.severity is not None and not self.is_urgent and not self.sheet.impacts

    @property
    def languages(self) -> tuple[Language, ...]:
        return LANGUAGES

    @property
    def zones(self) -> tuple[Option, ...]:
        chosen, names = self.sheet.time_zone, zone_choices()
        # An old name that somebody's settings still hold is offered as well.
        known = names if chosen in names or not chosen else (chosen, *names)
        return tuple(Option(one, one.replace("_", " "), one == chosen) for one in known)

    @property
    def review(self) -> tuple[tuple[Step, tuple[tuple[str, str], ...]], ...]:
        """Everything in words, by the step where it is changed."""
        return tuple((step, tuple(_REVIEWS[step](self))) for step in STEPS if step in _REVIEWS)

    @property
    def subject_name(self) -> str:
        product = self.setting.product_of(self.sheet)
        return product_name(product) if product else ""

    def _question(self, question: Question, *, decides: bool) -> QuestionView:
        value = self.sheet.answers.get(question.key, "")
        options: tuple[Option, ...]
        if question.answer == AnswerKind.YES_NO:
            options = (Option("yes", _("Yes"), value == "yes"), Option("no", _("No"), value == "no"))
        else:
            language = self.setting.language
            options = tuple(Option(one.key, one.name(language), one.key == value) for one in question.choices)
        return QuestionView(
            name=f"{ANSWER}{question.key}",
            kind=question.answer,
            label=question.name(self.setting.language),
            hint=question.hint(self.setting.language),
            required=question.required,
            value=value,
            options=options,
            decides=decides,
        )


def _review_subject(view: FormView) -> Iterator[tuple[str, str]]:
    yield str(LABELS["about"]), view.subject_name
    yield str(LABELS["title"]), view.sheet.title
    yield str(LABELS["category"]), view.category.name(view.setting.language) if view.category else ""
    if view.is_urgent:
        chosen = next((one.label for one in view.criteria if one.is_chosen), "")
        yield str(LABELS["criterion"]), chosen


def _review_description(view: FormView) -> Iterator[tuple[str, str]]:
    for question in view.questions:
        chosen = next((one.label for one in question.options if one.is_chosen), "")
        yield question.label, chosen if question.options else _said(view, question)
    yield str(LABELS["description"]), view.sheet.description.strip()


def _review_severity(view: FormView) -> Iterator[tuple[str, str]]:
    yield str(LABELS["severity"]), view.severity.name if view.severity else ""
    native = next((one.native_name for one in LANGUAGES if one.code == view.sheet.language), "")
    yield str(LABELS["language"]), native
    zone = view.sheet.time_zone
    yield str(LABELS["time_zone"]), city_name(zone, view.setting.language) if zone in zone_choices() else zone


def _said(view: FormView, question: QuestionView) -> str:
    """Return an answer as the case will show it: a moment in words, with the zone that it is read in."""
    zone = view.sheet.time_zone
    if question.kind != AnswerKind.MOMENT or not is_zone(zone):
        return question.value
    try:
        moment = datetime.fromisoformat(question.value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return format_moment(aware, view.setting.language, zone)
    except (ValueError, OverflowError):
        return question.value


_REVIEWS = {
    Step.SUBJECT: _review_subject,
    Step.DESCRIPTION: _review_description,
    Step.SEVERITY: _review_severity,
}
