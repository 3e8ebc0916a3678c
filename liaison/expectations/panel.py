"""How it stands with what is expected about one subject: for `expectations/answer_panel.html` on any page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from liaison.accounts.access import may
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.expectations.access import may_answer, may_manage, newest_about
from liaison.expectations.forms import AnswerForm
from liaison.expectations.models import AnswerGiven, Expectation
from liaison.expectations.vocabulary import Answer, AnsweredVia, ClosedBecause, Expected
from liaison.expectations.wording import ANSWER_KINDS, ANSWERS, CLOSED, EXPECTED, VIA
from liaison.web.states import Kind


@dataclass(frozen=True)
class AnswerRow:
    """One answer in words. `by` is a name, empty where the reader may not know it."""

    words: str
    kind: str
    at: datetime
    estimate_at: datetime | None
    note: str
    by: str
    via: str


@dataclass(frozen=True)
class Standing:
    """What is expected and how it stands, in words: `state` is one word with its look."""

    expected: str
    due_at: datetime
    is_overdue: bool
    state: str
    state_kind: str
    closed: str
    closed_at: datetime | None
    waits_for_end: bool


@dataclass(frozen=True)
class AnswerPanel:
    """Everything that `answer_panel.html` shows. `form` is None for those who do not answer."""

    public_id: str
    standing: Standing
    asked_by: str
    passed: int
    answers: tuple[AnswerRow, ...]
    form: AnswerForm | None
    may_manage: bool


def panel_about(reader: Identity, subject_kind: str, subject_id: str, now: datetime) -> AnswerPanel | None:
    """Return how it stands with what is, or was last, expected about a subject; None where nothing ever was."""
    found = newest_about(reader, subject_kind, subject_id)
    return None if found is None else panel_of(reader, found, now)


def panel_of(reader: Identity, expectation: Expectation, now: datetime, form: AnswerForm | None = None) -> AnswerPanel:
    """Return the panel; `form` is one that was posted and refused."""
    names = may(reader, Privilege.VIEW_CONTACTS, expectation.account)
    answers = expectation.answers.select_related("by").order_by("pk")
    if form is None and expectation.is_open and may_answer(reader, expectation):
        form = AnswerForm(before=expectation.answer, zone=reader.effective_time_zone)
    return AnswerPanel(
        public_id=expectation.public_id,
        standing=standing_of(expectation, now),
        asked_by=expectation.asked_by.name if expectation.asked_by else "",
        passed=expectation.passed,
        answers=tuple(_row(one, names=names) for one in answers),
        form=form,
        may_manage=expectation.is_open and may_manage(reader, expectation, expectation.account),
    )


def standing_of(expectation: Expectation, now: datetime) -> Standing:
    """Return what is expected, and how it stands, in the active language."""
    word, kind = _state(expectation, now)
    return Standing(
        expected=str(EXPECTED[Expected(expectation.expected)]),
        due_at=expectation.due_at,
        is_overdue=expectation.is_overdue(now),
        state=word,
        state_kind=kind.value,
        closed=str(CLOSED[ClosedBecause(expectation.closed_because)]) if expectation.closed_because else "",
        closed_at=expectation.closed_at,
        waits_for_end=expectation.is_open and expectation.answer == Answer.SOLVED,
    )


def _state(expectation: Expectation, now: datetime) -> tuple[str, Kind]:
    if expectation.is_overdue(now):
        return _("Overdue"), Kind.BAD
    if expectation.answer:
        answer = Answer(expectation.answer)
        return str(ANSWERS[answer]), ANSWER_KINDS[answer]
    return (_("Not answered"), Kind.NEUTRAL) if expectation.closed_at else (_("Waiting for an answer"), Kind.WARNING)


def _row(given: AnswerGiven, *, names: bool) -> AnswerRow:
    answer = Answer(given.answer)
    name = str(getattr(given.by, "name", "")) if given.by else (given.by_address if names else "")
    return AnswerRow(
        words=str(ANSWERS[answer]),
        kind=ANSWER_KINDS[answer].value,
        at=given.at,
        estimate_at=given.estimate_at,
        note=given.note,
        by=name,
        via=str(VIA[AnsweredVia(given.via)]),
    )
