"""The one door to cases: who may see one and what they may do. *When* it is possible, `transitions.py` says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest

from liaison.accounts.access import sees_account, visible_accounts
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.accounts.session_facts import facts_of as session_facts_of
from liaison.cases.delegated.proving import note_refused
from liaison.cases.delegated.refusing import refused
from liaison.cases.models import Attachment, Case, HandOver, InternalNote, Share
from liaison.cases.numbers import plain
from liaison.cases.scope import Scope
from liaison.cases.vocabulary import CaseRight, ShareRight, UrgentState
from liaison.delegation.access import reach_of, seat_of, visible_customers, works_for_customers
from liaison.delegation.deciding import Decision, decided
from liaison.delegation.reaching import facts_of, settled
from liaison.delegation.vocabulary import DelegationCode, GrantLevel, Rule
from liaison.lib.driver import rows_of
from liaison.lib.prepared import Prepared, PreparedValues
from liaison.lib.refusals import CommonCode, Forbidden, Missing, Refusal


class NoteRow(NamedTuple):
    """One internal note as it is shown. `by` is the name of who wrote it, None for somebody who left."""

    pk: int
    by_id: int | None
    by: str | None
    at: datetime
    text: str


_WORK = frozenset({CaseRight.READ, CaseRight.COMMENT, CaseRight.CHANGE, CaseRight.NOTE, CaseRight.WORK})
_CHANGE = frozenset({CaseRight.READ, CaseRight.COMMENT, CaseRight.CHANGE})
_COMMENT = frozenset({CaseRight.READ, CaseRight.COMMENT})
_READ = frozenset({CaseRight.READ})
_NOTHING: frozenset[CaseRight] = frozenset()
_READ_WITH_SESSION: Final = "cases_shared"
# In the place of a case that is not there: the answer takes as many statements as of one that may not be seen.
NOBODYS: Final = Case(pk=0, account=Account(pk=0))
_NO_DELEGATE: Final = Decision(None, Rule.NO_PRIVILEGE)
_RIGHTS_OF_LEVELS: Final = {None: _NOTHING, GrantLevel.VIEW: _READ, GrantLevel.MANAGE: _CHANGE}


def scope_of(actor: Actor, now: datetime, shared: frozenset[int] | None = None) -> Scope:
    """Read which cases the actor may see: one short query at most, whatever is asked with the answer.

    `shared` are the cases shared with it at this moment, where they were read already (`shares_read`).
    """
    if isinstance(actor, System):
        return Scope(everything=True)
    if actor.is_staff:
        return _scope_of_staff(actor)
    own = frozenset({actor.account.pk}) if _sees_own(actor) else frozenset()
    found = _shared_with(actor, now) if shared is None else shared
    return Scope(accounts=own, shared=found, seat=seat_of(actor))


def facts_with_session(now: datetime) -> dict[str, Any]:
    """Return what is read of a person together with the session (`accounts/session_facts.py`): what is shared."""
    return {_READ_WITH_SESSION: ArraySubquery(_shares_with(OuterRef("identity"), now).values("case_id"))}


def shares_read(request: HttpRequest) -> frozenset[int] | None:
    """Return the cases shared with the person of a request, None where they have to be asked for."""
    facts = session_facts_of(request)
    return None if facts is None else frozenset(facts[_READ_WITH_SESSION])


def visible_cases(actor: Actor, now: datetime) -> QuerySet[Case]:
    """Return every case that the actor may see, joined with nothing."""
    return Case.objects.filter(scope_of(actor, now).condition())


def case_for(actor: Actor, number: str, now: datetime) -> Case:
    """Return a case that the actor may see, with account and integration, else raise Missing."""
    found = next(iter(_CASES.rows(plain(number).replace("\x00", ""))), None)
    _require_seeing(actor, found, CaseRight.READ, now)
    if found is None:
        raise Missing
    return found


def attachment_for(actor: Actor, public_id: str, now: datetime) -> Attachment:
    """Return an attachment that the actor may see, with its file and case, else raise Missing.

    That of an internal note is for those who read notes (W8).
    """
    rows = Attachment.objects.select_related("file", "deleted_by", "case__account", "case__filed_by")
    found = rows.filter(public_id=public_id.replace("\x00", "")).first()
    if found is not None and found.note_id is not None and not reads_notes(actor):
        found = None
    needed = CaseRight.READ if found is None or found.note_id is None else CaseRight.NOTE
    _require_seeing(actor, found.case if found else None, needed, now)
    if found is None:
        raise Missing
    return found


def require_changing(actor: Actor) -> None:
    """Raise Forbidden for whoever changes no case at all, before any is looked for."""
    if isinstance(actor, System):
        return
    changes_own = actor.may(Privilege.WRITE_CASES) or actor.may(Privilege.STAFF_WORK_CASES)
    if not (changes_own or works_for_customers(actor)):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def rights_on(actor: Actor, case: Case, now: datetime) -> frozenset[CaseRight]:
    """Return what the actor may do with a case; empty where it may not even see it."""
    return _rights_and_why(actor, case, now)[0]


def decided_for(actor: Identity, case: Case, now: datetime) -> Decision:
    """Say what a delegate may do with a customer's case now, and by which rule (D5). No query for anybody else."""
    seat = seat_of(actor)
    if seat is None:
        return _NO_DELEGATE
    handed_over = bool(_HANDED_OVER.rows(case.pk, seat.account))
    facts = facts_of(case.account_id)
    found = decided(facts, seat, case.created_at, settled(facts, now), handed_over=handed_over)
    if found.level is GrantLevel.MANAGE and not works_for_customers(actor):
        return replace(found, level=GrantLevel.VIEW)
    return found


