"""The form in hand, for one request: whose it is, what stands in it, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from liaison.accounts.guards import identity_of
from liaison.cases.personal import Searched
from liaison.delegation.vocabulary import DelegationCode, GrantLevel
from liaison.delegation.wording import LEVELS
from liaison.files.unread import StorageAway
from liaison.filing import access
from liaison.filing.attached import uploader_files
from liaison.filing.checking import problems_of, step_of
from liaison.filing.findings import findings_of, in_words, is_said, kinds_of, search, unsearched
from liaison.filing.formview import FormView
from liaison.filing.likely import incidents_of, similar_cases
from liaison.filing.models import Draft
from liaison.filing.pages.posted import LONGEST_SHOWING, Posted, step_named
from liaison.filing.prefill import account_asked, asked_of, prefilled
from liaison.filing.problems import problems_in_words
from liaison.filing.setting import Setting
from liaison.filing.sheet import Sheet, of_data
from liaison.filing.vocabulary import FilingCode, Step
from liaison.helpcentre.suggesting import suggest
from liaison.lib.ids import new_public_id
from liaison.lib.refusals import Conflict, FieldProblem
from liaison.web import wording
from liaison.web.pages import render_page, wants_fragment

PAGE: Final = "filing/case.html"
STATUS: Final = "filing/status.html"
_PARTS: Final[Mapping[str, str]] = {
    "category": "filing/category.html",
    "urgent": "filing/urgent.html",
    "questions": "filing/questions.html",
    "severity": "filing/severity_result.html",
}


@dataclass(frozen=True)
class Desk:
    """`draft` is None until something was kept; `asked` is what the address fills a new form with."""

    public_id: str
    draft: Draft | None
    setting: Setting
    sheet: Sheet
    step: Step
    asked: Mapping[str, str]
    now: datetime

    @property
    def address(self) -> str:
        return self.address_of(self.step)

    def address_of(self, step: Step) -> str:
        """Return where a step of this draft stands; a draft that is not kept yet says what it began with.

        One for another account names it: where the draft was discarded meanwhile, what is typed still has a place.
        """
        parameters = {"step": step.value} | (dict(self.asked) if self.draft is None else self._account_named())
        return reverse("case_draft", kwargs={"draft": self.public_id}) + "?" + urlencode(parameters)

    def with_sheet(self, sheet: Sheet) -> Desk:
        return replace(self, sheet=sheet)

    def _account_named(self) -> dict[str, str]:
        setting = self.setting
        return {"account": setting.account.slug} if setting.is_for_another and not setting.is_gone else {}


@dataclass(frozen=True)
class Trouble:
    """What keeps the form where it is. `searched`: what was just found of personal data, where it was looked for.

    `away` says why the files cannot be searched now.
    `is_unsaved`: what was typed could not be kept, so the form still goes on from what it went on from.
    """

    status: HTTPStatus = HTTPStatus.OK
    problems: tuple[FieldProblem, ...] = ()
    conflict: Conflict | None = None
    searched: Searched | None = None
    away: StorageAway | None = None
    is_unsaved: bool = False


NO_TROUBLE: Final = Trouble()


def opened(request: HttpRequest, public_id: str, step: Step | None, now: datetime) -> Desk | None:
    """Return the draft in hand, or a new one; None where an agent or a delegate has not said yet for whom.

    Raises Missing, and Forbidden for those who read only.
    """
    actor = identity_of(request)
    draft = access.draft_for(actor, public_id)
    asked = asked_of(request.GET)
    account = draft.account if draft else access.account_to_file_for(actor, account_asked(asked))
    if account is None:
        return None
    setting = Setting(actor, account, get_language() or "en", access.barrier_of(actor, account))
    sheet = of_data(draft.data) if draft else prefilled(setting, asked, now)
    kept = step_named(draft.step if draft else "")
    return Desk(public_id, draft, setting, sheet, step or kept, asked, now)


def show(request: HttpRequest, desk: Desk, posted: Posted | None = None, trouble: Trouble = NO_TROUBLE) -> HttpResponse:
    """Answer with the page, or with the part of it that htmx asked for."""
    template = PAGE
    if posted and posted.is_quiet and wants_fragment(request):
        template = _PARTS.get(posted.part, STATUS)
    context = _context(desk, posted, trouble, is_part=template != PAGE)
    return render_page(request, template, context, status=trouble.status, address=desk.address)


def _context(desk: Desk, posted: Posted | None, trouble: Trouble, *, is_part: bool) -> dict[str, Any]:
    setting, sheet, step = desk.setting, desk.sheet, desk.step
    open_problems = problems_of(sheet, setting)
    missing = problems_in_words(open_problems, setting, sheet)
    shown = problems_in_words(trouble.problems, setting, sheet)
    wanted = posted.wanted if posted else ""
    version, page = desk.draft.version if desk.draft else 0, new_public_id()[:LONGEST_SHOWING]
    if posted and trouble.is_unsaved:
        version = posted.version
    if posted and (is_part or trouble.is_unsaved):
        page = posted.page
    view = FormView(sheet, setting, step, shown, frozenset(step_of(one.field) for one in open_problems), wanted)
    search, away = _searched(desk, trouble, is_part=is_part)
    found, files = search.found, uploader_files(setting.actor, sheet.files) if step in _WITH_FILES else ()
    return {
        "desk": desk,
        "view": view,
        "missing": missing,
        "trouble": trouble,
        "conflict_words": wording.text_of(trouble.conflict) if trouble.conflict else "",
        "is_part": is_part,
        "posted_part": posted.part if posted else "",
        "version": version,
        "page": page,
        "findings": in_words(found, setting, sheet),
        "finding_kinds": kinds_of(found),
        "is_said": is_said(found, sheet),
        "files": files,
        "unsearched": unsearched(files, search) if step is Step.REVIEW and not away else (),
        "away": wording.text_of(away) if away else "",
        **_barrier(setting),
        **_known(desk),
    }


_WITH_FILES: Final = frozenset({Step.DESCRIPTION, Step.REVIEW})


def _searched(desk: Desk, trouble: Trouble, *, is_part: bool) -> tuple[Searched, StorageAway | None]:
    """Return what is found of personal data, and why files could not be searched.

    Files are long: they are read where the whole is looked at, and when it is sent.
    """
    if trouble.searched is not None or (is_part and desk.step is Step.REVIEW):
        return trouble.searched or _NOTHING, trouble.away
    if desk.step is not Step.REVIEW:
        return Searched(tuple(findings_of(desk.sheet, desk.setting, desk.step)), ()), None
    try:
        return search(desk.sheet, desk.setting), None
    except StorageAway as away:
        return Searched(tuple(findings_of(desk.sheet, desk.setting)), ()), away


_NOTHING: Final = Searched((), ())


def _barrier(setting: Setting) -> dict[str, Any]:
    """Return why a delegate's case cannot be filed now, and whether the customer's grant is all that is missing."""
    if setting.barrier is None:
        return {"barrier_words": "", "barrier_can_be_granted": False, "manage_words": ""}
    words = wording.text(FilingCode.CUSTOMER_GONE) if setting.is_gone else wording.text_of(setting.barrier)
    return {
        "barrier_words": words,
        "barrier_can_be_granted": isinstance(setting.barrier.code, DelegationCode),
        "manage_words": LEVELS[GrantLevel.MANAGE],
    }


def _known(desk: Desk) -> dict[str, Any]:
    """Return what may make the case needless: articles, cases that sound alike, incidents that are known."""
    setting, sheet, step = desk.setting, desk.sheet, desk.step
    if step not in {Step.SUBJECT, Step.REVIEW}:
        return {"articles": (), "similar": (), "incidents": ()}
    articles = suggest(sheet.title, setting.language) if sheet.title and step is Step.SUBJECT else ()
    return {
        "articles": articles,
        "similar": similar_cases(setting, sheet, desk.now),
        "incidents": incidents_of(setting, sheet),
    }
