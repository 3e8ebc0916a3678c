"""Who could see a case at a moment, and by which rule, told from what was recorded; and who did look (D5).

The rule is `deciding.decided`, the one that opens cases now, asked for another moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.cases.access import rights_without_shares
from liaison.cases.models import Case, HandOver, Share
from liaison.cases.vocabulary import CASE
from liaison.delegation.deciding import Facts, Seat, bond_of, decided, grant_to
from liaison.delegation.models import Bond
from liaison.delegation.reaching import facts_of
from liaison.delegation.vocabulary import Rule

MOST_LOOKS: Final = 200
_LOOKS: Final = (Happened.CASE_SEEN_BY_DELEGATE.value, Happened.CASE_REFUSED_TO_DELEGATE.value)


@dataclass(frozen=True, slots=True)
class Viewer:
    """One account, domain or address that could see the case, or could not, with the rule that says so.

    `right` is a GrantLevel or a ShareRight, empty for nothing and for whoever it is the own case of. `since` is from
    when on the rule held, None where it did not or where that is not recorded.
    """

    name: str
    detail: str
    rule: Rule
    right: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of another account opened, downloaded or exported the case, or was refused it (`is_refused`)."""

    at: datetime
    person: str
    account: str
    way: str
    rule: Rule
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Who could see the case, and who of those ever related to its account could not. Empty before it was filed."""

    seeing: tuple[Viewer, ...]
    others: tuple[Viewer, ...]


def reads_access(actor: Actor, case: Case) -> bool:
    """Say whether the actor may read who could see a case it sees: its own account and staff, no delegate (W14)."""
    return isinstance(actor, System) or bool(rights_without_shares(actor, case))


def audience_of(case: Case, at: datetime) -> Audience:
    """Return who could see the case at a moment, in a fixed number of queries."""
    if at < case.created_at:
        return Audience((), ())
    delegates = _delegates(case, at)
    seeing = [one for one in delegates if one.right]
    return Audience(
        (Viewer(case.account.name, "", Rule.OWN), Viewer("", "", Rule.STAFF), *seeing, *_shares(case, at)),
        tuple(one for one in delegates if not one.right),
    )


def looks_at(case: Case, until: datetime) -> tuple[Look, ...]:
    """Return who of other accounts looked at the case, or tried to, until a moment: the newest first."""
    rows = Event.objects.filter(subject_kind=CASE, subject_id=str(case.pk), kind__in=_LOOKS, at__lte=until)
    found = list(rows.order_by("-pk")[:MOST_LOOKS])
    people = dict(Identity.objects.filter(pk__in={int(one.actor_id) for one in found}).values_list("pk", "name"))
    keys = {int(one.facts.get("account", 0)) for one in found}
    accounts = dict(Account.objects.filter(pk__in=keys).values_list("pk", "name"))
    return tuple(
        Look(
            at=one.at,
            person=people.get(int(one.actor_id), ""),
            account=accounts.get(int(one.facts.get("account", 0)), ""),
            way=str(one.facts.get("way", "")),
            rule=Rule(one.facts["rule"]),
            is_refused=one.kind == Happened.CASE_REFUSED_TO_DELEGATE,
        )
        for one in found
    )


def _delegates(case: Case, at: datetime) -> list[Viewer]:
    facts = facts_of(case.account_id)
    given = HandOver.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), case=case, given_at__lte=at)
    handed = dict(given.values_list("account_id", "given_at"))
    bonds = Bond.objects.filter(customer=case.account_id, begun_at__lte=at).select_related("account", "domain")
    seats = {Seat(one.account_id, one.domain_id or 0): one for one in bonds.order_by("pk")}
    found = []
    for seat, bond in seats.items():
        decision = decided(facts, seat, case.created_at, at, handed_over=seat.account in handed)
        is_handed = decision.rule is Rule.HANDED_OVER
        began = _began(facts, seat, at, handed[seat.account] if is_handed else case.created_at)
        found.append(
            Viewer(
                name=bond.account.name,
                detail=bond.domain.name if bond.domain else "",
                rule=decision.rule,
                right=decision.level.value if decision.level else "",
                since=began if decision.level else None,
            )
        )
    return found


def _began(facts: Facts, seat: Seat, at: datetime, opened: datetime) -> datetime:
    """Return since when everything holds that opens a case: relation, grant, and the case's time or hand-over."""
    bond, granted = bond_of(facts, seat, at), _granted(facts, seat, at)
    return max(opened, bond.span.since if bond else opened, granted or opened)


def _granted(facts: Facts, seat: Seat, at: datetime) -> datetime | None:
    """Return since when the account was granted anything without a break: a wider or narrower level is none."""
    grant = grant_to(facts, seat.account, at)
    if grant is None:
        return None
    since = grant.span.since
    for one in sorted(facts.grants, key=lambda one: one.span.since, reverse=True):
        if one.account == seat.account and one.span.until == since:
            since = one.span.since
    return since


def _shares(case: Case, at: datetime) -> list[Viewer]:
    """Return the shares that gave a right then. What each gave stands in the history, for it may have been changed."""
    made = Share.objects.filter(Q(revoked_at=None) | Q(revoked_at__gt=at), case=case, created_at__lte=at)
    said = _said_of_shares(case, at)
    found = []
    for share in made.order_by("pk"):
        right, ends = said.get(share.public_id, (share.right, share.expires_at))
        if ends is None or ends > at:
            found.append(Viewer(share.address, "", Rule.SHARED, right=right, since=share.created_at, until=ends))
    return found


def _said_of_shares(case: Case, at: datetime) -> dict[str, tuple[str, datetime | None]]:
    """Return what each share gave, and until when, by its public id: as it was last made or changed by then."""
    events = Event.objects.filter(
        subject_kind=CASE, subject_id=str(case.pk), kind=Happened.CASE_SHARED.value, at__lte=at
    )
    said: dict[str, tuple[str, datetime | None]] = {}
    for facts in events.order_by("pk").values_list("facts", flat=True):
        ends = facts.get("expires_at")
        said[str(facts["share"])] = (str(facts["right"]), datetime.fromisoformat(ends) if ends else None)
    return said
