"""A customer hands cases over to an account that came later, and takes them back (D5, W4, W9)."""

from __future__ import annotations

import pytest

from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.testing import Cast
from liaison.audit.models import Event
from liaison.cases import access
from liaison.cases.actions import hand_over_cases, take_back_case
from liaison.cases.delegated.handing import targets_of
from liaison.cases.models import Case, HandOver
from liaison.cases.testing import make_closed
from liaison.cases.tests.delegates import World, day, make_world
from liaison.cases.vocabulary import HandOverCode
from liaison.delegation import actions as relations
from liaison.delegation.actions.writing import Doer, signed_in
from liaison.delegation.testing import add_domain, make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import DelegationCode, GrantLevel
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notifications.models import Announcement

MAILS = ("case_hand_over_asked", "case_access_ended")


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def by(person: Identity) -> Doer:
    return signed_in(person)


def hand_over(world: World, to: Identity, at: float, *cases: Case) -> list[str]:
    numbers = [one.number for one in cases] if cases else None
    found = hand_over_cases(
        actor=by(world.ugo), customer=world.customer, account=to.account, numbers=numbers, now=day(at)
    )
    return [one.number for one in found]


def seen(person: Identity, at: float) -> set[str]:
    return set(access.visible_cases(person, day(at)).values_list("number", flat=True))


def test_a_later_manager_sees_earlier_cases_only_when_they_are_handed_over(world: World) -> None:
    """D5: a reseller that came later does not see earlier cases; the customer hands over single ones or all open."""
    first, second, closed = world.files(1), world.files(2), world.files(3)
    make_closed(world.ugo, closed, now=day(4))
    world.manages(world.nina, 5)
    world.grants(world.nina, 5)
    assert seen(world.nina, 6) == set()
    (target,) = targets_of(world.customer)
    assert (target.account, target.waiting, target.level) == (world.nina.account, 2, GrantLevel.MANAGE)
    assert hand_over(world, world.nina, 6, first) == [first.number]
    assert seen(world.nina, 7) == {first.number}
    assert hand_over(world, world.nina, 7) == [second.number]
    assert hand_over(world, world.nina, 7, closed) == [closed.number]
    assert seen(world.nina, 8) == {first.number, second.number, closed.number}
    assert hand_over(world, world.nina, 8, first) == []
    kinds = Event.objects.filter(kind="case.handed_over").values_list("subject_id", "account_id", "facts")
    assert [(subject, facts["account"]) for subject, _account, facts in kinds] == [
        (str(one.pk), world.nina.account.pk) for one in (first, second, closed)
    ]


def test_what_is_handed_over_is_seen_as_far_as_it_is_granted(world: World) -> None:
    """D5 (b): and the grant is now at least view."""
    case = world.files(1)
    world.manages(world.nina, 5)
    hand_over(world, world.nina, 6, case)
    assert seen(world.nina, 7) == set()
    world.grants(world.nina, 7, GrantLevel.VIEW)
    assert seen(world.nina, 8) == {case.number}
    world.revokes(world.nina, 8)
    assert seen(world.nina, 9) == set()


def test_a_case_that_is_taken_back_is_closed_to_the_account_at_once(world: World) -> None:
    case = world.files(1)
    world.manages(world.nina, 5)
    world.grants(world.nina, 5)
    hand_over(world, world.nina, 6, case)
    given = take_back_case(actor=by(world.ugo), case=case, account=world.nina.account, now=day(7))
    assert (given.ended_at, given.ended_by) == (day(7), world.ugo)
    assert seen(world.nina, 8) == set()
    with pytest.raises(Conflict) as refusal:
        take_back_case(actor=by(world.ugo), case=case, account=world.nina.account, now=day(8))
    assert refusal.value.code == HandOverCode.NOT_HANDED_OVER
    assert hand_over(world, world.nina, 9, case) == [case.number]


