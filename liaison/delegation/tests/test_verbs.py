"""Relations and grants over time, by their verbs: who may, what ends what; and the lists always agree with the rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, make_identity
from liaison.audit.models import Event
from liaison.delegation import access, actions
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.deciding import Seat
from liaison.delegation.models import Bond, Grant, ReachRow
from liaison.delegation.reaching import disagreements
from liaison.delegation.testing import add_domain, make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import DelegationCode, GrantLevel, Tie
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
AFTERWARDS = NOW + timedelta(days=365)
pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Account:
    return make_customer(now=NOW)


@pytest.fixture
def rita() -> Identity:
    return make_delegate(now=NOW)


@pytest.fixture
def ugo(customer: Account) -> Identity:
    return person_of(customer)


def manage(customer: Account, by: Identity, at: datetime = NOW) -> Bond:
    return actions.set_manager(actor=TESTS, customer=customer, domain=by.domain, why="Sold", now=at)


def grant(by: Identity, to: Account, level: GrantLevel = GrantLevel.VIEW, at: datetime = NOW) -> Grant:
    return actions.grant_access(actor=signed_in(by), customer=by.account, account=to, level=level, why="", now=at)


def reached(by: Identity) -> list[tuple[int, str]]:
    assert not disagreements(Account.objects.filter(kind="customer").values_list("pk", flat=True), AFTERWARDS)
    return list(
        ReachRow.objects.filter(access.of_seat(Seat(by.account.pk, by.domain_id))).values_list("customer", "level")
    )


def test_a_manager_reaches_nothing_until_the_customer_grants(customer: Account, rita: Identity, ugo: Identity) -> None:
    """D3, D5b."""
    manage(customer, rita)
    assert reached(rita) == []
    grant(ugo, rita.account)
    assert reached(rita) == [(customer.pk, "view")]
    grant(ugo, rita.account, GrantLevel.MANAGE, NOW + timedelta(hours=1))
    assert reached(rita) == [(customer.pk, "manage")]
    actions.revoke_access(actor=signed_in(ugo), customer=customer, account=rita.account, why="", now=NOW)
    assert reached(rita) == []
    assert [one.level for one in Grant.objects.order_by("pk")] == ["view", "manage"]
    kinds = Event.objects.filter(account_id=customer.pk, kind__startswith="customer.").values_list("kind", flat=True)
    assert sorted(kinds) == [
        "customer.access_granted", "customer.access_granted", "customer.access_revoked", "customer.manager_set",
    ]  # fmt: skip


def test_another_manager_ends_the_one_before_with_its_grant(customer: Account, rita: Identity, ugo: Identity) -> None:
    """D5: a move to another account does not take access along, and a later return begins with none."""
    other = make_delegate("other", now=NOW)
    manage(customer, rita)
    grant(ugo, rita.account)
    later = NOW + timedelta(days=1)
    manage(customer, other, later)
    assert (reached(rita), reached(other)) == ([], [])
    manage(customer, rita, later + timedelta(days=1))
    assert reached(rita) == []
    ends = Bond.objects.order_by("pk").values_list("account__slug", "ended_at")
    assert list(ends) == [("resold", later), ("other", later + timedelta(days=1)), ("resold", None)]


def test_a_move_between_domains_of_one_account_keeps_what_was_granted(
    customer: Account, rita: Identity, ugo: Identity
) -> None:
    """D5, W4."""
    manage(customer, rita)
    grant(ugo, rita.account)
    second = add_domain(rita.account, "second.resold.test", now=NOW)
    actions.set_manager(actor=TESTS, customer=customer, domain=second, why="", now=NOW + timedelta(days=1))
    assert reached(rita) == []
    row = ReachRow.objects.get()
    assert (row.domain_id, sorted(span.lower for span in row.filed)) == (second.pk, [NOW, NOW + timedelta(days=1)])


def test_only_an_administrator_widens_and_everybody_of_the_customer_narrows(
    customer: Account, rita: Identity, ugo: Identity
) -> None:
    """W5."""
    manage(customer, rita)
    reader = make_identity(customer, PredefinedRole.READER, "Rosa Reader")
    with pytest.raises(Forbidden):
        grant(reader, rita.account)
    grant(ugo, rita.account, GrantLevel.MANAGE)
    grant(reader, rita.account, GrantLevel.VIEW, NOW + timedelta(hours=1))
    assert reached(rita) == [(customer.pk, "view")]
    with pytest.raises(Forbidden):
        grant(reader, rita.account, GrantLevel.MANAGE, NOW + timedelta(hours=2))
    actions.revoke_access(actor=signed_in(reader), customer=customer, account=rita.account, why="x", now=NOW)
    assert Grant.objects.latest("pk").ended_by_id == reader.pk


def test_nobody_grants_for_another(customer: Account, rita: Identity) -> None:
    """A manager sees the customer and may not grant for it; to others it is as if there were none."""
    stranger = person_of(make_customer("stranger", now=NOW))
    manage(customer, rita)
    ask = {"customer": customer, "account": rita.account, "level": GrantLevel.VIEW, "why": "", "now": NOW}
    with pytest.raises(Forbidden):
        actions.grant_access(actor=signed_in(rita), **ask)  # type: ignore[arg-type]  # the same for both
    with pytest.raises(Missing):
        actions.grant_access(actor=signed_in(stranger), **ask)  # type: ignore[arg-type]  # the same for both
    assert not Grant.objects.exists()


def test_a_grant_needs_a_relation(customer: Account, rita: Identity, ugo: Identity) -> None:
    with pytest.raises(Conflict) as refusal:
        grant(ugo, rita.account)
    assert refusal.value.code == DelegationCode.NOT_BOUND


def test_a_customer_begins_a_support_relationship_by_itself_and_either_side_ends_it(
    customer: Account, ugo: Identity
) -> None:
    """D11."""
    partner = make_delegate("helpers", AccountKind.SUPPORT_PARTNER, now=NOW)
    bond = actions.begin_support(actor=ugo, customer=customer, partner=partner.account, why="", now=NOW)
    grant(ugo, partner.account)
    assert reached(partner) == [(customer.pk, "view")]
    with pytest.raises(Conflict):
        actions.begin_support(actor=ugo, customer=customer, partner=partner.account, why="", now=NOW)
    reader = make_identity(partner.account, PredefinedRole.READER, "Rosa Reader")
    with pytest.raises(Forbidden):
        actions.end_support(actor=reader, bond=bond, why="", now=NOW)
    with pytest.raises(Missing):
        actions.end_support(actor=make_delegate("unrelated", now=NOW), bond=bond, why="", now=NOW)
    actions.end_support(actor=partner, bond=bond, why="Done", now=NOW)
    assert reached(partner) == []
    with pytest.raises(Conflict):
        actions.end_support(actor=ugo, bond=bond, why="", now=NOW)


def test_who_cannot_be_bound_is_refused(customer: Account, rita: Identity, ugo: Identity) -> None:
    with pytest.raises(Invalid):
        actions.set_manager(actor=TESTS, customer=rita.account, domain=rita.domain, why="", now=NOW)
    with pytest.raises(Invalid):
        actions.set_manager(actor=TESTS, customer=customer, domain=ugo.domain, why="", now=NOW)
    with pytest.raises(Invalid):
        actions.begin_support(actor=ugo, customer=customer, partner=rita.account, why="", now=NOW)
    with pytest.raises(Forbidden):
        actions.set_manager(actor=rita, customer=customer, domain=rita.domain, why="", now=NOW)
    manage(customer, rita)
    with pytest.raises(Conflict):
        manage(customer, rita)
    with pytest.raises(Invalid):
        actions.end_management(actor=TESTS, customer=customer, why="x" * 1001, now=NOW)
    actions.end_management(actor=TESTS, customer=customer, why="", now=NOW)
    with pytest.raises(Conflict):
        actions.end_management(actor=TESTS, customer=customer, why="", now=NOW)


def test_the_database_itself_refuses_two_managers_at_a_time(customer: Account, rita: Identity) -> None:
    manage(customer, rita)
    other = make_delegate("other", now=NOW)
    values = {"customer": customer, "tie": Tie.MANAGES, "account": other.account, "domain": other.domain}
    with pytest.raises(IntegrityError, match="one_manager"), transaction.atomic():
        Bond.objects.create(**values, begun_at=NOW - timedelta(days=5), ended_at=NOW + timedelta(seconds=1))
    Bond.objects.create(**values, begun_at=NOW - timedelta(days=5), ended_at=NOW)


def test_somebody_sees_the_customers_of_the_domain_that_signed_in_alone(customer: Account, rita: Identity) -> None:
    """D1."""
    second = add_domain(rita.account, "second.resold.test", now=NOW)
    twin = make_identity(rita.account, PredefinedRole.RESELLER_ADMINISTRATOR, "Twin Two")
    Identity.objects.filter(pk=twin.pk).update(domain=second)
    twin = Identity.objects.with_account().get(pk=twin.pk)
    manage(customer, rita)
    assert list(access.visible_customers(rita)) == [customer]
    assert list(access.visible_customers(twin)) == []
    editor = make_identity(rita.account, PredefinedRole.EDITOR, "Ed Editor")
    assert list(access.visible_customers(editor)) == []
    with pytest.raises(Missing):
        access.customer_for(twin, customer.slug)
