"""The form as its template shows it: words, values, and each problem beside its input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.catalog.vocabulary import ContactField
from liaison.contacts import labels
from liaison.contacts.formdata import FormContext
from liaison.contacts.formshape import FormData, Row, blank_hours, blank_row, blank_shared, most_rows
from liaison.contacts.formstanding import Known, form_warnings
from liaison.contacts.pagers import seems_to_page
from liaison.contacts.standing import Standing
from liaison.contacts.summary import Line, form_lines
from liaison.contacts.values import UserChoice
from liaison.lib.dates import week_days
from liaison.lib.hours import MINUTES_A_DAY, parse_span
from liaison.lib.refusals import FieldProblem
from liaison.lib.zones import city_name, zone_choices
from liaison.web import wording


@dataclass(frozen=True)
class RowView:
    """One row: `name` is the prefix of its inputs, `problems` are sentences by input (`""`: of the row)."""

    name: str
    number: int
    values: Row
    problems: dict[str, tuple[str, ...]]
    title: str = ""
    brand_name: str = ""
    is_first: bool = False
    is_last: bool = False
    has_focus: bool = False
    is_lone_blank: bool = False
    ends_next_day: bool = False
    suggests_pager: bool = False
    standing: Standing | None = None

    def id(self, key: str) -> str:
        return f"{self.name}.{key}".replace(".", "-")


@dataclass(frozen=True)
class FieldView:
    """One field of the form. `is_locked`: shown, but not changed here (alert contacts in the sandbox view)."""

    field: ContactField
    label: str
    purpose: str
    audience: str
    is_public: bool
    is_required: bool
    rows: tuple[RowView, ...]
    problems: tuple[str, ...]
    lines: tuple[Line, ...]
    can_add: bool
    is_locked: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.field.value


@dataclass(frozen=True)
class ProblemLink:
    """One line of the summary above the form."""

    target: str
    label: str
    sentence: str


@dataclass(frozen=True)
class FormView:
    fields: tuple[FieldView, ...]
    problems: tuple[ProblemLink, ...]
    users: tuple[UserChoice, ...]
    days: tuple[tuple[int, str], ...]
    seen_version: int
    draft_revision: int
    zones: tuple[tuple[str, str], ...] = field(default_factory=tuple)


def form_view(
    form: FormData,
    context: FormContext,
    *,
    problems: tuple[FieldProblem, ...] = (),
    focus: str = "",
    seen_version: int = 0,
    draft_revision: int = 0,
    locked: frozenset[ContactField] = frozenset(),
    known: Known | None = None,
) -> FormView:
    """Return everything that the template needs, in the active language."""
    known = known or Known()
    language = get_language() or "en"
    offered = [kind for kind in ContactField if context.asked.is_offered(kind)]
    shown = _with_every_brand(form, context)
    return FormView(
        fields=tuple(
            _field_view(kind, shown, context, known, problems=problems, focus=focus, is_locked=kind in locked)
            for kind in offered
        ),
        problems=tuple(_link(problem) for problem in problems),
        users=context.users,
        days=week_days(language),
        seen_version=seen_version,
        draft_revision=draft_revision,
        zones=tuple((zone, city_name(zone, language)) for zone in zone_choices()),
    )


def _field_view(
    kind: ContactField,
    form: FormData,
    context: FormContext,
    known: Known,
    *,
    problems: tuple[FieldProblem, ...],
    focus: str,
    is_locked: bool,
) -> FieldView:
    rows = form[kind.value] or [blank_row(kind)]
    return FieldView(
        field=kind,
        label=labels.field_label(kind),
        purpose=labels.field_purpose(kind),
        audience=labels.field_audience(kind),
        is_public=labels.is_shown_to_end_users(kind),
        is_required=context.asked.is_required(kind),
        rows=tuple(
            replace(
                _row_view(kind, index, rows, context, problems=problems, focus=focus),
                standing=known.standing(kind, rows[index], context),
            )
            for index in range(len(rows))
        ),
        problems=_sentences(problems, lambda path: path == kind.value),
        lines=form_lines(kind, form, context, known),
        can_add=kind is not ContactField.SHARED and len(rows) < most_rows(kind),
        is_locked=is_locked,
        warnings=form_warnings(form, context, known) if kind is ContactField.EMERGENCY else (),
    )


def _row_view(
    kind: ContactField,
    index: int,
    rows: list[Row],
    context: FormContext,
    *,
    problems: tuple[FieldProblem, ...],
    focus: str,
) -> RowView:
    row = rows[index]
    name = f"{kind}.{index}"
    brand = context.brand(row["brand"]) if kind is ContactField.SHARED else None
    return RowView(
        name=name,
        number=index + 1,
        values=row,
        problems={key: _sentences(problems, _is_at(f"{name}.{key}")) for key in row}
        | {"": _sentences(problems, _is_at(name))},
        title=_row_title(kind, index),
        brand_name=brand.name if brand else "",
        is_first=index == 0,
        is_last=index == len(rows) - 1,
        has_focus=focus == name,
        is_lone_blank=len(rows) == 1 and row in (blank_row(kind), blank_hours(row.get("time_zone", ""))),
        ends_next_day=kind is ContactField.HOURS and _ends_next_day(row),
        suggests_pager=_suggests_pager(kind, row),
    )


def _row_title(kind: ContactField, index: int) -> str:
    if kind is ContactField.HOURS:
        return _("Hours %(number)s") % {"number": index + 1}
    return _("Contact %(number)s") % {"number": index + 1}


def _suggests_pager(kind: ContactField, row: Row) -> bool:
    return kind is ContactField.EMERGENCY and not row["pages_somebody"] and seems_to_page(row["address"])


def _ends_next_day(row: Row) -> bool:
    try:
        return parse_span(row["start"], row["end"])[1] > MINUTES_A_DAY
    except ValueError:
        return False


def _with_every_brand(form: FormData, context: FormContext) -> FormData:
    """Give each brand its row of the shared contact, the default one first; what was typed for others stays."""
    given = {row["brand"] or _default_id(context): row for row in form[ContactField.SHARED.value]}
    wanted = [brand.public_id for brand in context.brands] or [""]
    rows = [given.pop(brand, blank_shared(brand)) | {"brand": brand} for brand in wanted]
    return form | {ContactField.SHARED.value: rows + list(given.values())}


def _default_id(context: FormContext) -> str:
    default = context.brand("")
    return default.public_id if default else ""


def _link(problem: FieldProblem) -> ProblemLink:
    kind, _dot, rest = problem.field.partition(".")
    known = kind in set(ContactField)
    label = labels.field_label(ContactField(kind)) if known else ""
    target = problem.field.replace(".", "-") if rest else f"field-{kind}"
    return ProblemLink(target, label, wording.text(problem.code, problem.facts))


def _sentences(problems: tuple[FieldProblem, ...], is_here: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(wording.text(problem.code, problem.facts) for problem in problems if is_here(problem.field))


def _is_at(path: str) -> Callable[[str], bool]:
    return lambda given: given == path
