"""The doors to customers, asked directly: what each condition of `delegation/access.py` is for."""

from __future__ import annotations

import pytest

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege
from liaison.accounts.testing import TESTS, give_only, make_account, make_identity, make_operator
from liaison.delegation import access
from liaison.delegation import actions as relations
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.deciding import Seat
from liaison.delegation.models import AccessRequest, Bond
from liaison.delegation.testing import make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import GrantLevel
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Missing


@pytest.fixture
def customer(db: None) -> Account:
    return make_customer()


@pytest.fixture
def helper(customer: Account) -> Identity:
    """Return somebody of a support partner of the customer."""
    helper = make_delegate("helper", AccountKind.SUPPORT_PARTNER)
    _support(customer, helper)
    return helper


def test_the_system_sees_every_customer_and_is_refused_nothing(customer: Account, helper: Identity) -> None:
    make_account("elsewhere")
    assert list(access.visible_customers(TESTS)) == [customer]
    assert access.customer_for(TESTS, customer.slug) == customer
    bond = access.support_bond_for(TESTS, customer, "helper")
    assert bond.account == helper.account
    access.require_reading_relations(TESTS, customer)
    access.require_sending_links(TESTS, customer)
    access.require_ending_support(TESTS, bond)
    access.require_granting(TESTS, customer)


def test_a_partner_manager_sees_the_customers_assigned_to_it(customer: Account) -> None:
    """W2: and no others. Today the verb assigns partners alone; the door goes by what is kept."""
    make_customer("elsewhere")
    mira = make_identity(make_operator(), PredefinedRole.PARTNER_MANAGER, "Mira Manager")
    assert not access.visible_customers(mira).exists()
    Account.objects.filter(pk=customer.pk).update(partner_manager=mira)
    assert list(access.visible_customers(mira)) == [customer]
    assert access.customer_for(mira, customer.slug) == customer


def test_what_somebody_reaches_is_of_its_account_and_of_the_customer_that_is_named(customer: Account) -> None:
    """D5: in each direction another row is there; whoever reads no cases reaches nothing."""
    rita, nina, other = make_delegate(), make_delegate("later"), make_customer("osteria")
    _manage(customer, rita)
    _manage(other, nina)
    found = access.reach_of(rita, customer)
    assert found is not None
    assert (found.account, found.customer) == (rita.account, customer)
    assert access.reach_of(rita, other) is None
    assert access.reach_of(nina, customer) is None
    assert access.reach_of(give_only(rita, [Privilege.VIEW_CUSTOMERS]), customer) is None


