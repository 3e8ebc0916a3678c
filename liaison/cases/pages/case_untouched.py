"""The forms of a case's page as nobody has touched them yet: drawn once for all who see the same of them.

A form of ten fields takes longer to draw than everything else on the page. What differs at each reader and case is
put in afterwards; a form with a draft, with errors or with somebody's files is drawn anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from markupsafe import Markup, escape

from liaison.cases.forms import LinkForm, NoteForm, ReopenForm, ReplyForm
from liaison.cases.labels import severity_name
from liaison.cases.models import Case
from liaison.cases.people import PeoplePanel, ShareForm
from liaison.cases.vocabulary import CaseRight
from liaison.catalog.vocabulary import CaseSeverity
from liaison.lib.remembered import remembered
from liaison.web.pages import render_text
from liaison.web.stencils import format_of, hole, spoken

_HOLES: Final = {name: hole(name) for name in ("number", "reader", "slug", "csrf", "showing", "deletion")}
_CASE: Final = Case(number=_HOLES["number"])
_MOST: Final = 2_000
_FEW: Final = 200


class ReplyLook(NamedTuple):
    """What makes one form of a Send another than the next."""

    severity: int
    rights: frozenset[CaseRight]
    may_escalate: bool
    no_escalation: str

    @property
    def is_worker(self) -> bool:
        return CaseRight.WORK in self.rights


class Untouched:
    """The forms of one page; `values` are what they hold of case and reader, by the names of the holes."""

    def __init__(self, *, number: str, reader: str, csrf_input: str, showing: str) -> None:
        self._values = {
            "number": str(escape(number)),
            "reader": str(escape(reader)),
            "csrf": csrf_input,
            "showing": str(escape(showing)),
        }

    def reply(self, look: ReplyLook, slug: str, deletable: tuple[tuple[str, str], ...]) -> Markup:
        """Return the form of a Send in which nothing is typed; `deletable` are attachments: public id and name."""
        # The names are of the catalog, which the operator may change.
        names = tuple(severity_name(level) for level in CaseSeverity)
        deletion = _deletion(*spoken(), deletable) if deletable and not look.is_worker else ""
        return self._filled(_reply(*spoken(), look, names), slug=slug, deletion=deletion)

    def note(self, slug: str) -> Markup:
        return self._filled(_note(*spoken()), slug=slug)

    def link(self) -> Markup:
        return self._filled(_link(*spoken()))

    def share(self, domains: tuple[str, ...]) -> Markup:
        return self._filled(_share(*spoken(), domains))

    def people(self, panel: PeoplePanel) -> Markup:
        """Return the panel of a case that is shared with nobody, as far as the reader knows."""
        return self._filled(_people(*spoken(), replace(panel, number=_HOLES["number"])))

    def reopen(self) -> Markup:
        return self._filled(_reopen(*spoken()))

    def _filled(self, drawn: str, **values: str) -> Markup:
        return Markup(drawn % {**self._values, **values})  # noqa: S704  # ours, and escaped values


@remembered(_MOST)
def _reply(_language: str, _prefix: str, look: ReplyLook, _severities: tuple[str, ...]) -> str:
    form = ReplyForm(case=Case(severity=look.severity), rights=look.rights, may_escalate=look.may_escalate)
    known = {
        "reply": form,
        "files_account": SimpleNamespace(slug=_HOLES["slug"]),
        "reply_files": (),
        "deletion_html": Markup(_HOLES["deletion"]),  # noqa: S704  # a constant
        "is_worker": look.is_worker,
        "may_change": CaseRight.CHANGE in look.rights,
        "no_escalation": look.no_escalation,
        "reply_draft": None,
        "summary": (),
    }
    return _drawn("cases/case_reply.html", known)


@remembered(_FEW)
def _deletion(_language: str, _prefix: str, deletable: tuple[tuple[str, str], ...]) -> Markup:
    form = ReplyForm(case=Case(severity=1), rights=frozenset(), may_escalate=False, deletable=deletable)
    return Markup(render_text("cases/case_deletion_form.html", {"reply": form}))  # noqa: S704  # it is escaped


@remembered(_MOST)
def _note(_language: str, _prefix: str) -> str:
    account = SimpleNamespace(slug=_HOLES["slug"])
    known = {"note": NoteForm(), "note_files_account": account, "note_files": (), "note_draft": None}
    return _drawn("cases/case_note.html", known)


@remembered(_MOST)
def _link(_language: str, _prefix: str) -> str:
    return _drawn("cases/case_link_form.html", {"link_form": LinkForm()})


@remembered(_MOST)
def _share(_language: str, _prefix: str, domains: tuple[str, ...]) -> str:
    people = SimpleNamespace(number=_HOLES["number"], form=ShareForm(auto_id="share_%s"), domains=domains)
    return _drawn("cases/case_share_form.html", {"people": people})


@remembered(_MOST)
def _people(language: str, prefix: str, panel: PeoplePanel) -> str:
    form = _share(language, prefix, panel.domains) % _HOLES if panel.may_share else ""
    return _drawn("cases/case_people.html", {"people": panel, "share_html": Markup(form)})  # noqa: S704  # drawn above


@remembered(_MOST)
def _reopen(_language: str, _prefix: str) -> str:
    return _drawn("cases/case_reopen_form.html", {"reopen": ReopenForm(auto_id="reopen-%s")})


def _drawn(template: str, known: Mapping[str, Any]) -> str:
    """Return a template as a text for `%`, with a place for each value that is put in later."""
    shared = {
        "case": _CASE,
        "reader_id": _HOLES["reader"],
        "csrf_input": Markup(_HOLES["csrf"]),  # noqa: S704  # a constant
        "showing": _HOLES["showing"],
        "findings": (),
        "file_problems": (),
    }
    return format_of(render_text(template, {**shared, **known}))
