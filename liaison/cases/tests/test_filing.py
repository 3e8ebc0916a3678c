"""Filing a case: one issue, with all that support needs, or with everything said that is wrong (S2, S3, D2, D9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_identity, make_operator, make_partner
from liaison.audit.models import Event
from liaison.cases.actions import file_case, filing
from liaison.cases.models import Attachment, Case, CaseIncident, CaseUpdate, Follow
from liaison.cases.requests import NewCase, PersonalDataSaid
from liaison.cases.testing import make_case, make_closed, make_incident, new_case, urgent_case
from liaison.cases.vocabulary import UrgentState
from liaison.catalog.vocabulary import CaseSeverity
from liaison.files.testing import make_file
from liaison.files.vocabulary import Purpose
from liaison.integrations.testing import make_integration, make_launched
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Invalid, Missing

CARD = "The card is 4111 1111 1111 1111."


def _problems(actor: Identity, new: NewCase) -> set[tuple[str, str]]:
    count = Case.objects.count()
    with pytest.raises(Invalid) as refused:
        file_case(actor=actor, new=new, now=utc_now())
    assert Case.objects.count() == count
    return {(problem.field, problem.code.value) for problem in refused.value.problems}


def test_it_files_a_case_with_its_first_update(cast: Cast) -> None:
    now = utc_now()
    case = file_case(actor=cast.colleague, new=new_case(cast.partner, title="  A\n title "), now=now)
    case = Case.objects.get(pk=case.pk)
    update = CaseUpdate.objects.get(case=case)
    assert (case.title, case.state, case.version, case.filed_by) == ("A title", "new", 1, cast.colleague)
    assert (case.created_at, case.updated_at, case.staff_updated_at) == (now, now, now)
    assert (update.position, update.changes, update.is_by_staff) == (1, [{"kind": "filed"}], False)
    assert update.text == new_case(cast.partner).description
    assert Follow.objects.get(case=case).identity == cast.colleague
    event = Event.objects.get(subject_kind="case", subject_id=str(case.pk))
    assert (event.kind, event.account_id) == ("case.filed", cast.partner.pk)
    assert "Bookings" not in str(event.facts), "the history holds no words"


def test_it_takes_few_statements(cast: Cast) -> None:
    """300 of them in a second on two cores: nothing is asked twice. (The savepoint is the test's transaction.)"""
    make_case(cast.colleague)
    actor = Identity.objects.with_account().get(pk=cast.colleague.pk)
    assert actor.privileges
    with CaptureQueriesContext(connection) as queries:
        file_case(actor=actor, new=new_case(cast.partner, submission="s-1"), now=utc_now())
    said = [str(query["sql"])[:60] for query in queries.captured_queries if "SAVEPOINT" not in str(query["sql"])]
    assert len(said) <= MOST_STATEMENTS, "\n".join(said)


MOST_STATEMENTS = 12


def test_the_same_submission_is_the_same_case(cast: Cast) -> None:
    new = new_case(cast.partner, submission="draft-1")
    first = file_case(actor=cast.colleague, new=new, now=utc_now())
    again = file_case(actor=cast.colleague, new=new_case(cast.partner, submission="draft-1", title="B"), now=utc_now())
    assert (again.pk, again.title) == (first.pk, first.title)
    assert CaseUpdate.objects.filter(case=first).count() == 1


def test_somebody_else_does_not_learn_of_a_submission(cast: Cast) -> None:
    file_case(actor=cast.colleague, new=new_case(cast.partner, submission="draft-1"), now=utc_now())
    taken = {("submission", "case_submission_taken")}
    assert _problems(cast.owner, new_case(cast.partner, submission="draft-1", title="Mine")) == taken
    assert _problems(cast.outsider, new_case(cast.elsewhere, submission="draft-1", title="Theirs")) == taken


@pytest.mark.django_db(transaction=True)
def test_fifty_equal_submissions_at_once_are_one_case() -> None:
    make_operator()
    account = make_partner("bistro")
    editor = make_identity(account, PredefinedRole.EDITOR, "Anna One")
    assert editor.privileges
    new, start, now = new_case(account, submission="once"), Barrier(10), utc_now()

    def file(number: int) -> int:
        try:
            if number < start.parties:
                start.wait(timeout=30)
            return file_case(actor=editor, new=new, now=now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(file, range(50)))) == 1
    assert CaseUpdate.objects.count() == 1


