"""Who may do what with cases and customers, told again from the sentences of D1 to D12 and W1 to W14 alone.

Nothing of Liaison or Django is imported: facts in plain data come in, and a yes or no goes out. Whatever is compared
with it agrees because both say what the requirements say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from tests.delegation.facts import Action, Case, Kind, Level, Person, Shared, Span, World

REOPENING: Final = timedelta(hours=30 * 24)
_PORTAL_USERS: Final = frozenset({"administrator", "editor", "reader"})
_WRITERS: Final = frozenset({"administrator", "editor"})
_OWN_ROLES: Final = {
    Action.GRANT: frozenset({"administrator"}),  # D3, W5
    Action.REVOKE: _PORTAL_USERS,  # W5
    Action.END_SUPPORT: _PORTAL_USERS,  # D11: a customer ends it by itself
    Action.HAND_OVER: _WRITERS,  # W4: the portal users with "file and manage" rights
    Action.FILE: _WRITERS,  # W1
}
_ABOUT_CASES: Final = frozenset({Action.SEE, Action.COMMENT, Action.CHANGE, Action.REOPEN, Action.READ_NOTES})


def allowed(world: World, person: str, action: Action, name: str, at: datetime) -> bool:
    """Say whether somebody may do something with a case, or for a customer, of this name at a moment."""
    who = world.people[person]
    if _is_suspended(who, at):  # W13
        return False
    if action not in _ABOUT_CASES:
        return _allowed_with_customer(world, who, action, name, at)
    return _allowed_with_case(world, who, action, world.cases[name], at)


def visible(world: World, person: str, at: datetime) -> set[str]:
    """Return the names of the cases that somebody sees, which every list, count, search and export agrees with (W7)."""
    return {name for name in world.cases if allowed(world, person, Action.SEE, name, at)}


def customers_seen(world: World, person: str, at: datetime) -> set[str]:
    customers = [name for name, kind in world.kinds.items() if kind is Kind.CUSTOMER]
    return {name for name in customers if allowed(world, person, Action.SEE_CUSTOMER, name, at)}


def chooses_from(world: World, person: str, at: datetime) -> set[str]:
    """Return the names of the customers that a delegate narrows its list of cases to: whoever has portal access."""
    has_access = _has_portal_access(world, world.people[person])  # D5 (c), D6
    return customers_seen(world, person, at) if has_access else set()


def _allowed_with_case(world: World, who: Person, action: Action, case: Case, at: datetime) -> bool:
    if case.filed_at > at:
        return False
    if action is Action.SEE:
        return _sees(world, who, case, at)
    if action is Action.READ_NOTES:  # W8
        return world.kinds[who.account] is Kind.OPERATOR and _sees(world, who, case, at)
    if action is Action.REOPEN:
        return _changes(world, who, case, at) and _may_still_reopen(world, who, case, at)
    if case.closed_at is not None:  # W9
        return False
    may_comment = action is Action.COMMENT and _is_shared(world, who, case, at, to_comment=True)
    return may_comment or _changes(world, who, case, at)


def shares_in_force(world: World, at: datetime) -> list[Shared]:
    """Return the shares that give somebody something at a moment."""
    return [
        one
        for one in world.shared
        if one.span.holds(at)
        and _outlived_suspensions(world, one)
        and _sharer_still_has_access(world, one, world.cases[one.case], at)
    ]


def _sees(world: World, who: Person, case: Case, at: datetime) -> bool:
    if world.kinds[who.account] is Kind.OPERATOR:
        return _sees_as_staff(world, who, case)
    return (
        (who.account == case.customer and _is_portal_user(who))  # S2, D4
        or _delegated(world, who, case, at) is not None
        or _is_shared(world, who, case, at)
    )


def _sees_as_staff(world: World, who: Person, case: Case) -> bool:
    """W2. An administrator reads no case content unless also an agent."""
    return (
        who.role in {"support_agent", "read_only_staff"}
        or (who.role == "on_call_engineer" and case.is_confirmed_urgent)
        or (who.role == "partner_manager" and world.assigned.get(case.customer) == who.name)
    )


def _changes(world: World, who: Person, case: Case, at: datetime) -> bool:
    if world.kinds[who.account] is Kind.OPERATOR:  # W2: agents alone write
        return who.role == "support_agent"
    if who.account == case.customer:  # W1: readers see and cannot reply or change
        return who.role in {"administrator", "editor"}
    return _delegated(world, who, case, at) is Level.MANAGE and _works_for_others(world, who)


def _may_still_reopen(world: World, who: Person, case: Case, at: datetime) -> bool:
    """D8, W9: strictly before 30 × 24 h have passed; staff always."""
    is_staff = world.kinds[who.account] is Kind.OPERATOR
    return case.closed_at is not None and (is_staff or at < case.closed_at + REOPENING)


def _delegated(world: World, who: Person, case: Case, at: datetime) -> Level | None:
    """D5: what the customer's grant gives a delegate for this case: only where (a), (b) and (c) hold."""
    if who.account == case.customer or not _has_portal_access(world, who):  # (c)
        return None
    if not _opened(world, who.account, who.domain, case, at):  # (a)
        return None
    return _level(world, case.customer, who.account, at)  # (b)