def test_hand_overs_end_when_management_ends_and_not_when_it_moves_within_the_account(world: World) -> None:
    """W4: a hand-over is to the account, and ends when taken back or when management ends."""
    case = world.files(1)
    world.manages(world.nina, 5)
    world.grants(world.nina, 5)
    hand_over(world, world.nina, 6, case)
    second = add_domain(world.nina.account, "second.later.test", now=day(6))
    Identity.objects.filter(pk=world.nina.pk).update(domain=second)
    nina = Identity.objects.with_account().get(pk=world.nina.pk)
    world.manages(nina, 7)
    assert seen(nina, 8) == {case.number}
    world.manages(world.rita, 9)
    assert HandOver.objects.get().ended_at == day(9)
    world.manages(nina, 10)
    world.grants(nina, 10)
    assert seen(nina, 11) == set()


def test_only_people_of_the_customer_who_manage_cases_hand_over(world: World, cast: Cast) -> None:
    """W4: made by the customer's portal users with file and manage rights."""
    case = world.files(1)
    world.manages(world.nina, 5)
    ask = {"customer": world.customer, "account": world.nina.account, "numbers": None, "now": day(6)}
    stranger = person_of(make_customer("stranger", now=day(0)))
    refused = [(world.rosa, Forbidden), (world.nina, Forbidden), (cast.agent, Forbidden), (stranger, Missing)]
    for person, refusal in refused:
        with pytest.raises(refusal):
            hand_over_cases(actor=by(person), **ask)  # type: ignore[arg-type]  # the same for all
        with pytest.raises(refusal):
            take_back_case(actor=by(person), case=case, account=world.nina.account, now=day(6))
    assert not HandOver.objects.exists()


def test_what_cannot_be_handed_over_is_refused(world: World) -> None:
    """A number of another customer is refused like one that nobody has; nothing is handed over beside it."""
    case = world.files(1)
    foreign = make_customer("stranger", now=day(0))
    other = World(foreign, person_of(foreign), world.rosa, world.rita, world.nina).files(1)
    with pytest.raises(Conflict) as refusal:
        hand_over(world, world.nina, 2, case)
    assert refusal.value.code == DelegationCode.NOT_BOUND
    world.manages(world.nina, 5)
    for numbers in ([], [case.number, other.number], ["0" * 9, "\x00"], [str(one) for one in range(101)]):
        with pytest.raises(Invalid):
            hand_over_cases(
                actor=by(world.ugo),
                customer=world.customer,
                account=world.nina.account,
                numbers=numbers,
                now=day(6),
            )
    assert not HandOver.objects.exists()


def test_a_support_partner_is_handed_over_to_as_a_manager_is(world: World) -> None:
    """D5: for a support partner its relationship takes the place of manages."""
    case = world.files(1)
    partner = make_delegate("helpers", AccountKind.SUPPORT_PARTNER, now=day(0))
    relations.begin_support(actor=world.ugo, customer=world.customer, partner=partner.account, why="", now=day(5))
    world.grants(partner, 5)
    assert seen(partner, 6) == set()
    hand_over(world, partner, 6, case)
    assert seen(partner, 7) == {case.number}


def test_a_new_manager_makes_the_customer_be_asked_and_the_former_filer_be_told(world: World) -> None:
    """D5: ending a relation with open cases asks the customer to hand them over; the former filer is told."""
    mine = world.files(1, by=world.rita)
    world.manages(world.nina, 5)
    told = {one.subject_kind: one for one in Announcement.objects.filter(subject_kind__in=MAILS)}
    assert set(told) == set(MAILS)
    asked, ended = told["case_hand_over_asked"], told["case_access_ended"]
    assert (asked.subject_id, asked.facts) == (str(world.customer.pk), {"account": world.nina.account.pk})
    assert (ended.subject_id, ended.facts["cases"]) == (str(world.rita.pk), [mine.pk])
    assert [one.identity_id for one in asked.deliveries.all()] == [world.ugo.pk]


def test_nobody_is_asked_where_nothing_is_open_or_nobody_came_before(world: World) -> None:
    case = world.files(1, by=world.rita)
    make_closed(world.ugo, case, now=day(2))
    world.manages(world.nina, 5)
    assert not Announcement.objects.filter(subject_kind__in=MAILS).exists()
    fresh = make_customer("fresh", now=day(0))
    new = World(fresh, person_of(fresh), world.rosa, world.rita, world.nina)
    new.files(1)
    new.manages(world.rita, 5)
    assert not Announcement.objects.filter(subject_kind__in=MAILS).exists()
