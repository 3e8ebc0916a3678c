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
from liaison.cases.drafts import drafts_of
from liaison.cases.forms import NOTE_FILES, LinkForm, NoteForm, ReopenForm, ReplyForm
from liaison.cases.models import Case, ReplyDraft
from liaison.cases.near import Around, NearIncident, around, near_incidents
from liaison.cases.pages.case_facts import facts_of, linked_cases, why_no_reply
from liaison.cases.pages.case_history import AT_FIRST, Entry, history_of
from liaison.cases.pages.case_refused import Finding
from liaison.cases.pages.case_rows import FileRow, files_of
from liaison.cases.pages.case_summary import summary_of
from liaison.cases.people import people_panel
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
        return around(self.case, self.reader.pk)

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
        """Answer with the page; for htmx with its history alone."""
        if refused is None and wants_fragment(self.request):
            context: dict[str, Any] = {**self._history(), **facts_of(self.case, self.reader), "is_fragment": True}
            return render_page(self.request, "cases/case.html", context, fragment=HISTORY)
        refused = refused or Refused(status=HTTPStatus.OK)
        context = {
            **facts_of(self.case, self.reader),
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

    def _history(self) -> dict[str, Any]:
        asked = self.request.GET.get("shown", "")
        shown = int(asked) if asked.isdecimal() and len(asked) < 6 else AT_FIRST  # noqa: PLR2004  # digits
        history = history_of(self.case, self.reader, self.rights, self.now, files=self.files, shown=shown)
        return {"history": history, "sees_notes": CaseRight.NOTE in self.rights}

    def _around(self) -> dict[str, Any]:
        return {
            "links": linked_cases(self.case, self.reader, self.now) if self.around.cases else (),
            "incidents": tuple(one for one in self._incidents if one.is_linked),
            "present": others_in(self.case, self.reader, self.now) if self.around.present else Present(),
            "reader_id": self.reader.public_id,
            "people": people_panel(self.reader, self.case, self.now, has_shares=self.around.shares),
            "may_change": CaseRight.CHANGE in self.rights,
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
        reply = refused.reply or (self.reply_form(kept=_data(drafts.get(False))) if self.can_reply else None)
        note = refused.note or (NoteForm(kept=_data(drafts.get(True))) if self.is_worker else None)
        open_case = not self.case.is_closed
        unsent = drafts.get(False)
        link = (refused.link or LinkForm()) if self._may_link else None
        return {
            "showing": new_public_id(),
            "reply": reply if self.can_reply else None,
            "reply_files": unused_files(self.reader, reply.file_ids) if reply else (),
            "file_problems": refused.file_problems,
            "files_account": self.files_account,
            "note_files_account": self.reader.account,
            "reply_draft": drafts.get(False),
            "note": note if open_case else None,
            "note_files": unused_files(self.reader, note.file_ids) if note and open_case else (),
            "note_draft": drafts.get(True),
            "summary": summary_of(reply, self.case) if reply and self.can_reply else (),
            "findings": refused.findings,
            "reopen": refused.reopen or ReopenForm(auto_id="reopen-%s"),
            "link_form": link,
            "link_incidents": tuple(one for one in self._incidents if not one.is_linked),
            "no_reply": {} if CaseRight.CHANGE in self.rights else why_no_reply(self.case, self.reader, self.rights),
            "no_escalation": self._why_no_escalation(),
            "kept_text": "" if open_case or unsent is None else str(unsent.data.get("text", "")),
            "kept_note": "" if open_case or note is None else str(note["text"].value() or ""),
        }

    def _deletable(self) -> tuple[tuple[str, str], ...]:
        """Return the attachments whose deletion can be asked for: all that the account sees and that are there."""
        if self.is_worker:
            return ()
        found = [one for one in self.files if one.note_id is None and one.deleted_at is None]
        return tuple((one.public_id, one.name) for one in reversed(found[-MOST_DELETABLE:]))


def _data(draft: ReplyDraft | None) -> Mapping[str, Any] | None:
    return draft.data if draft else None