def rights_without_shares(actor: Identity, case: Case) -> frozenset[CaseRight]:
    """Return what the actor may do with a case by its own account or as staff, without a query."""
    if actor.is_staff:
        return _rights_of_staff(actor, case)
    if _sees_own(actor) and case.account_id == actor.account.pk:
        return _CHANGE if actor.may(Privilege.WRITE_CASES) else _READ
    return _NOTHING


def require(actor: Actor, case: Case, right: CaseRight, now: datetime) -> None:
    """Raise Missing where the actor does not see the case, Forbidden where it may not do this."""
    rights, decision = _rights_and_why(actor, case, now)
    if right not in rights:
        raise refused(actor, case, rights, decision, lacking=frozenset({right}), now=now)


def refusal_of(actor: Actor, case: Case, now: datetime, lacking: frozenset[CaseRight] = _NOTHING) -> Refusal:
    """Return the refusal, with its reason, of somebody who may not do what it asks, for these rights are `lacking`.

    Without any it is what no right gives to others than the case's own account and staff.
    """
    rights, decision = _rights_and_why(actor, case, now)
    return refused(actor, case, rights, decision, lacking=lacking, now=now)


def require_filing(actor: Actor, account: Account) -> None:
    """Raise Missing where the actor does not see the account, Forbidden where it may not file cases for it.

    The account's own people file by their role, support agents on behalf of every account that they see, both without
    a query; delegates for the customers that granted it, else the refusal says what is missing (D3).
    """
    if isinstance(actor, System):
        return
    if not sees_account(actor, account):
        _require_filing_for(actor, account)
        return
    is_own = actor.account.pk == account.pk and account.kind != AccountKind.OPERATOR
    if not actor.may(Privilege.WRITE_CASES if is_own else Privilege.STAFF_WORK_CASES):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    if account.kind == AccountKind.OPERATOR:
        raise Forbidden(CommonCode.NOT_ALLOWED)


def may_file(actor: Actor, account: Account) -> bool:
    """Say whether the actor may file cases for an account that it sees."""
    try:
        require_filing(actor, account)
    except Refusal:
        return False
    return True


def visible_notes(actor: Actor, case: Case, now: datetime) -> QuerySet[InternalNote]:
    """Return a case's internal notes for staff who may read them, none for anybody else: the one door to them (W8)."""
    notes = InternalNote.objects.filter(case=case).select_related("by").order_by("pk")
    return notes if CaseRight.NOTE in rights_on(actor, case, now) else notes.none()


def newest_notes(actor: Actor, case: Case, now: datetime, most: int) -> tuple[list[NoteRow], int]:
    """Return the newest of the same notes, the oldest of these first, and how many there are of all. One statement."""
    if CaseRight.NOTE not in rights_on(actor, case, now):
        return [], 0
    rows = rows_of(_NEWEST_NOTES, (case.pk, most))
    return [NoteRow(*row[:-1]) for row in reversed(rows)], rows[0][-1] if rows else 0


def reads_notes(actor: Actor) -> bool:
    """Say whether the actor reads the internal notes of every case that it sees: staff do, nobody else ever (W8)."""
    return isinstance(actor, System) or actor.is_staff


def shares_in_force(now: datetime) -> QuerySet[Share]:
    """Return the shares that give a right at this moment."""
    return Share.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


def _require_seeing(actor: Actor, case: Case | None, right: CaseRight, now: datetime) -> None:
    """Raise Missing where the actor may not do this with the case, which is kept if there is one (D5, W12)."""
    rights, decision = _rights_and_why(actor, case or NOBODYS, now)
    if right not in rights:
        note_refused(actor, case.pk if case else 0, decision, now)
        raise Missing


