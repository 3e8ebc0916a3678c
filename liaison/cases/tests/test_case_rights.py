"""Who may do what with a case, as one table over people and verbs (S2, W1, W2, W6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole, Privilege
from liaison.accounts.testing import TESTS, Cast, give_only, make_identity, make_partner
from liaison.cases import access
from liaison.cases.actions import (
    add_note,
    delete_attachment,
    link_case,
    link_incident,
    reopen_case,
    send_update,
    unlink_case,
    unlink_incident,
)
from liaison.cases.models import Case, Share
from liaison.cases.requests import DeletionAsked, Sending
from liaison.cases.testing import make_case, make_closed, make_incident, make_premium, urgent_case
from liaison.cases.vocabulary import (
    CaseRight,
    CaseState,
    CloseReason,
    EscalationReason,
    LinkKind,
    ShareRight,
    UrgentState,
)
from liaison.catalog.vocabulary import CaseSeverity
from liaison.files.testing import make_file
from liaison.integrations.testing import make_launched
from liaison.lib.clock import utc_now
from liaison.lib.refusals import CommonCode, Forbidden, Missing, Refusal

Verb = Callable[[Identity, Case, datetime], object]


def _send(**values: Any) -> Verb:
    return lambda actor, case, now: send_update(actor=actor, case=case, sending=Sending(**values), now=now)


def _other(case: Case) -> Case:
    return Case.objects.filter(account=case.account).exclude(pk=case.pk).earliest("pk")


# What each verb needs: the right that opens it.
VERBS: dict[str, tuple[CaseRight, Verb]] = {
    "write": (CaseRight.COMMENT, _send(text="Words")),
    "severity": (CaseRight.CHANGE, _send(severity=CaseSeverity.HIGH, severity_reason="Worse")),
    "close": (CaseRight.CHANGE, _send(close=CloseReason.SOLVED)),
    "escalate": (CaseRight.CHANGE, _send(escalate=EscalationReason.WORSENED, justification="Worse")),
    "set_state": (CaseRight.WORK, _send(text="Words", set_state=CaseState.ACTION_REQUIRED)),
    "ask_deletion": (
        CaseRight.COMMENT,
        lambda actor, case, now: send_update(
            actor=actor,
            case=case,
            sending=Sending(ask_deletion=(DeletionAsked(case.attachments.earliest("pk").public_id, "Wrong"),)),
            now=now,
        ),
    ),
    "link": (
        CaseRight.CHANGE,
        lambda actor, case, now: link_case(actor=actor, case=case, other=_other(case), kind=LinkKind.RELATED, now=now),
    ),
    "unlink": (CaseRight.CHANGE, lambda actor, case, now: unlink_case(actor=actor, case=case, other=case, now=now)),
    "link_incident": (
        CaseRight.CHANGE,
        lambda actor, case, now: link_incident(actor=actor, case=case, incident=INCIDENT[0], now=now),
    ),
    "unlink_incident": (
        CaseRight.CHANGE,
        lambda actor, case, now: unlink_incident(actor=actor, case=case, incident=INCIDENT[0], now=now),
    ),
    "reopen": (
        CaseRight.CHANGE,
        lambda actor, case, now: reopen_case(actor=actor, case=case, reason="Again", now=now),
    ),
    "note": (CaseRight.WORK, lambda actor, case, now: add_note(actor=actor, case=case, text="Words", now=now)),
    "delete": (
        CaseRight.WORK,
        lambda actor, case, now: delete_attachment(
            actor=actor, attachment=case.attachments.earliest("pk"), reason="Wrong", now=now
        ),
    ),
}
INCIDENT: list[Any] = []
_R, _C, _X, _N, _W = CaseRight.READ, CaseRight.COMMENT, CaseRight.CHANGE, CaseRight.NOTE, CaseRight.WORK
# What each person has of an urgent case that triage has not confirmed, and of the same once it has.
PEOPLE: dict[str, tuple[frozenset[CaseRight], frozenset[CaseRight]]] = {
    "outsider": (frozenset(), frozenset()),
    "nobody": (frozenset(), frozenset()),
    "reader": (frozenset({_R}), frozenset({_R})),
    "editor": (frozenset({_R, _C, _X}), frozenset({_R, _C, _X})),
    "administrator": (frozenset({_R, _C, _X}), frozenset({_R, _C, _X})),
    "viewer_by_share": (frozenset({_R}), frozenset({_R})),
    "commenter_by_share": (frozenset({_R, _C}), frozenset({_R, _C})),
    "agent": (frozenset({_R, _C, _X, _N, _W}), frozenset({_R, _C, _X, _N, _W})),
    "read_only_staff": (frozenset({_R, _N}), frozenset({_R, _N})),
    "engineer": (frozenset(), frozenset({_R, _N})),
    "assigned_manager": (frozenset({_R, _N}), frozenset({_R, _N})),
    "other_manager": (frozenset(), frozenset()),
    "operator_administrator": (frozenset(), frozenset()),
}


@pytest.fixture
def case(cast: Cast) -> Case:
    """Return an urgent case with an attachment, beside another case and an incident of the same account."""
    now = utc_now()
    make_premium(cast.partner)
    make_case(cast.owner)
    INCIDENT[:] = [make_incident(cast.partner, now)]
    integration = make_launched(cast.partner, "things_to_do")
    file = make_file(cast.owner, now)
    values = urgent_case(integration, files=(file.public_id,))
    return make_case(cast.owner, **{name: getattr(values, name) for name in values.__slots__})


@pytest.fixture
def people(cast: Cast, case: Case) -> dict[str, Identity]:
    shared = make_partner("shared")
    found = {
        "outsider": cast.outsider,
        "nobody": give_only(make_identity(cast.partner, name="Nora Nobody"), []),
        "reader": cast.reader,
        "editor": cast.colleague,
        "administrator": cast.owner,
        "viewer_by_share": make_identity(shared, PredefinedRole.ADMINISTRATOR, "Vera Viewer"),
        "commenter_by_share": make_identity(shared, PredefinedRole.READER, "Cora Commenter"),
        "agent": cast.agent,
        "read_only_staff": make_identity(cast.operator, PredefinedRole.READ_ONLY_STAFF, "Rolf Reader"),
        "engineer": cast.engineer,
        "assigned_manager": cast.manager,
        "other_manager": make_identity(cast.operator, PredefinedRole.PARTNER_MANAGER, "Otto Other"),
        "operator_administrator": cast.administrator,
    }
    for name, right in (("viewer_by_share", ShareRight.VIEW), ("commenter_by_share", ShareRight.COMMENT)):
        who = found[name]
        Share.objects.create(case=case, address=who.username, identity=who, right=right, created_at=utc_now())
    return found


@pytest.mark.parametrize("confirmed", [False, True])
def test_everybody_may_exactly_what_the_table_says(case: Case, people: dict[str, Identity], confirmed: bool) -> None:
    if confirmed:
        Case.objects.filter(pk=case.pk).update(urgent_state=UrgentState.CONFIRMED)
        case.refresh_from_db()
    assert people.keys() == PEOPLE.keys()
    for name, actor in people.items():
        rights = PEOPLE[name][confirmed]
        assert access.rights_on(actor, case, utc_now()) == rights, name
        assert access.scope_of(actor, utc_now()).covers(case) == bool(rights), name
        assert access.visible_cases(actor, utc_now()).filter(pk=case.pk).exists() == bool(rights), name
        for verb, (needed, call) in VERBS.items():
            refused = _refusal(call, actor, case) if needed not in rights else None
            assert refused == _expected(rights, needed), (name, verb)


@pytest.mark.parametrize("verb", list(VERBS))
def test_whoever_has_the_right_may(case: Case, people: dict[str, Identity], verb: str) -> None:
    """The same verbs as in the table, by an agent: none of them is refused for its right."""
    _needed, call = VERBS[verb]
    if verb == "reopen":
        case = make_closed(people["editor"], case)
    assert _refusal(call, people["agent"], case) not in {"missing", "not_allowed"}


def test_the_system_sees_every_case_and_is_refused_nothing(case: Case) -> None:
    now = utc_now()
    attachment = case.attachments.get()
    assert access.scope_of(TESTS, now).covers(case)
    assert case in access.visible_cases(TESTS, now)
    assert access.case_for(TESTS, case.number, now) == case
    assert access.attachment_for(TESTS, attachment.public_id, now) == attachment
    assert access.rights_on(TESTS, case, now) == {_R, _C, _X, _N, _W}
    assert access.reads_notes(TESTS)
    access.require_changing(TESTS)
    assert access.may_file(TESTS, case.account)


def test_a_share_opens_nothing_to_staff_whose_role_does_not(case: Case, people: dict[str, Identity]) -> None:
    """W2: no case content for the operator's administrators, however an address came to be theirs."""
    for name in ("operator_administrator", "engineer", "other_manager"):
        who = people[name]
        Share.objects.create(case=case, address=who.username, identity=who, right="comment", created_at=utc_now())
        assert access.rights_on(who, case, utc_now()) == frozenset(), name
        assert not access.visible_cases(who, utc_now()).exists(), name


