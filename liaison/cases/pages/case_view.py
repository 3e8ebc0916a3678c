"""The page of a case, put together: what everybody who sees it reads, and what this reader may do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison.accounts.access import sees_account
from liaison.accounts.models import Account, Identity
from liaison.cases import access
from liaison.cases.delegated.proving import A_LOOK, KEPT_FRESH, Way, note_seen
from liaison.cases.drafts import drafts_of
from liaison.cases.forms import NOTE_FILES, LinkForm, NoteForm, ReopenForm, ReplyForm
from liaison.cases.models import Case, ReplyDraft
from liaison.cases.near import Around, NearIncident, around, near_incidents
from liaison.cases.pages.case_about import about_html, marks_html
from liaison.cases.pages.case_delegates import RENEWED_FOR, delegates_panel
from liaison.cases.pages.case_entries import entry_html
from liaison.cases.pages.case_facts import facts_of, linked_cases, why_no_reply
from liaison.cases.pages.case_history import AT_FIRST, Entry, history_of
from liaison.cases.pages.case_refused import Finding
from liaison.cases.pages.case_rows import FileRow, files_of
from liaison.cases.pages.case_summary import summary_of
from liaison.cases.pages.case_untouched import ReplyLook, Untouched
from liaison.cases.people import PeoplePanel, panel_without_form
from liaison.cases.presence import Present, others_in
from liaison.cases.transitions import Side, last_moment_to_reopen, may_reopen
from liaison.cases.vocabulary import CaseRight
from liaison.catalog.vocabulary import SupportTier
from liaison.files.access import unused_files
from liaison.files.forms import files_of as files_sent
from liaison.files.vocabulary import Purpose
from liaison.lib.ids import new_public_id
from liaison.web import wording
from liaison.web.pages import render_page, wants_fragment
from liaison.web.tokens import token_input

HISTORY: Final = "history"
MOST_DELETABLE: Final = 200
INCIDENTS_OFFERED: Final = 20


@dataclass(frozen=True)
class Refused:
    """A form that was not taken, as it comes back: with its errors, and what stands in its way."""

    reply: ReplyForm | None = None
    note: NoteForm | None = None
    reopen: ReopenForm | None = None
    link: LinkForm | None = None
    findings: tuple[Finding, ...] = ()
    meanwhile: tuple[Entry, ...] = ()
    problem: str = ""
    file_problems: tuple[str, ...] = ()
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass
class CasePage:
    """One reader at one case, at one moment."""

    request: HttpRequest
    case: Case
    reader: Identity
    now: datetime
    rights: frozenset[CaseRight] = field(init=False)

    def __post_init__(self) -> None:
        self.rights = access.rights_on(self.reader, self.case, self.now)

    @cached_property
    def around(self) -> Around:
        """What there is around the case at all, so that nothing else is asked for."""
        return around(self.case, self.reader.pk, self.now, sees_notes=CaseRight.NOTE in self.rights)

    @cached_property
    def files(self) -> Sequence[FileRow]:
        """The case's attachments as far as the reader sees them."""
        return files_of(self.case, self.rights) if self.around.attachments else ()

    @property
    def is_worker(self) -> bool:
        return CaseRight.WORK in self.rights

    @property
    def can_reply(self) -> bool:
        return CaseRight.COMMENT in self.rights and not self.case.is_closed

    @property
    def may_escalate(self) -> bool:
        """Premium counts at this moment, and a case is escalated once (W9)."""
        return self.case.account.support_tier == SupportTier.PREMIUM and self.case.escalated_at is None

    def show(self, refused: Refused | None = None) -> HttpResponse:
        """Answer with the page; for htmx with its history alone. Either is an opening, whatever was asked for (D5)."""
        is_part = refused is None and wants_fragment(self.request)
        note_seen(self.reader, self.case, Way.PAGE, self.now, lately=KEPT_FRESH if is_part else A_LOOK)
        if is_part:
            context: dict[str, Any] = {**self._history(), **self._facts(), "is_fragment": True}
            return render_page(self.request, "cases/case.html", context, fragment=HISTORY)
        refused = refused or Refused(status=HTTPStatus.OK)
        context = {
            **self._facts(),
            **self._history(),
            **self._around(),
            **self._forms(refused),
            "meanwhile": refused.meanwhile,
            "problem": refused.problem,
        }
        return render_page(self.request, "cases/case.html", context, status=refused.status)

    def reply_form(self, data: Any = None, kept: Mapping[str, Any] | None = None) -> ReplyForm:
        """Return the form of a Send with what this reader may do."""
        return ReplyForm(
            data,
            case=self.case,
            rights=self.rights,
            may_escalate=self.may_escalate,
            deletable=self._deletable(),
            kept=kept,
        )

    @property
    def files_account(self) -> Account:
        """Whose room the reader's files take: the case's for its own people and for staff, else the reader's own."""
        is_theirs = self.reader.is_staff and sees_account(self.reader, self.case.account)
        return self.case.account if is_theirs else self.reader.account

    def sent_files(self, name: str) -> tuple[QueryDict, tuple[str, ...]]:
        """Return what was posted with the files that came, and what is wrong with the others, in words.

        The files of a note take the operator's own room: what is left of the account's must not tell of them (W8).
        """
        account = self.reader.account if name == NOTE_FILES else self.files_account
        sent = files_sent(self.request, name, self.reader, account, Purpose.CASE, self.now)
        data = self.request.POST.copy()
        data.setlist(name, list(sent.public_ids))
        return data, tuple(wording.text(problem.code, problem.facts) for problem in sent.problems)

    def _facts(self) -> dict[str, Any]:
        facts = facts_of(self.case, self.reader)
        return {**facts, "marks_html": marks_html(facts), "about_html": about_html(facts)}

    def _history(self) -> dict[str, Any]:
        asked = self.request.GET.get("shown", "")
        shown = int(asked) if asked.isdecimal() and len(asked) < 6 else AT_FIRST  # noqa: PLR2004  # digits
        history = history_of(self.case, self.reader, self.rights, self.now, files=self.files, shown=shown)
        return {"history": history, "entry_html": entry_html, "sees_notes": CaseRight.NOTE in self.rights}

    def _around(self) -> dict[str, Any]:
        return {
            "links": linked_cases(self.case, self.reader, self.now) if self.around.cases else (),
            "incidents": tuple(one for one in self._incidents if one.is_linked),
            "present": others_in(self.case, self.reader, self.now) if self.around.present else Present(),
            "reader_id": self.reader.public_id,
            "people": self._people,
            "delegates": delegates_panel(self.case, self.reader, self.rights),
            "renewed_for": RENEWED_FOR,
            "may_change": CaseRight.CHANGE in self.rights,
            "may_link": self._may_link,
            "is_worker": self.is_worker,
            "is_staff": self.reader.is_staff,
            **self._end(),
        }

    @property
    def _may_link(self) -> bool:
        return CaseRight.CHANGE in self.rights and not self.case.is_closed

    @cached_property
    def _incidents(self) -> tuple[NearIncident, ...]:
        """The incidents that the case is about, and those that it can be linked with."""
        if not self.around.incidents:
            return ()
        return near_incidents(self.reader, self.case, INCIDENTS_OFFERED if self._may_link else 0)

    def _end(self) -> dict[str, Any]:
        """Return whether and until when a closed case can be reopened (D8)."""
        closed_at = self.case.closed_at
        if closed_at is None:
            return {"reopen_until": None, "may_reopen": False, "follow_up_address": ""}
        side = Side.STAFF if self.is_worker else Side.ACCOUNT
        possible = CaseRight.CHANGE in self.rights and may_reopen(closed_at, self.now, side)
        return {
            "reopen_until": last_moment_to_reopen(closed_at),
            "may_reopen": possible,
            "follow_up_address": f"{reverse('new_case')}?{urlencode({'follows': self.case.number})}",
        }

    def _why_no_escalation(self) -> str:
        """Return why the button to escalate is there and cannot be pressed (D7)."""
        if self.case.escalated_at is not None:
            return _("This case is escalated already.")
        return _("Only accounts with premium support can escalate a case.")

    def _forms(self, refused: Refused) -> dict[str, Any]:
        drafts = drafts_of(self.reader, self.case) if self.around.drafts else {}
        showing = new_public_id()
        return {
            "showing": showing,
            "file_problems": refused.file_problems,
            "findings": refused.findings,
            "files_account": self.files_account,
            "note_files_account": self.reader.account,
            "link_incidents": tuple(one for one in self._incidents if not one.is_linked),
            "no_reply": {} if CaseRight.CHANGE in self.rights else why_no_reply(self.case, self.reader, self.rights),
            "no_escalation": self._why_no_escalation(),
            "deletion_html": None,
            **self._reply(refused.reply, drafts.get(False)),
            **self._note(refused.note, drafts.get(True)),
            "reopen": refused.reopen,
            "link_form": refused.link,
            **self._untouched(refused, drafts, showing),
        }

    def _reply(self, refused: ReplyForm | None, draft: ReplyDraft | None) -> dict[str, Any]:
        """Return the form of a Send that came back, or that goes on with a draft; else it is drawn as untouched."""
        form = refused or (self.reply_form(kept=draft.data) if draft and self.can_reply else None)
        form = form if self.can_reply else None
        return {
            "can_reply": self.can_reply,
            "reply": form,
            "reply_files": unused_files(self.reader, form.file_ids) if form else (),
            "reply_draft": draft,
            "summary": summary_of(form, self.case) if form else (),
            "kept_text": str(draft.data.get("text", "")) if draft and self.case.is_closed else "",
        }

    def _note(self, refused: NoteForm | None, draft: ReplyDraft | None) -> dict[str, Any]:
        form = refused or (NoteForm(kept=draft.data) if draft and self.is_worker else None)
        shown = None if self.case.is_closed else form
        return {
            "can_note": self.is_worker and not self.case.is_closed,
            "note": shown,
            "note_files": unused_files(self.reader, shown.file_ids) if shown else (),
            "note_draft": draft,
            "kept_note": str(form["text"].value() or "") if form and self.case.is_closed else "",
        }

    def _untouched(self, refused: Refused, drafts: Mapping[bool, ReplyDraft], showing: str) -> dict[str, Any]:
        """Return the forms that nobody has touched yet as HTML, and None for the others."""
        forms = Untouched(
            number=self.case.number,
            reader=self.reader.public_id,
            csrf_input=token_input(self.request),
            showing=showing,
        )
        look = ReplyLook(self.case.severity, self.rights, self.may_escalate, self._why_no_escalation())
        is_new = self.can_reply and not (refused.reply or drafts.get(False))
        is_new_note = self.is_worker and not (self.case.is_closed or refused.note or drafts.get(True))
        return {
            "reply_html": forms.reply(look, self.files_account.slug, self._deletable()) if is_new else None,
            "note_html": forms.note(self.reader.account.slug) if is_new_note else None,
            "link_html": forms.link() if self._may_link and not refused.link else None,
            "share_html": forms.share(self._people.domains) if self._people.may_share else None,
            "people_html": None if self._people.shares else forms.people(self._people),
            "reopen_html": forms.reopen() if self.case.is_closed and not refused.reopen else None,
        }

    @cached_property
    def _people(self) -> PeoplePanel:
        return panel_without_form(self.reader, self.case, self.now, self.rights, has_shares=self.around.shares)

    def _deletable(self) -> tuple[tuple[str, str], ...]:
        """Return the attachments whose deletion can be asked for: all that the account sees and that are there."""
        if self.is_worker:
            return ()
        found = [one for one in self.files if one.note_id is None and one.deleted_at is None]
        return tuple((one.public_id, one.name) for one in reversed(found[-MOST_DELETABLE:]))
