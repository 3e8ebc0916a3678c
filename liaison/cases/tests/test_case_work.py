"""What else is done at a case: internal notes, and linking it with what it belongs to."""

from __future__ import annotations

import pytest

from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_identity, make_operator
from liaison.cases.models import Case, CaseIncident, CaseLink, CaseUpdate, InternalNote, ReplyDraft
from liaison.cases.testing import make_case, make_closed, make_incident, make_update
from liaison.cases.tests.case_pages import opened, posted, text_of
from liaison.lib.clock import utc_now

CARD = "4111 1111 1111 1111"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.owner)


def noted(cast: Cast, case: Case, **values: str) -> object:
    return posted(cast.agent, case, "/notes", expected_version=Case.objects.get(pk=case.pk).version, **values)


def test_a_note_is_written_by_agents_alone(cast: Cast, case: Case) -> None:
    """W8, W2."""
    assert noted(cast, case, text="Suspicious.").status_code == 302  # type: ignore[attr-defined]
    assert InternalNote.objects.get().text == "Suspicious."
    assert CaseUpdate.objects.filter(case=case).count() == 1
    read_only = make_identity(make_operator(), PredefinedRole.READ_ONLY_STAFF, "Rolf Readonly", language="en")
    for person in (cast.owner, cast.reader, cast.manager, read_only):
        assert posted(person, case, "/notes", text="x").status_code == 403
        assert posted(person, case, "/notes/draft", text="x").status_code == 403
    assert posted(cast.outsider, case, "/notes", text="x").status_code == 404
    assert InternalNote.objects.count() == 1


def test_a_note_that_is_not_taken_never_becomes_an_answer(cast: Cast, case: Case) -> None:
    posted(cast.agent, case, "/notes/draft", text="Only for us")
    page = text_of(cast.agent, case)
    reply, note = page.split('id="note"')
    assert "Only for us</textarea>" in note
    assert "Only for us" not in reply
    answer = noted(cast, case, text=f"Card {CARD}")
    body = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "a card number" in body.split('id="note"')[1]
    assert f"Card {CARD}" not in body.split('id="note"')[0]
    assert "a card number" not in body.split('id="note"')[0]
    noted(cast, case, text=f"Card {CARD}", personal_kinds="card_number", personal_reason="A test card")
    assert InternalNote.objects.count() == 1
    assert not ReplyDraft.objects.exists()


def test_a_finding_can_be_removed_from_a_note(cast: Cast, case: Case) -> None:
    answer = noted(cast, case, text=f"Card {CARD}", remove=f"text:5-{5 + len(CARD)}")
    assert "Card […]</textarea>" in answer.content.decode()  # type: ignore[attr-defined]
    assert not InternalNote.objects.exists()


def test_a_note_on_something_older_is_asked_about_first(cast: Cast, case: Case) -> None:
    version = case.version
    make_update(cast.owner, case, text="Wait!")
    answer = posted(cast.agent, case, "/notes", text="Waiting", expected_version=version)
    assert answer.status_code == 409
    assert "Waiting</textarea>" in answer.content.decode()
    assert not InternalNote.objects.exists()


def test_cases_are_linked_and_the_link_taken_away_by_who_may_change(cast: Cast, case: Case) -> None:
    other = make_case(cast.owner, title="The other one")
    assert posted(cast.colleague, case, "/links", number=other.number, kind="duplicate").status_code == 302
    assert "The other one" in text_of(cast.reader, case)
    assert case.title in text_of(cast.reader, other)
    assert posted(cast.colleague, case, "/links", number=other.number, kind="related").status_code == 409
    assert posted(cast.reader, case, "/links/remove", number=other.number).status_code == 403
    assert posted(cast.colleague, case, "/links/remove", number=other.number).status_code == 302
    assert not CaseLink.objects.exists()


def test_what_somebody_does_not_see_cannot_be_linked(cast: Cast, case: Case) -> None:
    foreign = make_case(cast.outsider, title="Foreign secret")
    for number in (foreign.number, "1234567890", case.number, "\x00", "x" * 500, "'; --"):
        answer = posted(cast.owner, case, "/links", number=number, kind="related")
        assert answer.status_code == 422, number
        assert "Foreign secret" not in answer.content.decode()
    same = {
        posted(cast.owner, case, "/links", number=number, kind="related").content.decode().count("no such case")
        for number in (foreign.number, "1234567890")
    }
    assert same == {1}
    incident = make_incident(cast.elsewhere, utc_now())
    for public_id in (incident.public_id, "nothing", "\x00"):
        assert posted(cast.owner, case, "/links", incident=public_id).status_code == 404
    assert not CaseLink.objects.exists()
    assert not CaseIncident.objects.exists()


def test_incidents_are_linked_and_taken_away(cast: Cast, case: Case) -> None:
    incident = make_incident(cast.partner, utc_now())
    assert f'value="{incident.public_id}"' in text_of(cast.owner, case)
    posted(cast.owner, case, "/links", incident=incident.public_id)
    assert CaseIncident.objects.get().incident == incident
    assert f"/incidents/{incident.public_id}" in text_of(cast.reader, case)
    posted(cast.agent, case, "/links/remove", incident=incident.public_id)
    assert not CaseIncident.objects.exists()


def test_a_closed_case_takes_no_note_and_no_link(cast: Cast, case: Case) -> None:
    """W9: a closed case refuses everything but sharing, handing over and reopening."""
    other = make_case(cast.owner)
    make_closed(cast.owner, case)
    posted(cast.owner, case, "/links", number=other.number, kind="related")
    noted(cast, case, text="Late")
    assert not CaseLink.objects.exists()
    assert not InternalNote.objects.exists()
    page = text_of(cast.agent, case)
    assert 'id="note"' not in page
    assert "Late" not in text_of(cast.owner, case)
    assert opened(cast.owner, case).status_code == 200
