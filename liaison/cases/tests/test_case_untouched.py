"""What is kept of the forms of a case is what they look like anew, for each reader and case (D7)."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from markupsafe import Markup

from liaison.accounts.models import Account
from liaison.accounts.testing import Cast, sign_in
from liaison.cases.forms import LinkForm, NoteForm, ReopenForm, ReplyForm
from liaison.cases.models import Case
from liaison.cases.pages.case_untouched import ReplyLook, Untouched
from liaison.cases.people import PeoplePanel, ShareForm
from liaison.cases.testing import make_case
from liaison.cases.tests.case_pages import text_of
from liaison.cases.vocabulary import CaseRight
from liaison.catalog.vocabulary import CaseSeverity
from liaison.web.pages import render_text

READ = frozenset({CaseRight.READ})
COMMENT = READ | {CaseRight.COMMENT}
CHANGE = COMMENT | {CaseRight.CHANGE}
WORK = CHANGE | {CaseRight.NOTE, CaseRight.WORK}
HOSTILE = "50%(csrf)s %% {slug} \"'><b>&amp; \ufdd0csrf\ufdd1"
DELETABLE = ((), (("a1", "log.txt"), ("b2", HOSTILE)))


def shown(case: Case, key: str = "t") -> dict[str, Any]:
    """Return what every form is drawn with."""
    return {
        "case": case,
        "reader_id": f"reader{key}",
        "csrf_input": Markup(f'<input value="{key}">'),  # noqa: S704  # a constant of the test
        "showing": f"showing{key}",
        "findings": (),
        "file_problems": (),
    }


def untouched(case: Case, key: str = "t") -> Untouched:
    given = shown(case, key)
    return Untouched(
        number=case.number, reader=given["reader_id"], csrf_input=given["csrf_input"], showing=given["showing"]
    )


def lines(html: str) -> list[str]:
    """Return HTML without the space between its lines."""
    return [line.strip() for line in html.splitlines() if line.strip()]


def reply_anew(case: Case, look: ReplyLook, slug: str, deletable: tuple[tuple[str, str], ...], key: str) -> str:
    given = {
        "reply": ReplyForm(case=case, rights=look.rights, may_escalate=look.may_escalate, deletable=deletable),
        "files_account": SimpleNamespace(slug=slug),
        "reply_files": (),
        "deletion_html": None,
        "is_worker": look.is_worker,
        "may_change": CaseRight.CHANGE in look.rights,
        "no_escalation": look.no_escalation,
        "reply_draft": None,
        "summary": (),
    }
    return render_text("cases/case_reply.html", {**shown(case, key), **given})


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_form_of_a_send_is_that_of_this_reader_and_case(language: str) -> None:
    """Each twice, the second time as it was kept, for another reader, case and account."""
    rights = (COMMENT, CHANGE, WORK)
    looks = [
        ReplyLook(level.value, right, may_escalate, "" if may_escalate else HOSTILE)
        for level, right, may_escalate in product(CaseSeverity, rights, (True, False))
    ]
    with translation.override(language):
        for look, deletable, key in product(looks, DELETABLE, ("t", "u")):
            if look.is_worker and deletable:
                continue  # staff delete it themselves
            case = Case(number="1234567890" if key == "t" else "9876543210", severity=look.severity)
            kept = untouched(case, key).reply(look, f"slug-{key}", deletable)
            assert lines(kept) == lines(reply_anew(case, look, f"slug-{key}", deletable, key))


def test_the_other_forms_are_those_of_this_reader_and_case() -> None:
    domains = ("b.test", "zqxcsrfxqz.test", HOSTILE)
    for key, number in (("t", "1234567890"), ("u", "9876543210")):
        case = Case(number=number)
        forms, given = untouched(case, key), shown(case, key)
        room = SimpleNamespace(slug=f"slug-{key}")
        note = {"note": NoteForm(), "note_files_account": room, "note_files": (), "note_draft": None}
        panel = PeoplePanel(number, True, True, False, (), True, ShareForm(auto_id="share_%s"), domains)
        drawn: dict[str, tuple[str, dict[str, Any]]] = {
            forms.note(room.slug): ("note", note),
            forms.link(): ("link_form", {"link_form": LinkForm()}),
            forms.reopen(): ("reopen_form", {"reopen": ReopenForm(auto_id="reopen-%s")}),
            forms.share(domains): ("share_form", {"people": panel}),
        }
        for html, (template, values) in drawn.items():
            assert lines(html) == lines(render_text(f"cases/case_{template}.html", given | values)), template


def test_who_hears_of_a_case_is_said_to_each_for_themselves() -> None:
    number = "1234567890"
    for hears, has_mailbox, is_silent, shares, may_share in product(
        (True, False), (True, False), (True, False), (None, ()), (True, False)
    ):
        panel = PeoplePanel(number, hears, has_mailbox, is_silent, shares, may_share, None, (HOSTILE,))
        anew = {
            "people": SimpleNamespace(
                **{name: getattr(panel, name) for name in panel.__slots__ if name != "form"},
                form=ShareForm(auto_id="share_%s"),
            )
        }
        html = render_text("cases/case_people.html", shown(Case(number=number)) | anew)
        assert lines(untouched(Case(number=number)).people(panel)) == lines(html)


@pytest.mark.parametrize("domain", ["zqxslugxqz.test", "zqxcsrfxqz.test"])
def test_nothing_that_an_administrator_names_is_taken_for_a_place_in_a_form(cast: Cast, domain: str) -> None:
    case = make_case(cast.owner)
    Account.objects.filter(pk=cast.partner.pk).update(share_domains=[domain])
    assert domain in text_of(cast.owner, case)


def test_what_was_drawn_for_one_is_not_shown_to_the_next(cast: Cast) -> None:
    """D1, D7: slot, person, case and what they may do, all from one process that has drawn the others' before."""
    case, other = make_case(cast.owner), make_case(cast.colleague, title="Another")
    for _time in range(2):
        for slot, person, one in ((2, cast.owner, case), (3, cast.colleague, other), (2, cast.reader, other)):
            answer = sign_in(Client(), person, slot).get(f"/u/{slot}/cases/{one.number}")
            page = answer.content.decode()
            strangers = ({case, other} - {one}).pop()
            assert strangers.number not in page
            assert f"/u/{5 - slot}/" not in page
            assert ('id="reply"' in page) == (person is not cast.reader)
            keys = {key for key in (cast.owner.public_id, cast.colleague.public_id) if f"-{key}" in page}
            assert keys == ({person.public_id} if person is not cast.reader else set())