def test_whoever_may_not_file_is_told_so_and_no_more(cast: Cast) -> None:
    """W1, W2: agents file on behalf of an account; others of the operator, and readers, do not."""
    assert make_case(cast.agent, account=cast.partner).updates.get().is_by_staff
    for actor in (cast.reader, cast.manager, cast.engineer, cast.administrator):
        with pytest.raises(Forbidden):
            file_case(actor=actor, new=new_case(cast.partner), now=utc_now())
    with pytest.raises(Missing):
        file_case(actor=cast.outsider, new=new_case(cast.partner), now=utc_now())
    with pytest.raises(Forbidden):
        file_case(actor=cast.agent, new=new_case(cast.operator), now=utc_now())


def test_everything_that_is_wrong_is_said_at_once(cast: Cast) -> None:
    theirs = make_integration(cast.elsewhere)
    wrong: dict[str, Any] = {
        "product": "moon", "title": " \x00 ", "description": "x" * 20_001, "category": "nothing", "language": "tlh",
        "time_zone": "Mars/Olympus", "integration": theirs, "criterion": "integration_down", "submission": "s" * 41,
        "files": tuple(f"file{number}" for number in range(21)),
    }  # fmt: skip
    assert _problems(cast.owner, new_case(cast.partner, **wrong)) == {
        ("product", "case_unknown_product"),
        ("title", "case_required"),
        ("description", "case_too_long"),
        ("category", "case_unknown_category"),
        ("language", "case_unknown_language"),
        ("time_zone", "case_unknown_zone"),
        ("integration", "case_unknown_integration"),
        ("criterion", "case_criterion_not_asked"),
        ("submission", "case_too_long"),
        ("files", "case_too_many"),
    }


def test_answers_are_those_that_the_category_asks_for(cast: Cast) -> None:
    new = new_case(cast.partner, category="technical_support", answers={"environment": "moon", "spice": "yes"})
    found = _problems(cast.owner, new)
    assert ("answers.spice", "case_unknown_answer") in found
    assert ("answers.environment", "answer_not_a_choice") in found
    assert ("answers.started_at", "answer_missing") in found


def test_an_urgent_case_names_its_criterion_and_waits_for_triage(cast: Cast) -> None:
    """S3."""
    case = file_case(actor=cast.colleague, new=urgent_case(make_launched(cast.partner)), now=utc_now())
    assert (case.urgent_state, case.severity) == (UrgentState.CLAIMED, CaseSeverity.CRITICAL)


def test_urgent_technical_support_is_for_launched_integrations_at_the_worst_severity(cast: Cast) -> None:
    wrong = urgent_case(make_integration(cast.partner), criterion="because", severity=CaseSeverity.LOW)
    assert _problems(cast.colleague, wrong) == {
        ("criterion", "case_criterion_needed"),
        ("severity", "case_urgent_is_critical"),
        ("integration", "case_urgent_needs_launched"),
    }


def test_a_follow_up_goes_on_with_a_closed_case_of_the_account(cast: Cast) -> None:
    """D8: the link is kept with the new case, because the closed one takes nothing (W9)."""
    closed, still_open = make_closed(cast.owner, make_case(cast.owner)), make_case(cast.owner)
    theirs = make_closed(cast.outsider, make_case(cast.outsider))
    before = closed.version
    assert make_case(cast.owner, follows=closed).follows == closed
    closed.refresh_from_db()
    assert closed.version == before
    assert _problems(cast.owner, new_case(cast.partner, title="F", follows=still_open)) == {
        ("follows", "case_follows_open")
    }
    assert _problems(cast.owner, new_case(cast.partner, title="F", follows=theirs)) == {("follows", "case_unknown")}


def test_files_that_the_filer_sent_become_attachments(cast: Cast) -> None:
    now = utc_now()
    file = make_file(cast.colleague, now)
    case = make_case(cast.colleague, files=(file.public_id,))
    attachment = Attachment.objects.get(case=case)
    assert (attachment.file, attachment.update, attachment.note) == (file, case.updates.get(), None)
    assert case.updates.get().changes[1] == {"kind": "attached", "attachments": [attachment.public_id]}