def test_a_manager_sees_the_assigned_accounts_cases_by_the_privilege_alone(case: Case, cast: Cast) -> None:
    """W2: whoever looks after an account and no longer holds the role sees what the new role opens, in lists too."""
    manager = give_only(cast.manager, [Privilege.STAFF, Privilege.STAFF_VIEW_CASES])
    assert manager.pk == case.account.partner_manager_id
    assert access.rights_on(manager, case, utc_now()) == frozenset()
    assert not access.visible_cases(manager, utc_now()).exists()


def _expected(rights: frozenset[CaseRight], needed: CaseRight) -> str | None:
    if needed in rights:
        return None
    return CommonCode.NOT_ALLOWED.value if rights else CommonCode.MISSING.value


def _refusal(call: Verb, actor: Identity, case: Case) -> str | None:
    try:
        call(actor, case, utc_now())
    except (Missing, Forbidden) as refusal:
        return refusal.code.value
    except Refusal:
        return None
    return None


def test_what_may_not_be_seen_takes_as_many_statements_as_what_is_not_there(
    case: Case, people: dict[str, Identity]
) -> None:
    """Invariant 6: whoever measures how long "not found" takes learns nothing."""
    attachment = case.attachments.get()
    asked: dict[str, Callable[[Identity, str], object]] = {
        case.number: lambda actor, number: access.case_for(actor, number, utc_now()),
        attachment.public_id: lambda actor, key: access.attachment_for(actor, key, utc_now()),
    }
    for name in ("outsider", "engineer", "other_manager", "operator_administrator"):
        assert people[name].privileges  # read once in a request
        for key, ask in asked.items():
            counted = []
            for one in (key, "0" * len(key)):
                with pytest.raises(Missing), CaptureQueriesContext(connection) as statements:
                    ask(people[name], one)
                counted.append(len(statements))
            assert counted[0] == counted[1], (name, key)