def test_the_customers_that_are_reached_are_named_unless_they_are_many(
    customer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    rita, other = make_delegate(), make_customer("osteria")
    seat = access.seat_of(rita)
    assert seat is not None
    monkeypatch.setattr(access, "MOST_BY_KEY", 1)
    _manage(customer, rita)
    assert access.customers_reached(seat) == frozenset({customer.pk})
    _manage(other, rita)
    assert access.customers_reached(seat) is None


def test_a_customer_s_people_read_who_sees_its_cases_if_they_read_cases(customer: Account) -> None:
    ugo = person_of(customer)
    assert access.own_customer(ugo) == customer
    with pytest.raises(Missing):
        access.own_customer(make_delegate())
    with pytest.raises(Forbidden):
        access.own_customer(give_only(ugo, [Privilege.VIEW_ACCOUNT]))


def test_relations_are_read_by_the_customer_s_people_and_staff_who_see_contacts(customer: Account) -> None:
    """W2, W14: by no delegate, and by nobody who holds a privilege of staff and is none."""
    operator, rita = make_operator(), make_delegate()
    engineer = make_identity(operator, PredefinedRole.ON_CALL_ENGINEER, "Emil Engineer")
    access.require_reading_relations(make_identity(operator, PredefinedRole.SUPPORT_AGENT, "Ada Agent"), customer)
    access.require_reading_relations(make_identity(customer, PredefinedRole.READER, "Rosa Reader"), customer)
    without = give_only(person_of(customer), [Privilege.VIEW_ACCOUNT])
    for other in (engineer, rita, without, give_only(rita, [Privilege.STAFF_VIEW_CONTACTS, Privilege.VIEW_CASES])):
        with pytest.raises(Forbidden):
            access.require_reading_relations(other, customer)


def test_an_account_is_found_by_its_name_while_it_works_for_the_customer(customer: Account, helper: Identity) -> None:
    """Also as the partner of a relationship, which one partner does not learn of another (W14)."""
    other, second = make_customer("osteria"), make_delegate("second", AccountKind.SUPPORT_PARTNER)
    _support(other, second)
    _manage(customer, make_delegate())
    bond = access.support_bond_for(helper, customer, "helper")
    assert access.bound_account_for(customer, "helper") == helper.account
    assert access.support_bond_for(person_of(customer), customer, "helper") == bond
    for actor, of, slug in (
        (person_of(customer), customer, "second"),  # of another customer
        (person_of(customer), customer, "resold"),  # manages
        (person_of(customer), other, "second"),  # of a customer that is not seen
        (second, customer, "helper"),
    ):
        with pytest.raises(Missing):
            access.support_bond_for(actor, of, slug)
    _support(customer, second)
    with pytest.raises(Missing):
        access.support_bond_for(second, customer, "helper")
    relations.end_support(actor=person_of(customer), bond=bond, why="", now=utc_now())
    for find in (access.bound_account_for, lambda of, slug: access.support_bond_for(person_of(of), of, slug)):
        with pytest.raises(Missing):
            find(customer, "helper")
    with pytest.raises(Missing):
        access.bound_account_for(other, "resold")


def test_support_is_ended_by_any_of_the_customer_s_people_and_by_the_partner_s_administrators(
    customer: Account, helper: Identity
) -> None:
    """D11, W5: the partner's others see why not, and who reads no cases not even that there is a customer."""
    bond = access.support_bond_for(TESTS, customer, "helper")
    editor = make_identity(helper.account, PredefinedRole.EDITOR, "Edda Editor")
    access.require_ending_support(make_identity(customer, PredefinedRole.READER, "Rosa Reader"), bond)
    access.require_ending_support(helper, bond)
    with pytest.raises(Forbidden):
        access.require_ending_support(editor, bond)
    with pytest.raises(Missing):
        access.require_ending_support(give_only(editor, [Privilege.MANAGE_GRANTS]), bond)
    with pytest.raises(Missing):
        access.require_ending_support(make_delegate("second", AccountKind.SUPPORT_PARTNER), bond)


def test_granting_is_for_the_customer_s_administrators_and_revoking_for_all_its_people(customer: Account) -> None:
    """W5: staff who see the customer are told that they may not, others that there is none."""
    ada = make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Ada Agent")
    rosa = make_identity(customer, PredefinedRole.READER, "Rosa Reader")
    access.require_granting(person_of(customer), customer)
    access.require_revoking(rosa, customer)
    with pytest.raises(Forbidden):
        access.require_granting(rosa, customer)
    for require in (access.require_granting, access.require_revoking):
        with pytest.raises(Forbidden):
            require(ada, customer)
        with pytest.raises(Missing):
            require(person_of(make_customer(f"osteria-{require.__name__[-8:]}")), customer)


def test_a_request_is_found_where_it_is_named_with_its_customer(customer: Account) -> None:
    """Invariant 6: with another customer, or with a zero byte, it is one that is not there."""
    rita = make_delegate()
    relations.set_manager(actor=TESTS, customer=customer, domain=rita.domain, why="", now=utc_now())
    relations.ask_access(actor=rita, customer=customer, now=utc_now())
    asked = AccessRequest.objects.get()
    assert access.request_for(customer, asked.public_id) == asked
    assert access.request_for(customer, f"{asked.public_id}\x00") == asked
    for other, named in ((make_customer("osteria"), asked.public_id), (customer, "nothing")):
        with pytest.raises(Missing):
            access.request_for(other, named)


def test_customers_are_listed_by_the_seat_of_those_who_see_them(customer: Account, helper: Identity) -> None:
    """W3: not of whoever sees none, of staff, or of anybody else."""
    rita, reader = make_delegate(), make_identity(helper.account, PredefinedRole.READER, "Rina Reader")
    for one in (rita, helper):
        assert access.seat_of_customers(one) == Seat(one.account.pk, one.domain_id)
    staff = make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Ada Agent")
    for one in (staff, person_of(customer), give_only(rita, [Privilege.SUPPORT]), give_only(reader, [])):
        assert access.seat_of_customers(one) is None


def _manage(customer: Account, by: Identity) -> None:
    """Let somebody's domain manage a customer, who grants its account everything."""
    now = utc_now()
    relations.set_manager(actor=TESTS, customer=customer, domain=by.domain, why="", now=now)
    relations.grant_access(
        actor=signed_in(person_of(customer)),
        customer=customer,
        account=by.account,
        level=GrantLevel.MANAGE,
        why="",
        now=now,
    )


def _support(customer: Account, helper: Identity) -> Bond:
    by = person_of(customer)
    return relations.begin_support(actor=by, customer=customer, partner=helper.account, why="", now=utc_now())
