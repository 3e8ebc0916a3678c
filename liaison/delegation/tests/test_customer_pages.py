"""My customers, and a customer's page, as resellers and support partners see them (D1, D2, D3, D6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, make_account, make_identity, sign_in
from liaison.delegation import actions
from liaison.delegation.actions.records import RecordValues
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.models import AccessRequest, Correction
from liaison.delegation.testing import add_domain, make_customer, make_delegate, make_sales_record, person_of
from liaison.delegation.vocabulary import GrantLevel
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita() -> Identity:
    return make_delegate()


@pytest.fixture
def customer(rita: Identity) -> Account:
    return managed("trattoria", rita)


def managed(slug: str, by: Identity, *, people: bool = True) -> Account:
    made = make_customer(slug, people=people)
    actions.set_manager(actor=TESTS, customer=made, domain=by.domain, why="", now=utc_now())
    return made


def grant(customer: Account, by: Identity, level: GrantLevel = GrantLevel.MANAGE) -> None:
    ugo = person_of(customer)
    actions.grant_access(
        actor=signed_in(ugo), customer=customer, account=by.account, level=level, why="", now=utc_now()
    )


def seen(client: Client, path: str) -> str:
    answer = client.get(f"/u/0{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_list_shows_the_customers_of_the_domain_that_signed_in_and_of_no_other(
    client: Client, rita: Identity, customer: Account
) -> None:
    """D1, D6: counts never include what may not be seen."""
    second = add_domain(rita.account, "second.resold.test")
    other = make_customer("osteria", people=False)
    actions.set_manager(actor=TESTS, customer=other, domain=second, why="", now=utc_now())
    make_customer("stranger", people=False)
    sign_in(client, rita)
    page = seen(client, "/customers")
    assert f"These are the customers of {rita.domain.name}." in page
    assert "second.resold.test" in page
    assert "1 customer<" in page
    assert "/customers/trattoria" in page
    assert "osteria" not in page.lower()
    assert "stranger" not in page.lower()
    assert client.get("/u/0/customers/osteria").status_code == 404
    assert client.get("/u/0/customers/stranger").status_code == 404


@pytest.mark.parametrize("words", ["tratt", "TRATTORIA", "Łód", "carla", "contact@trattoria", "커피"])
def test_a_customer_is_found_by_name_short_name_company_and_contact(
    client: Client, rita: Identity, customer: Account, words: str
) -> None:
    managed("osteria", rita, people=False)
    record = make_sales_record(customer)
    values = RecordValues("Trattoria Łódź 서울커피", "", "Carla", record.contact_address)
    actions.change_sales_record(actor=TESTS, customer=customer, values=values, now=utc_now())
    sign_in(client, rita)
    page = seen(client, f"/customers?q={words}")
    assert "/customers/trattoria" in page
    assert ("/customers/osteria" in page) == (words == "carla")


def test_the_list_is_filtered_by_what_was_granted_and_asked(client: Client, rita: Identity, customer: Account) -> None:
    viewed, nothing = managed("viewed", rita), managed("nothing", rita)
    grant(customer, rita)
    grant(viewed, rita, GrantLevel.VIEW)
    actions.ask_access(actor=rita, customer=nothing, now=utc_now())
    sign_in(client, rita)
    for chosen, expected in (
        ("manage", {"trattoria"}),
        ("view", {"viewed"}),
        ("nothing", {"nothing"}),
        ("asked", {"nothing"}),
        ("nonsense", {"trattoria", "viewed", "nothing"}),
    ):
        page = seen(client, f"/customers?access={chosen}")
        found = {slug for slug in ("trattoria", "viewed", "nothing") if f'/customers/{slug}"' in page}
        assert found == expected, chosen


def test_a_page_of_the_list_leads_to_the_next_one_by_name(client: Client, rita: Identity) -> None:
    for number in range(52):
        made = make_account(f"c{number:02}", AccountKind.CUSTOMER, name=f"Customer {number:02}")
        actions.set_manager(actor=TESTS, customer=made, domain=rita.domain, why="", now=utc_now())
    sign_in(client, rita)
    first = seen(client, "/customers")
    assert "/customers/c49" in first
    assert "/customers/c50" not in first
    assert "52 customers" in first
    assert "after=c49" in first
    rest = seen(client, "/customers?after=c49")
    assert "/customers/c49" not in rest
    assert "/customers/c51" in rest
    assert "after=" not in rest.split("First page")[1]


def test_the_number_of_queries_does_not_follow_the_number_of_customers(
    client: Client, rita: Identity, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    managed("c1", rita, people=False)
    sign_in(client, rita)
    client.get("/u/0/customers")
    for number in range(2, 8):
        made = managed(f"c{number}", rita)
        grant(made, rita)
    with django_assert_num_queries(10):  # session, whose, keys, page, three about its rows, two to count, other domains
        client.get("/u/0/customers?q=c")


def test_somebody_who_works_for_no_customers_finds_no_page(client: Client, rita: Identity, customer: Account) -> None:
    ugo = person_of(customer)
    sign_in(client, ugo)
    assert client.get("/u/0/customers").status_code == 404
    editor = make_identity(rita.account, PredefinedRole.EDITOR, "Ed Editor", language="en")
    sign_in(client, editor)
    for path in ("/u/0/customers", "/u/0/customers/trattoria", "/u/0/customers/nobody"):
        assert client.get(path).status_code == 403


def test_a_customer_s_page_shows_its_record_and_how_it_grants_in_its_language(
    client: Client, rita: Identity, customer: Account
) -> None:
    """D2, D3."""
    sign_in(client, rita)
    page = seen(client, "/customers/trattoria")
    for words in ("Via Roma 1", "Carla Conti", "contact@trattoria.test", "Ask for access", "/go/account/access"):
        assert words in page
    assert "/cases?customer=trattoria" not in page
    grant(customer, rita)
    page = seen(client, "/customers/trattoria")
    assert "/cases?customer=trattoria" in page
    assert "/cases/new?customer=trattoria" in page
    assert "/go/account/access" not in page


def test_a_support_partner_sees_its_customers_from_the_beginning_to_the_end_of_the_relationship(
    client: Client,
) -> None:
    """D11."""
    customer = make_customer()
    ugo, partner = person_of(customer), make_delegate("helpers", AccountKind.SUPPORT_PARTNER)
    bond = actions.begin_support(actor=ugo, customer=customer, partner=partner.account, why="", now=utc_now())
    sign_in(client, partner)
    assert "/customers/trattoria" in seen(client, "/customers")
    assert "Via Roma 1" in seen(client, "/customers/trattoria")
    actions.end_support(actor=ugo, bond=bond, why="", now=utc_now() + timedelta(seconds=1))
    assert "/customers/trattoria" not in seen(client, "/customers")
    assert client.get("/u/0/customers/trattoria").status_code == 404


def test_several_customers_are_asked_at_once_with_a_result_for_each(
    client: Client, rita: Identity, customer: Account
) -> None:
    """D3: what may not be seen answers as what is not there."""
    granted = managed("granted", rita)
    grant(granted, rita)
    make_customer("stranger")
    sign_in(client, rita)
    asked = {"customer": ["trattoria", "granted", "stranger", "nobody", "\x00", "trattoria"], "level": "view"}
    answer = client.post("/u/0/access-requests", asked)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("pill-good") == 1
    assert page.count("pill-warning") == 4
    request = AccessRequest.objects.get()
    assert (request.customer, request.level) == (customer, "view")
    again = client.post("/u/0/access-requests", {"one": "trattoria", "back": "customer"}, follow=True)
    assert again.redirect_chain[-1][0].endswith("/customers/trattoria")
    assert AccessRequest.objects.count() == 1
    nothing = client.post("/u/0/access-requests", {}, follow=True)
    assert "Choose at least one customer." in nothing.content.decode()
    assert client.get("/u/0/access-requests").status_code == 405


def test_a_correction_is_asked_for_on_a_page_that_takes_whatever_is_typed(
    client: Client, rita: Identity, customer: Account
) -> None:
    sign_in(client, rita)
    path = "/u/0/customers/trattoria/correction"
    for text in ("", "x" * 2001, "x" * 1_000_000, "\x00"):
        assert client.post(path, {"text": text}).status_code == 422
    typed = "<b>Via Po</b> \u2028 שלום \u202e 🙂"
    assert client.post(path, {"text": typed}, follow=True).status_code == 200
    assert Correction.objects.get().text == "<b>Via Po</b>\nשלום 🙂"
    assert "&lt;b&gt;Via Po" in seen(client, "/customers/trattoria")
    assert client.post("/u/0/customers/stranger/correction", {"text": "x"}).status_code == 404


def test_the_other_sign_ins_of_the_browser_are_one_click_away(client: Client, rita: Identity) -> None:
    """D6, D1."""
    other = make_delegate("other")
    ugo = person_of(make_customer())
    sign_in(client, rita)
    sign_in(client, other, slot=1)
    sign_in(client, ugo, slot=2)
    page = seen(client, "/customers")
    assert 'href="/u/1/customers"' in page
    assert "/u/2/customers" not in page
