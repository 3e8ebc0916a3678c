"""Customers at the desk: records, managers with what follows, corrections and domains (D2, D5, W2, W11)."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, make_account, make_identity, make_operator, sign_in
from liaison.delegation import actions
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.models import Bond, ContactLink, Correction, SalesRecord
from liaison.delegation.testing import add_domain, make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import GrantLevel
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db

NEW = {"name": "Nuova", "slug": "nuova", "language": "it", "time_zone": "Europe/Rome", "company": "Nuova srl"}


@pytest.fixture
def staff(client: Client) -> Identity:
    """An administrator of the operator, who is signed in."""
    administrator = make_identity(
        make_operator(), PredefinedRole.OPERATOR_ADMINISTRATOR, "Olga Operator", language="en"
    )
    sign_in(client, administrator)
    return administrator


@pytest.fixture
def customer() -> Account:
    return make_customer()


@pytest.fixture
def rita(customer: Account) -> Identity:
    rita = make_delegate()
    actions.set_manager(actor=TESTS, customer=customer, domain=rita.domain, why="Sold in May", now=utc_now())
    return rita


def seen(client: Client, path: str) -> str:
    answer = client.get(f"/u/0{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_staff_create_a_customer_and_find_it(client: Client, staff: Identity) -> None:
    wrong = client.post("/u/0/desk/new-customer", {**NEW, "contact_address": "nobody"})
    assert wrong.status_code == 422
    made = client.post("/u/0/desk/new-customer", {**NEW, "contact_address": "anna@nuova.test"}, follow=True)
    assert made.redirect_chain[-1][0].endswith("/desk/customers/nuova")
    assert SalesRecord.objects.get().link_address == "anna@nuova.test"
    assert "/desk/customers/nuova" in seen(client, "/desk/customers?q=anna")
    assert "/desk/customers/nuova" not in seen(client, "/desk/customers?q=nobody")
    again = client.post("/u/0/desk/new-customer", NEW)
    assert again.status_code == 422


def test_an_address_is_changed_and_waits_until_it_is_confirmed(
    client: Client, staff: Identity, customer: Account
) -> None:
    """W11."""
    form = {"company": "Trattoria", "contact_address": "new@trattoria.test"}
    answer = client.post("/u/0/desk/customers/trattoria/record", form, follow=True)
    assert "No link goes to the new address until it is confirmed." in answer.content.decode()
    assert "Waits for confirmation" in seen(client, "/desk/customers")
    assert "new@trattoria.test" in seen(client, "/desk/customers/trattoria/record/address")
    client.post("/u/0/desk/customers/trattoria/record/address")
    assert SalesRecord.objects.get(customer=customer).link_address == "new@trattoria.test"
    twice = client.post("/u/0/desk/customers/trattoria/record/address", follow=True)
    assert "No change of the contact&#39;s address waits to be confirmed." in twice.content.decode()


def test_a_move_to_another_reseller_says_what_follows_before_anything_does(
    client: Client, staff: Identity, customer: Account, rita: Identity
) -> None:
    """D5."""
    actions.grant_access(
        actor=signed_in(person_of(customer)), customer=customer, account=rita.account, level=GrantLevel.VIEW, why="",
        now=utc_now(),
    )  # fmt: skip
    other = make_delegate("other")
    path = "/u/0/desk/customers/trattoria/manager"
    form = {"domain": f" {other.domain.name.upper()} ", "why": "Contract"}
    asked = client.post(path, form).content.decode()
    assert "Resold loses its access to the customer&#39;s cases at once" in asked
    assert "Other manages the customer from now on" in asked
    assert Bond.objects.get(ended_at=None).account == rita.account
    client.post(path, {**form, "confirmed": "1"})
    bond = Bond.objects.get(ended_at=None)
    assert (bond.account, bond.begun_by, bond.begun_why) == (other.account, staff, "Contract")
    assert client.post(path, {**form, "confirmed": "1"}).status_code == 422
    for domain in ("nobody.test", "\x00", customer.domains.get().name, "x" * 10_000):
        assert client.post(path, {"domain": domain, "confirmed": "1"}).status_code == 422


def test_a_move_between_domains_of_one_reseller_says_that_everything_goes_along(
    client: Client, staff: Identity, rita: Identity
) -> None:
    """W4."""
    second = add_domain(rita.account, "second.resold.test")
    page = client.post("/u/0/desk/customers/trattoria/manager", {"domain": second.name}).content.decode()
    assert "The earlier cases and what the customer granted go along." in page


def test_management_ends_after_a_question_and_stands_in_the_history(
    client: Client, staff: Identity, rita: Identity
) -> None:
    path = "/u/0/desk/customers/trattoria/manager/end"
    assert "It had no access to its cases." in client.get(path).content.decode()
    assert Bond.objects.get().is_open
    client.post(path, {"why": "Contract ended"})
    assert not Bond.objects.get().is_open
    history = seen(client, "/desk/customers/trattoria/history")
    assert "Sold in May" in history
    assert "Contract ended" in history
    assert client.get(path).status_code == 302


def test_corrections_wait_at_the_desk_until_somebody_dealt_with_them(
    client: Client, staff: Identity, customer: Account, rita: Identity
) -> None:
    """D2."""
    made = actions.ask_correction(actor=rita, customer=customer, text="It moved to Milan.", now=utc_now())
    assert "It moved to Milan." in seen(client, "/desk/customers")
    assert "It moved to Milan." in seen(client, "/desk/customers/trattoria")
    client.post(f"/u/0/desk/corrections/{made.public_id}/done")
    assert Correction.objects.get().done_by == staff
    assert "It moved to Milan." not in seen(client, "/desk/customers")
    assert client.post("/u/0/desk/corrections/nothing0000000/done").status_code == 404


def test_staff_mail_the_contact_a_link_about_one_account(client: Client, staff: Identity, rita: Identity) -> None:
    """D3."""
    path = "/u/0/desk/customers/trattoria/links/"
    client.post(f"{path}{rita.account.slug}")
    assert ContactLink.objects.get().account == rita.account
    make_account("unbound", AccountKind.RESELLER)
    client.post(f"{path}unbound")
    assert ContactLink.objects.count() == 1


def test_domains_are_added_by_staff_s_word(client: Client, staff: Identity, rita: Identity) -> None:
    """D1."""
    path = "/u/0/desk/accounts/resold/domains"
    assert "proven by your word" in client.get(path).content.decode()
    client.post(path, {"name": "resold.example"})
    assert rita.account.domains.filter(name="resold.example").exists()
    for name in ("gmail.com", "resold.example", "<b>", "x" * 300, ""):
        assert client.post(path, {"name": name}).status_code == 422
    assert client.get("/u/0/desk/accounts/trattoria/domains").status_code == 404


def test_who_does_not_manage_accounts_reads_and_changes_nothing(
    client: Client, customer: Account, rita: Identity
) -> None:
    """W2: an on-call engineer and everybody outside see nothing."""
    correction = actions.ask_correction(actor=rita, customer=customer, text="x", now=utc_now())
    operator = make_operator()
    sign_in(client, make_identity(operator, PredefinedRole.SUPPORT_AGENT, "Aga Agent", language="en"))
    page = seen(client, "/desk/customers/trattoria")
    assert "/desk/customers/trattoria/record" not in page
    writes = (
        "customers/trattoria/record", "customers/trattoria/record/address", "customers/trattoria/manager",
        "customers/trattoria/manager/end", "customers/trattoria/links/resold",
        f"corrections/{correction.public_id}/done", "accounts/resold/domains", "new-customer",
    )  # fmt: skip
    for path in writes:
        assert client.post(f"/u/0/desk/{path}", {"name": "a.test"}).status_code == 403, path
    assert Correction.objects.get().done_at is None
    engineer = make_identity(operator, PredefinedRole.ON_CALL_ENGINEER, "Ed Engineer", language="en")
    for outsider in (engineer, rita, person_of(customer)):
        sign_in(client, outsider)
        for path in ("customers", "customers/trattoria", *writes):
            assert client.get(f"/u/0/desk/{path}").status_code in (404, 405), path


def test_the_number_of_queries_does_not_follow_the_number_of_customers(
    client: Client, staff: Identity, rita: Identity, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/u/0/desk/customers")
    with django_assert_num_queries(9):
        client.get("/u/0/desk/customers")
    for number in range(5):
        made = make_account(f"c{number}", AccountKind.CUSTOMER)
        actions.set_manager(actor=TESTS, customer=made, domain=rita.domain, why="", now=utc_now())
    with django_assert_num_queries(9):  # session, frame, corrections, page, its rows, count
        client.get("/u/0/desk/customers")
