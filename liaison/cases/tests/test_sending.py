"""One Send: everything collected takes effect at once, or nothing does (D7, W9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity, make_operator, make_partner
from liaison.audit.models import Event
from liaison.cases.actions import send_update
from liaison.cases.models import Attachment, Case, CaseUpdate, Follow
from liaison.cases.requests import DeletionAsked, PersonalDataSaid, Sending
from liaison.cases.testing import make_case, make_closed, make_premium, make_update
from liaison.cases.vocabulary import CaseState, CloseReason, EscalationReason
from liaison.catalog.vocabulary import CaseSeverity
from liaison.files.testing import make_file
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Refusal


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.colleague)


def _problems(actor: Identity, case: Case, **values: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        make_update(actor, case, **values)
    return {(problem.field, problem.code.value) for problem in refused.value.problems}


def _kinds(update: CaseUpdate) -> list[str]:
    return [change["kind"] for change in update.changes]


def test_everything_of_a_send_takes_effect_at_once(cast: Cast, case: Case) -> None:
    now = utc_now()
    make_premium(cast.partner)
    case.account.refresh_from_db()
    file, old = make_file(cast.owner, now), make_file(cast.owner, now)
    make_update(cast.owner, case, files=(old.public_id,))
    attachment, now = Attachment.objects.get(file=old), utc_now()
    update = make_update(
        cast.owner, case, text="It is worse.\r\nMuch.", severity=CaseSeverity.CRITICAL, severity_reason="All shops",
        escalate=EscalationReason.WORSENED, justification="We lose orders.", files=(file.public_id,),
        ask_deletion=(DeletionAsked(attachment.public_id, "wrong file"),), expected_version=2, now=now,
    )  # fmt: skip
    kept = Case.objects.get(pk=case.pk)
    assert (kept.severity, kept.escalated_at, kept.version, kept.updated_at) == (1, now, 3, now)
    assert (update.position, update.text) == (3, "It is worse.\nMuch.")
    assert _kinds(update) == ["severity", "escalated", "attached", "deletion_asked"]
    assert update.changes[0] == {"kind": "severity", "before": 3, "after": 1, "reason": "All shops"}
    assert update.changes[3] == {"kind": "deletion_asked", "attachment": attachment.public_id, "reason": "wrong file"}
    happened = set(Event.objects.filter(subject_kind="case", subject_id=str(case.pk)).values_list("kind", flat=True))
    assert {"case.escalated", "case.severity_changed", "attachment.added", "attachment.deletion_asked"} <= happened
    assert "We lose" not in str(list(Event.objects.values_list("facts", "changes")))


def test_nothing_of_a_refused_send_takes_effect(cast: Cast, case: Case) -> None:
    file = make_file(cast.owner, utc_now())
    wrong = ("made-up-file",)
    assert _problems(cast.owner, case, text="Hello", severity=CaseSeverity.LOW, files=(file.public_id, *wrong))
    kept = Case.objects.get(pk=case.pk)
    file.refresh_from_db()
    assert (kept.severity, kept.version, kept.updates.count(), file.is_used) == (3, 1, 1, False)


def test_an_answer_moves_the_case_between_the_sides(cast: Cast, case: Case) -> None:
    states = []
    for actor, wish in (
        (cast.owner, None), (cast.agent, None), (cast.agent, CaseState.ACTION_REQUIRED), (cast.agent, None),
        (cast.owner, None), (cast.agent, CaseState.SOLUTION_PROVIDED), (cast.owner, None),
    ):  # fmt: skip
        case = make_update(actor, case, text="Words", set_state=wish).case
        states.append(case.state)
    assert states == [
        "new", "in_progress", "action_required", "action_required", "in_progress", "solution_provided", "in_progress",
    ]  # fmt: skip


def test_whoever_writes_follows(cast: Cast, case: Case) -> None:
    make_update(cast.owner, case, text="Me too")
    make_update(cast.agent, case, text="Looking")
    following = set(Follow.objects.filter(case=case, is_following=True).values_list("identity__name", flat=True))
    assert following == {cast.colleague.name, cast.owner.name, cast.agent.name}


def test_a_change_without_a_message_is_no_answer(cast: Cast, case: Case) -> None:
    case = make_update(cast.agent, case, text="What now?", set_state=CaseState.ACTION_REQUIRED).case
    assert make_update(cast.owner, case, severity=CaseSeverity.LOW).case.state == CaseState.ACTION_REQUIRED


def test_a_worse_severity_and_any_that_support_sets_has_a_reason(cast: Cast, case: Case) -> None:
    needed = {("severity_reason", "case_reason_needed")}
    assert _problems(cast.owner, case, severity=CaseSeverity.HIGH) == needed
    assert _problems(cast.agent, case, severity=CaseSeverity.LOW) == needed
    assert make_update(cast.owner, case, severity=CaseSeverity.LOW).case.severity == CaseSeverity.LOW


def test_nothing_is_no_send(cast: Cast, case: Case) -> None:
    nothing = {("text", "case_nothing_sent")}
    assert _problems(cast.owner, case, text=" \x00\n ") == nothing
    assert _problems(cast.owner, case, severity=CaseSeverity.MEDIUM) == nothing


def test_it_says_everything_that_is_wrong_at_once(cast: Cast, case: Case) -> None:
    make_premium(cast.partner)
    case.account.refresh_from_db()
    found = _problems(
        cast.agent, case, text="x" * 20_001, severity_reason="y" * 501, set_state=CaseState.NEW,
        close=CloseReason.OTHER, escalate=EscalationReason.OTHER,
        ask_deletion=(DeletionAsked("\x00", ""),),
    )  # fmt: skip
    assert found == {
        ("text", "case_too_long"),
        ("severity_reason", "case_too_long"),
        ("set_state", "case_state_not_set"),
        ("close", "case_contradiction"),
        ("justification", "case_reason_needed"),
        ("ask_deletion.0.reason", "case_required"),
        ("ask_deletion.0.attachment", "case_unknown_attachment"),
    }


def test_closing_says_why_and_takes_the_escalation_away(cast: Cast, case: Case) -> None:
    make_premium(cast.partner)
    case.account.refresh_from_db()
    case = make_update(cast.owner, case, escalate=EscalationReason.DEADLINE, justification="Tomorrow").case
    now = utc_now()
    update = make_update(cast.owner, case, close=CloseReason.SOLVED, text="Thanks", now=now)
    kept = Case.objects.get(pk=case.pk)
    assert (kept.state, kept.closed_at, kept.closed_by, kept.close_reason) == ("closed", now, cast.owner, "solved")
    assert kept.escalated_at is None
    assert update.changes == [{"kind": "closed", "before": "new", "reason": "solved"}]


def test_another_reason_needs_words_and_only_support_says_that_nobody_answered(cast: Cast, case: Case) -> None:
    assert _problems(cast.owner, case, close=CloseReason.OTHER) == {("text", "case_reason_needed")}
    assert _problems(cast.owner, case, close=CloseReason.NO_ANSWER) == {("close", "case_reason_not_yours")}
    assert make_update(cast.agent, case, close=CloseReason.NO_ANSWER).case.is_closed


def test_a_closed_case_takes_nothing(cast: Cast, case: Case) -> None:
    """W9, for both sides."""
    make_closed(cast.owner, case)
    sendings: tuple[tuple[Identity, dict[str, Any]], ...] = (
        (cast.owner, {"text": "One more thing"}),
        (cast.owner, {"severity": CaseSeverity.LOW}),
        (cast.owner, {"close": CloseReason.SOLVED}),
        (cast.agent, {"text": "Still", "set_state": CaseState.IN_PROGRESS}),
    )
    for actor, values in sendings:
        with pytest.raises(Conflict) as refused:
            make_update(actor, case, **values)
        assert refused.value.code == "case_closed"


def test_escalating_needs_premium_at_that_moment_and_stands_once(cast: Cast, case: Case) -> None:
    """D7, W9: severity stays."""
    asked: dict[str, Any] = {"escalate": EscalationReason.NO_ANSWER, "justification": "Two weeks"}
    with pytest.raises(Forbidden) as refused:
        make_update(cast.owner, case, **asked)
    assert refused.value.code == "case_no_premium"
    make_premium(cast.partner)
    case.account.refresh_from_db()
    assert make_update(cast.owner, case, **asked).case.severity == case.severity
    with pytest.raises(Conflict) as again:
        make_update(cast.owner, case, **asked)
    assert again.value.code == "case_escalated_already"


def test_premium_that_ended_meanwhile_no_longer_counts(cast: Cast, case: Case) -> None:
    make_premium(cast.partner)
    case.account.refresh_from_db()
    type(cast.partner).objects.filter(pk=cast.partner.pk).update(support_tier="standard")
    with pytest.raises(Forbidden):
        make_update(cast.owner, case, escalate=EscalationReason.OTHER, justification="Now")


def test_an_older_version_is_refused_with_what_came_meanwhile(cast: Cast, case: Case) -> None:
    now = utc_now()
    make_update(cast.agent, case, text="First", now=now)
    with pytest.raises(Conflict) as refused:
        make_update(cast.owner, case, text="Second", expected_version=1)
    facts = refused.value.facts
    assert refused.value.code == "case_changed_meanwhile"
    assert (facts["by"], facts["is_by_staff"], facts["at"], facts["version"]) == (cast.agent.name, True, now, 2)
    assert make_update(cast.owner, case, text="Second", expected_version=2).position == 3


def test_personal_data_is_searched_in_every_text(cast: Cast, case: Case) -> None:
    """D9."""
    card = "4111 1111 1111 1111"
    make_premium(cast.partner)
    case.account.refresh_from_db()
    found = _problems(
        cast.owner, case, text=card, severity=CaseSeverity.HIGH, severity_reason=card,
        escalate=EscalationReason.OTHER, justification=card,
    )  # fmt: skip
    assert found == {(field, "case_personal_data") for field in ("text", "severity_reason", "justification")}
    said = PersonalDataSaid(frozenset({"card_number"}), "A test card")
    update = make_update(cast.owner, case, text=card, personal_data=said)
    assert update.personal_data == {"kinds": ["card_number"], "reason": "A test card"}


def test_a_system_may_answer(cast: Cast, case: Case) -> None:
    update = make_update(TESTS, case, text="Closed by itself.", close=CloseReason.NO_ANSWER)
    assert (update.by, update.is_by_staff) == (None, True)


@pytest.mark.django_db(transaction=True)
def test_of_two_sends_at_once_on_one_version_one_wins() -> None:
    make_operator()
    account = make_partner("bistro")
    people = [make_identity(account, PredefinedRole.EDITOR, name) for name in ("Anna One", "Ben Two")]
    case, start, now = make_case(people[0]), Barrier(2), utc_now()
    assert all(one.privileges for one in people)

    def send(actor: Identity) -> str:
        try:
            start.wait(timeout=30)
            send_update(actor=actor, case=case, sending=Sending(text="Mine", expected_version=1), now=now)
        except Refusal as refusal:
            return refusal.code.value
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, people)) == ["case_changed_meanwhile", "sent"]
    assert list(CaseUpdate.objects.values_list("position", flat=True).order_by("position")) == [1, 2]
