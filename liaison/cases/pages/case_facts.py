"""What stands around the history of a case: what it is about, what was answered, and what it belongs with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts.access import sees_account
from liaison.accounts.models import Identity
from liaison.accounts.privileges import privileges_in, roles_of_outer
from liaison.accounts.rights import Privilege
from liaison.cases.labels import (
    LINK_KINDS,
    SEVERITY_KINDS,
    URGENT_KINDS,
    URGENT_STATES,
    category_name,
    close_reason_name,
    criterion_name,
    product_name,
    severity_name,
)
from liaison.cases.models import Case
from liaison.cases.near import Related, related_cases
from liaison.cases.numbers import shown
from liaison.cases.pages.case_text import language_of, linked
from liaison.cases.triage import urgent_standing
from liaison.cases.vocabulary import CaseRight, LinkKind, UrgentState
from liaison.catalog.casework import AnswerKind, Question
from liaison.catalog.loader import categories
from liaison.delegation.access import seat_of, works_for_customers
from liaison.delegation.vocabulary import DelegationCode
from liaison.integrations.wording import kind_name
from liaison.lib.dates import format_number
from liaison.lib.languages import Language, language_for
from liaison.lib.zones import city_name
from liaison.web import wording

NAMED: Final = 5
_LOOKED_AT: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered question; `moment` where it is one, else `value`, in its `language` where that is known."""

    label: str
    value: Any
    moment: datetime | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """Another case that the reader sees too. `kind` says how they belong together."""

    number: str
    shown: str
    title: str
    state: str
    kind: str
    is_link: bool


def facts_of(case: Case, reader: Identity) -> dict[str, Any]:
    """Return the case as the page names it."""
    is_own = case.account_id == reader.account.pk
    urgent = UrgentState(case.urgent_state) if case.urgent_state else None
    return {
        "case": case,
        "number": shown(case.number),
        "title_words": case.title,
        "title_language": language_for(language_of(case.title, case.language)),
        "severity": severity_name(case.severity),
        "severity_kind": SEVERITY_KINDS[case.severity].value,
        "account": None if is_own else case.account,
        # The desk's page of it, which only staff have.
        "sees_account": reader.is_staff and not is_own and sees_account(reader, case.account),
        "integration": kind_name(case.integration.kind) if case.integration else "",
        "product": product_name(case.product),
        "category": category_name(case.category),
        "criterion": criterion_name(case.criterion) if case.criterion else "",
        "urgent": str(URGENT_STATES[urgent]) if urgent else "",
        "urgent_kind": URGENT_KINDS[urgent].value if urgent else "",
        "case_language": language_for(case.language),
        "case_zone": city_name(case.time_zone, get_language() or "en"),
        "filed_by": case.filed_by.name if case.filed_by else "",
        "closed_by": case.closed_by.name if case.closed_by else "",
        "close_reason": close_reason_name(case.close_reason) if case.close_reason else "",
        "urgent_standing": urgent_standing(case) if urgent else None,
        "answers": answers_of(case),
    }


def answers_of(case: Case) -> tuple[Answer, ...]:
    """Return what was answered, in the order of the questions; of questions that are gone by their key, at the end."""
    category = categories().get(case.category)
    questions: Mapping[str, Question] = {one.key: one for one in category.questions} if category else {}
    known = [_answer(question, case.answers[key], case) for key, question in questions.items() if key in case.answers]
    gone = [Answer(key, str(value)) for key, value in case.answers.items() if key not in questions]
    return (*known, *gone)


def linked_cases(case: Case, reader: Identity, now: datetime) -> tuple[LinkedCase, ...]:
    """Return what the case follows, what follows it, and what it is linked with, as far as the reader sees them."""
    return tuple(
        LinkedCase(
            number=one.number,
            shown=shown(one.number),
            title=one.title,
            state=one.state,
            kind=_relation(case, one),
            is_link=bool(one.link),
        )
        for one in related_cases(reader, case, now)
    )


def why_no_reply(case: Case, reader: Identity, rights: frozenset[CaseRight]) -> dict[str, Any]:
    """Return why the reader cannot write to an open case, and who can; empty where it can."""
    if CaseRight.COMMENT in rights:
        return {}
    if reader.is_staff:
        return {"why": _("Your role lets you read cases. Support agents answer them."), "who": ()}
    if case.account_id != reader.account.pk:
        return _why_no_reply_from_outside(case, reader)
    words = _("Your role lets you read cases, not write to support. These people of your account can:")
    return {"why": words, "who": people_who_write(case)}


def people_who_write(case: Case) -> tuple[str, ...]:
    """Return the names of people of the account who may write to the case, the first few."""
    people = Identity.objects.filter(is_active=True, domain__account_id=case.account_id)
    held = people.annotate(held=roles_of_outer("pk")).order_by("name", "pk")[:_LOOKED_AT]
    writers = (one.name for one in held if Privilege.WRITE_CASES in privileges_in(one.held))
    return tuple(name for name, _count in zip(writers, range(NAMED), strict=False))


def _sharers(case: Case, reader: Identity) -> tuple[str, ...]:
    """Return who shared the case with the reader."""
    given = case.shares.filter(Q(identity=reader) | Q(group__members=reader), revoked_at=None)
    names = given.exclude(created_by=None).values_list("created_by__name", flat=True).distinct()
    return tuple(str(name) for name in names)


def _why_no_reply_from_outside(case: Case, reader: Identity) -> dict[str, Any]:
    """Return the same for somebody of another account: it was shared to view, or the customer granted no more (D5)."""
    sharers = _sharers(case, reader)
    if sharers or seat_of(reader) is None:
        words = _("This case is shared with you to view. Whoever shared it can let you comment.")
        return {"why": words, "who": sharers}
    if works_for_customers(reader):
        return {"why": wording.text(DelegationCode.ONLY_VIEW), "who": ()}
    return {"why": _("Your role lets you read cases, not write to support."), "who": ()}


def _relation(case: Case, other: Related) -> str:
    if other.follows_id == case.pk:
        return _("Follow-up case")
    if case.follows_id == other.pk:
        return _("Follows")
    return str(LINK_KINDS[LinkKind(other.link)]) if other.link else ""


def _answer(question: Question, value: Any, case: Case) -> Answer:
    language = get_language() or "en"
    label = question.name(language)
    match question.answer:
        case AnswerKind.YES_NO:
            return Answer(label, _("Yes") if value else _("No"))
        case AnswerKind.CHOICE:
            chosen = next((one for one in question.choices if one.key == value), None)
            return Answer(label, chosen.name(language) if chosen else str(value))
        case AnswerKind.NUMBER:
            return Answer(label, format_number(value, language) if isinstance(value, int) else str(value))
        case AnswerKind.MOMENT:
            return _moment(label, value, case)
    text = str(value)
    return Answer(label, linked(text), language=language_for(language_of(text, case.language)))


def _moment(label: str, value: Any, case: Case) -> Answer:
    """Return a moment; without an offset it is what the filer's clock said."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return Answer(label, str(value))
    return Answer(label, "", moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(case.time_zone)))