@pytest.mark.parametrize("whose", ["used", "somebody_s", "for_help", "made_up"])
def test_no_other_file_is_taken(cast: Cast, whose: str) -> None:
    now = utc_now()
    if whose == "used":
        file = make_file(cast.owner, now).public_id
        make_case(cast.owner, files=(file,))
    elif whose == "somebody_s":
        file = make_file(cast.colleague, now).public_id
    elif whose == "for_help":
        made = make_file(cast.owner, now)
        made.purpose = Purpose.HELP_PICTURE
        made.save(update_fields=["purpose"])
        file = made.public_id
    else:
        file = "\x00nothing"
    assert {field for field, _ in _problems(cast.owner, new_case(cast.partner, files=(file,)))} == {"files"}


def test_personal_data_is_taken_only_with_a_reason_that_names_all_of_it(cast: Cast) -> None:
    """D9, on every way in: the verb asks."""
    found = ("description", "case_personal_data")
    assert _problems(cast.owner, new_case(cast.partner, title="P", description=CARD)) == {found}
    for said in (PersonalDataSaid(frozenset({"phone"}), "Why"), PersonalDataSaid(frozenset({"card_number"}), " \x00 ")):
        assert _problems(cast.owner, new_case(cast.partner, title="P", description=CARD, personal_data=said)) == {found}
    said = PersonalDataSaid(frozenset({"card_number", "phone"}), "It is a test card.")
    case = make_case(cast.owner, description=CARD, personal_data=said)
    assert case.updates.get().personal_data == {"kinds": ["card_number"], "reason": "It is a test card."}


def test_personal_data_is_searched_in_title_answers_and_files(cast: Cast) -> None:
    file = make_file(cast.owner, utc_now(), content=CARD.encode())
    new = new_case(
        cast.partner, title=CARD, category="billing_and_contract", answers={"invoice_number": CARD},
        files=(file.public_id,),
    )  # fmt: skip
    assert {field for field, _ in _problems(cast.owner, new)} == {"title", "answers.invoice_number", "files"}


def test_one_s_own_address_is_no_finding(cast: Cast) -> None:
    assert make_case(cast.owner, description=f"Write to {cast.owner.mailbox}.").updates.get().personal_data == {}


def test_it_may_be_about_incidents_of_the_account_and_no_others(cast: Cast) -> None:
    now = utc_now()
    ours, theirs = make_incident(cast.partner, now), make_incident(cast.elsewhere, now)
    case = make_case(cast.owner, incidents=(ours,))
    assert [link.incident for link in CaseIncident.objects.filter(case=case)] == [ours]
    unknown = {("incidents", "case_unknown_incident")}
    assert _problems(cast.owner, new_case(cast.partner, title="I", incidents=(ours, theirs))) == unknown
    assert _problems(cast.agent, new_case(cast.partner, title="I", incidents=(theirs,))) == unknown


def test_one_file_sent_twice_is_one_attachment(cast: Cast) -> None:
    file = make_file(cast.colleague, utc_now())
    case = make_case(cast.colleague, files=(file.public_id, file.public_id))
    assert Attachment.objects.get(case=case).file == file
    assert len(case.updates.get().changes[1]["attachments"]) == 1


def test_a_number_that_is_taken_is_drawn_again_and_nothing_of_the_first_try_stays(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exactly once: one case with one update, one follower and one event, which names the number that it has."""
    taken = make_case(cast.owner)
    drawn = iter([taken.number, taken.number, "1234567890"])
    monkeypatch.setattr(filing, "new_case_number", lambda: next(drawn))
    case = file_case(actor=cast.owner, new=new_case(cast.partner, title="Another", submission="s"), now=utc_now())
    assert case.number == "1234567890"
    assert Case.objects.exclude(pk=taken.pk).get() == case
    assert Follow.objects.get(case=case).identity == cast.owner
    assert CaseUpdate.objects.get(case=case).position == 1
    assert Event.objects.get(subject_kind="case", subject_id=str(case.pk)).facts["number"] == "1234567890"