def _opened(world: World, account: str, domain: str, case: Case, at: datetime) -> bool:
    """D5 (a) of a domain: bound now, and when the case was filed or by a hand-over to its account."""
    if not _is_bound(world, case.customer, account, domain, at):
        return False
    return (
        _is_bound(world, case.customer, account, domain, case.filed_at)
        or _managed_without_interruption(world, case.customer, account, case.filed_at, at)
        or any(one.case == case.name and one.account == account and one.span.holds(at) for one in world.handed_over)
    )


def _is_bound(world: World, customer: str, account: str, domain: str, at: datetime) -> bool:
    """D1, W4: the manager of record is a domain, a support relationship is with the account."""
    return any(
        one.customer == customer and one.account == account and one.domain == domain and one.span.holds(at)
        for one in world.managed
    ) or _is_supported_by(world, customer, account, at)


def _managed_without_interruption(world: World, customer: str, account: str, since: datetime, at: datetime) -> bool:
    """W4: a move between two domains of one account takes the earlier cases along, while it never ceased to manage."""
    spans = [one.span for one in world.managed if one.customer == customer and one.account == account]
    moment = since
    while moment <= at:
        until = [span.until for span in spans if span.holds(moment)]
        if not until:
            return False
        if until[0] is None:
            return True
        moment = until[0]
    return True


def _level(world: World, customer: str, account: str, at: datetime) -> Level | None:
    """D5 (b): what is granted now. There is no grant at first (D3)."""
    found = {
        one.level for one in world.granted if one.customer == customer and one.account == account and one.span.holds(at)
    }
    return Level.MANAGE if Level.MANAGE in found else next(iter(found), None)


def _is_shared(world: World, who: Person, case: Case, at: datetime, *, to_comment: bool = False) -> bool:
    """D5, W6, W13: a share gives view or comment by itself, to a person, or to a group as its members are now."""
    return any(
        one.case == case.name
        and (one.comment or not to_comment)
        and (one.person == who.name or who.name in world.groups.get(one.group, frozenset()))
        for one in shares_in_force(world, at)
    )


def _outlived_suspensions(world: World, share: Shared) -> bool:
    """W13: a suspension ends what is shared with the person from that second on."""
    suspended = world.people[share.person].suspended if share.person else ()
    return not any(span.since >= share.span.since for span in suspended)


def _sharer_still_has_access(world: World, share: Shared, case: Case, at: datetime) -> bool:
    """W6: a delegate's share ends with the delegate's access, and comes back with nothing but a new share."""
    if share.by == case.customer or world.kinds[share.by] is Kind.OPERATOR:
        return True
    changes = {
        moment
        for span in _spans_of(world, share.by, case)
        for moment in (span.since, span.until)
        if moment is not None and share.span.since <= moment <= at
    }
    return all(_account_has_access(world, share.by, case, moment) for moment in {*changes, share.span.since, at})