def _rights_and_why(actor: Actor, case: Case, now: datetime) -> tuple[frozenset[CaseRight], Decision]:
    """Return what the actor may do, and what was decided of it as a delegate."""
    if isinstance(actor, System):
        return _WORK, _NO_DELEGATE
    rights = rights_without_shares(actor, case)
    if rights or actor.is_staff:
        return rights, _NO_DELEGATE
    decision = decided_for(actor, case, now)
    delegated = _RIGHTS_OF_LEVELS[decision.level]
    if delegated < _COMMENT:
        delegated |= _rights_of_shares(actor, case, now)
    return delegated, decision


def _sees_own(actor: Identity) -> bool:
    """Say whether the actor sees its own account's cases (S2, D4)."""
    return actor.account.kind != AccountKind.OPERATOR and actor.may(Privilege.VIEW_CASES)


def _require_filing_for(actor: Identity, customer: Account) -> None:
    if not visible_customers(actor).filter(pk=customer.pk).exists():
        raise Missing
    if not works_for_customers(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    reach = reach_of(actor, customer)
    if reach is None:
        raise Forbidden(DelegationCode.NOT_GRANTED)
    if reach.level != GrantLevel.MANAGE:
        raise Forbidden(DelegationCode.ONLY_VIEW)


def _scope_of_staff(actor: Identity) -> Scope:
    sees_urgent = actor.may(Privilege.STAFF_VIEW_URGENT_CASES)
    if not actor.may(Privilege.STAFF_VIEW_CASES):
        return Scope(urgent=sees_urgent)
    if actor.may(Privilege.STAFF_VIEW_ALL):
        return Scope(everything=True)
    assigned = visible_accounts(actor).exclude(pk=actor.account.pk).values_list("pk", flat=True)
    return Scope(accounts=frozenset(assigned), urgent=sees_urgent)


def _rights_of_staff(actor: Identity, case: Case) -> frozenset[CaseRight]:
    is_assigned = actor.may(Privilege.STAFF_VIEW_ASSIGNED) and case.account.partner_manager_id == actor.pk
    if actor.may(Privilege.STAFF_VIEW_CASES) and (actor.may(Privilege.STAFF_VIEW_ALL) or is_assigned):
        return _WORK if actor.may(Privilege.STAFF_WORK_CASES) else _READ | {CaseRight.NOTE}
    if actor.may(Privilege.STAFF_VIEW_URGENT_CASES) and case.urgent_state == UrgentState.CONFIRMED:
        return _READ | {CaseRight.NOTE}
    return _NOTHING


def _shared_with(actor: Identity, now: datetime) -> frozenset[int]:
    return frozenset([case for (case,) in _SHARED.rows(actor.pk, now)])


def _rights_of_shares(actor: Identity, case: Case, now: datetime) -> frozenset[CaseRight]:
    rights = {right for (right,) in _RIGHTS_OF_SHARES.rows(actor.pk, case.pk, now)}
    if ShareRight.COMMENT in rights:
        return _COMMENT
    return _READ if rights else _NOTHING


def _cases(number: str) -> QuerySet[Case]:
    return Case.objects.select_related("account", "integration", "filed_by", "closed_by").filter(number=number)


def _shares_with(actor: int | OuterRef, now: datetime) -> QuerySet[Share]:
    return shares_in_force(now).filter(Q(identity_id=actor) | Q(group__members=actor))


def _cases_shared(actor: int, now: datetime) -> QuerySet[Share, Any]:
    return _shares_with(actor, now).values_list("case_id")


def _rights_shared(actor: int, case: int, now: datetime) -> QuerySet[Share, Any]:
    return _shares_with(actor, now).filter(case_id=case).values_list("right")


def _hand_overs(case: int, account: int) -> QuerySet[HandOver, Any]:
    return HandOver.objects.filter(case_id=case, account_id=account, ended_at=None).values_list("pk")


_CASES: Final = Prepared(_cases, str)
_HANDED_OVER: Final = PreparedValues(_hand_overs, int, int)
_SHARED: Final = PreparedValues(_cases_shared, int, datetime)
_RIGHTS_OF_SHARES: Final = PreparedValues(_rights_shared, int, int, datetime)
_NEWEST_NOTES: Final = f"""
SELECT note.id, note.by_id, person.name, note.at, note.text, count(*) OVER ()
FROM {InternalNote._meta.db_table} AS note LEFT JOIN {Identity._meta.db_table} AS person ON person.id = note.by_id
WHERE note.case_id = %s ORDER BY note.id DESC LIMIT %s
"""  # noqa: S608, SLF001  # Django's documented way to the tables' names