def _spans_of(world: World, account: str, case: Case) -> Iterable[Span]:
    customer = case.customer
    yield from (one.span for one in world.managed if one.customer == customer and one.account == account)
    yield from (one.span for one in world.supported if one.customer == customer and one.account == account)
    yield from (one.span for one in world.granted if one.customer == customer and one.account == account)
    yield from (one.span for one in world.handed_over if one.case == case.name and one.account == account)


def _account_has_access(world: World, account: str, case: Case, at: datetime) -> bool:
    domains = {one.domain for one in world.managed if one.account == account} | {""}
    is_open = any(_opened(world, account, domain, case, at) for domain in domains)
    return is_open and _level(world, case.customer, account, at) is not None


def _allowed_with_customer(world: World, who: Person, action: Action, customer: str, at: datetime) -> bool:
    if action is Action.SEE_CUSTOMER:
        return _sees_customer(world, who, customer, at)
    if who.account == customer:
        return who.role in _OWN_ROLES.get(action, frozenset())
    if world.kinds[who.account] is Kind.OPERATOR:
        return action is Action.FILE and who.role == "support_agent"
    if action is Action.END_SUPPORT:  # D11: either side; of the partner who has its grants in hand (W1)
        return who.role == "administrator" and _is_supported_by(world, customer, who.account, at)
    works = _is_bound(world, customer, who.account, who.domain, at) and _works_for_others(world, who)
    if action is Action.FILE:  # D3
        return works and _level(world, customer, who.account, at) is Level.MANAGE
    return action is Action.ASK and works  # D3


def _is_supported_by(world: World, customer: str, account: str, at: datetime) -> bool:
    return any(one.customer == customer and one.account == account and one.span.holds(at) for one in world.supported)


def _sees_customer(world: World, who: Person, customer: str, at: datetime) -> bool:
    """D1, W2, W3: only those assigned to the domain that is signed in; what is granted plays no part."""
    kind = world.kinds[who.account]
    if kind is Kind.OPERATOR:
        return who.role != "partner_manager" or world.assigned.get(customer) == who.name
    if kind is Kind.CUSTOMER:  # one's own account
        return who.account == customer
    return _views_customers(world, who) and _is_bound(world, customer, who.account, who.domain, at)


def _is_portal_user(who: Person) -> bool:
    return who.role in _PORTAL_USERS


def _has_portal_access(world: World, who: Person) -> bool:
    """D5 (c): the privileges Support and Access customer support cases, or one Legacy privilege.

    A reseller's super administrators have everything, and so does its Reseller administrator of the tree (W1, D12). A
    support partner has the roles of W1, whose readers read.
    """
    if world.kinds[who.account] is Kind.SUPPORT_PARTNER:
        return _is_portal_user(who)
    return world.kinds[who.account] is Kind.RESELLER and (
        who.role in {"administrator", "reseller_administrator"}
        or who.privileges >= {"support", "access_cases"}
        or not who.privileges.isdisjoint({"legacy_reseller", "legacy_enterprise"})
    )


def _works_for_others(world: World, who: Person) -> bool:
    if world.kinds[who.account] is Kind.SUPPORT_PARTNER:
        return who.role in {"administrator", "editor"}
    return _has_portal_access(world, who)


def _views_customers(world: World, who: Person) -> bool:
    """W3 and the table of terms: Access customer support cases and a Legacy privilege imply View customers."""
    if world.kinds[who.account] is Kind.SUPPORT_PARTNER:
        return _is_portal_user(who)
    implying = {"view_customers", "access_cases", "legacy_reseller", "legacy_enterprise"}
    return world.kinds[who.account] is Kind.RESELLER and (
        who.role in {"administrator", "reseller_administrator"} or not who.privileges.isdisjoint(implying)
    )


def _is_suspended(who: Person, at: datetime) -> bool:
    return any(span.holds(at) for span in who.suspended)
