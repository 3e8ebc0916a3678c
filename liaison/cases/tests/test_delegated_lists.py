"""Delegates see in every list exactly what the rule opens, whichever way it is looked for (D1, D5, D6, W5, W7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, make_partner, sign_in
from liaison.cases import access
from liaison.cases.conditions import Condition
from liaison.cases.lists import asking, choices, reached
from liaison.cases.lists.asking import Line, Reader, count, everything, listing, reader_of
from liaison.cases.lists.taking import export_cases
from liaison.cases.lists.testing import SOON, keep_case
from liaison.cases.lists.wanted import OPEN_STATES, Sort, Wanted, Whose
from liaison.cases.models import Case, HandOver, Share
from liaison.cases.search import asking as search
from liaison.cases.vocabulary import CaseState
from liaison.delegation import access as customers
from liaison.delegation.deciding import Seat, decided
from liaison.delegation.indexing import index_customers
from liaison.delegation.models import Bond, Grant
from liaison.delegation.reaching import facts_of, refresh
from liaison.delegation.testing import add_domain, make_customer, make_delegate
from liaison.delegation.vocabulary import GrantLevel, Tie

pytestmark = pytest.mark.django_db
_MOMENTS: Final = 5
NOW: Final = SOON + timedelta(hours=_MOMENTS)
_MANAGERS: Final = st.lists(st.sampled_from(["", "first", "second", "other"]), min_size=_MOMENTS, max_size=_MOMENTS)
_LEVELS: Final = st.lists(st.sampled_from(["", "view", "manage"]), min_size=_MOMENTS, max_size=_MOMENTS)
_FILED: Final = st.lists(st.tuples(st.integers(0, _MOMENTS - 1), st.booleans(), st.booleans()), max_size=4)
_CUSTOMER: Final = st.tuples(_MANAGERS, _LEVELS, _FILED)


@dataclass(frozen=True)
class World:
    """Rita with a sign-in of each of her two domains, Otto of another reseller, and two customers."""

    people: dict[str, Identity]
    customers: tuple[Account, ...]


@pytest.fixture
def world() -> World:
    rita, otto = make_delegate("resold", now=SOON), make_delegate("other", now=SOON)
    second = make_identity(rita.account, PredefinedRole.ADMINISTRATOR, "Rosa Second", language="en", now=SOON)
    Identity.objects.filter(pk=second.pk).update(domain=add_domain(rita.account, "second.test"))
    people = {"first": rita, "second": Identity.objects.with_account().get(pk=second.pk), "other": otto}
    made = tuple(make_customer(slug, now=SOON, people=False) for slug in ("osteria", "bar"))
    keep_case(make_partner("stranger", now=SOON), "case of a stranger")
    return World({name: signed_in(one) for name, one in people.items()}, made)


def signed_in(identity: Identity) -> Identity:
    return Identity.objects.with_account().get(pk=identity.pk)


def spans(values: list[str]) -> Iterator[tuple[str, datetime, datetime | None]]:
    """Yield what held from when to when; the last goes on."""
    begun = 0
    for place in range(1, len(values) + 1):
        if place == len(values) or values[place] != values[begun]:
            ended = None if place == len(values) else SOON + timedelta(hours=place)
            if values[begun]:
                yield values[begun], SOON + timedelta(hours=begun), ended
            begun = place


def happen(world: World, customer: Account, managers: list[str], levels: list[str], filed: object) -> None:
    """Let this be the history of a customer."""
    for name, begun, ended in spans(managers):
        person = world.people[name]
        Bond.objects.create(
            customer=customer, tie=Tie.MANAGES, account=person.account, domain=person.domain, begun_at=begun,
            ended_at=ended,
        )  # fmt: skip
    for account in {one.account for one in world.people.values()}:
        for level, begun, ended in spans(levels):
            Grant.objects.create(customer=customer, account=account, level=level, begun_at=begun, ended_at=ended)
    for number, (hour, is_given, is_closed) in enumerate(filed):  # type: ignore[arg-type, var-annotated]  # drawn
        at = SOON + timedelta(hours=hour, minutes=number)
        state = CaseState.CLOSED if is_closed else CaseState.NEW
        case = keep_case(customer, f"case {number}", at=at, state=state, severity=1 + number % 4)
        if is_given:
            HandOver.objects.create(case=case, account=world.people["first"].account, given_at=at)
    refresh(customer.pk, NOW)


def owed(person: Identity) -> set[str]:
    """Return the cases that the rule opens, asked of each case by itself."""
    seat = Seat(person.account.pk, person.domain_id)
    found = set()
    for case in Case.objects.select_related("account"):
        handed_over = HandOver.objects.filter(case=case, account=person.account, ended_at=None).exists()
        decision = decided(facts_of(case.account_id), seat, case.created_at, NOW, handed_over=handed_over)
        if decision.level is not None:
            found.add(case.number)
    return found


def listed(reader: Reader, wanted: Wanted, most: int = 2) -> list[str]:
    """Return the numbers of all pages there, and hold them against the way back."""
    page = listing(reader, wanted, most, is_counted=True)
    there = [line.number for line in page.lines]
    assert count(reader, wanted, page) == count(reader, wanted, listing(reader, wanted, most))
    total = count(reader, wanted, page)
    while page.older:
        page = listing(reader, replace(wanted, older=page.older), most)
        there += [line.number for line in page.lines]
    back = [line.number for line in page.lines]
    while page.newer:
        page = listing(reader, replace(wanted, newer=page.newer), most)
        back = [line.number for line in page.lines] + back
    assert there == back
    assert total == len(set(there)) == len(there)
    return there


@given(st.tuples(_CUSTOMER, _CUSTOMER), st.sampled_from(["few", "many", "far"]))
# Without shrinking: each world takes as long as a second, and a failure would take minutes to say.
@settings(
    max_examples=10, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_surface_shows_what_the_rule_opens(world: World, histories: object, plan: str) -> None:
    """D5, D6, W4, W7: lists in each order, counts, search, export and opening agree with the rule of each case."""
    for rows in (Case.objects.filter(account__in=world.customers), HandOver.objects, Grant.objects, Bond.objects):
        rows.all().delete()
    for customer, history in zip(world.customers, histories, strict=True):  # type: ignore[call-overload]  # drawn
        happen(world, customer, *history)
    with pytest.MonkeyPatch.context() as patch:
        if plan != "few":
            patch.setattr(asking, "FEW_CUSTOMERS", 0)
            patch.setattr(customers, "MOST_BY_KEY", 0)
        if plan == "far":
            patch.setattr(reached, "_FAR", 2)
            patch.setattr(reached, "_FAR_TO_COUNT", 2)
            patch.setattr(asking, "_MOST_SORTED", 0)
        for person in world.people.values():
            sees_everywhere(person, owed(person))


def sees_everywhere(person: Identity, must: set[str]) -> None:
    reader = reader_of(person, NOW)
    for sort in Sort:
        assert set(listed(reader, Wanted(sort=sort), 3)) == must
    by_name = [(line.account, -line.updated_at) for line in listing(reader, Wanted(sort=Sort.CUSTOMER)).lines]
    assert by_name == sorted(by_name)
    assert set(listed(reader, Wanted(keyword="case"))) == must
    numbers = Case.objects.values_list("number", flat=True)
    assert {number for number in numbers if listing(reader, Wanted(keyword=number)).lines} == must
    for wanted in (Wanted(account="bar"), Wanted("case", account="bar")):
        fitting = Case.objects.filter(number__in=must, account__slug="bar")
        assert set(listed(reader, wanted)) == set(fitting.values_list("number", flat=True))
    for states in ((CaseState.CLOSED,), (CaseState.NEW,), OPEN_STATES, tuple(CaseState)):
        fitting = Case.objects.filter(number__in=must, state__in=states)
        for sort in (Sort.UPDATED, Sort.STATUS, Sort.SEVERITY, Sort.CUSTOMER):
            found = listed(reader, Wanted(states=states, sort=sort))
            assert set(found) == set(fitting.values_list("number", flat=True)), (states, sort)
    since = Wanted(since=NOW.date(), sort=Sort.CREATED)
    assert set(listed(reader, since)) == must
    pieces = export_cases(actor=person, wanted=Wanted(), zone="UTC", language="en", now=NOW)
    assert "".join(pieces).count("\r\n") == 1 + len(must)
    assert set(access.visible_cases(person, NOW).values_list("number", flat=True)) == must
    cases = Case.objects.select_related("account")
    assert {case.number for case in cases if access.rights_on(person, case, NOW)} == must


@pytest.mark.parametrize("most", [0, 200])
def test_own_cases_and_shares_stand_among_those_of_customers(
    world: World, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """D6, W7: each once, the last updated first, and each way to narrow them."""
    monkeypatch.setattr(asking, "FEW_CUSTOMERS", most)
    monkeypatch.setattr(customers, "MOST_BY_KEY", most)
    rita, customer = world.people["first"], world.customers[0]
    happen(world, customer, ["first"] * _MOMENTS, ["manage"] * _MOMENTS, [(0, False, False)])
    own = keep_case(rita.account, "case of our own", at=NOW, filed_by=rita)
    theirs = keep_case(make_partner("giving", now=SOON), "case that is shared", at=NOW + timedelta(hours=1))
    delegated = Case.objects.get(account=customer)
    for case in (theirs, delegated):
        Share.objects.create(case=case, address="a@b.test", identity=rita, right="view", created_at=SOON)
    reader = reader_of(rita, NOW)
    assert listed(reader, Wanted(), 1) == [theirs.number, own.number, delegated.number]
    assert listed(reader, Wanted(whose=Whose.SHARED)) == [theirs.number, delegated.number]
    assert listed(reader, Wanted(whose=Whose.MINE)) == [own.number]
    assert listed(reader, Wanted(account="resold")) == [own.number]
    assert listed(reader, Wanted(account="giving")) == [theirs.number]
    assert sorted(listed(reader, Wanted(keyword="case"))) == sorted([theirs.number, own.number, delegated.number])
    assert sum(map(len, everything(reader, Wanted(), 1))) == 3


def test_cases_are_sorted_by_the_names_of_customers_there_and_back(world: World) -> None:
    """D6: then by the last update; customers of one name do not mix, and own and shared cases stand in their places."""
    rita = world.people["first"]
    for customer in world.customers:
        happen(world, customer, ["first"] * _MOMENTS, ["view"] * _MOMENTS, [(0, False, False), (1, False, True)])
        Account.objects.filter(pk=customer.pk).update(name="Żabka ~ 食堂")
    index_customers([one.pk for one in world.customers])
    keep_case(rita.account, "own", at=NOW, filed_by=rita)
    shared = keep_case(make_partner("aardvark", now=SOON), "shared", at=SOON)
    Share.objects.create(case=shared, address="a@b.test", identity=rita, right="view", created_at=SOON)
    reader, wanted = reader_of(rita, NOW), Wanted(sort=Sort.CUSTOMER)
    slugs = ["aardvark", "resold", "bar", "bar", "osteria", "osteria"]
    for most in (1, 4, 50):
        assert [line.account_slug for line in lines_of(reader, wanted, most)] == slugs
    assert [line.title for line in lines_of(reader, wanted, 2)][2:4] == ["case 1", "case 0"]
    assert [line.account_slug for line in lines_of(reader, replace(wanted, keyword="case"), 1)] == slugs[2:]
    open_ones = replace(wanted, states=(CaseState.NEW,))
    assert [line.account_slug for line in lines_of(reader, open_ones, 1)] == ["aardvark", "resold", "bar", "osteria"]
    assert [line.account_slug for line in lines_of(reader, replace(wanted, account="osteria"), 1)] == ["osteria"] * 2
    for whose, slug in ((Whose.SHARED, "aardvark"), (Whose.MINE, "resold")):
        assert [line.account_slug for line in lines_of(reader, replace(wanted, whose=whose), 1)] == [slug]
    staff = make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Ada Agent", now=SOON)
    assert [line.account_slug for line in lines_of(reader_of(staff, NOW), wanted, 1)] == [
        *slugs[:2],
        "stranger",
        *slugs[2:],
    ]


@pytest.mark.parametrize(("many", "most"), [(0, 2), (0, 50), (200, 2), (200, 50)])
def test_a_word_of_more_cases_than_are_ranked_finds_none_of_others(
    world: World, monkeypatch: pytest.MonkeyPatch, many: int, most: int
) -> None:
    """W7: where it ends in the midst of a shelf, what was not asked yet is asked before it is shown."""
    monkeypatch.setattr(customers, "MOST_BY_KEY", 0)
    monkeypatch.setattr(search, "_MANY", many)
    rita, stranger = world.people["first"], Account.objects.get(slug="stranger")
    happen(world, world.customers[0], ["first"] * _MOMENTS, ["view"] * _MOMENTS, [(1, False, False)] * 4)
    for number in range(6):
        keep_case(stranger, f"case {number} of others", at=NOW + timedelta(minutes=number))
    seen = set(Case.objects.filter(account=world.customers[0]).values_list("number", flat=True))
    scope = reader_of(rita, NOW).scope
    assert scope.is_wide
    plain = search.Asked(scope, "case", reads_notes=False, columns="SELECT cases_case.number")
    filtered = replace(plain, condition=Condition("cases_case.severity > 0"))
    for asked in (plain, filtered, replace(plain, order="cases_case.updated_at DESC")):
        found = search.found_page(asked, 4, most)
        assert {number for (number,) in found.rows} <= seen
        assert len(found.rows) == min(4, 4 if asked is plain else most)
        assert found.total == min(most + 1, len(seen))


def lines_of(reader: Reader, wanted: Wanted, most: int) -> list[Line]:
    listed(reader, wanted, most)
    return [line for lines in everything(reader, wanted, most) for line in lines]


def test_whoever_lost_a_case_goes_on_behind_it_and_a_made_up_place_tells_nothing(world: World) -> None:
    """W7: a place of a customer that is not seen reads like one that nobody is called."""
    rita, wanted = world.people["first"], Wanted(sort=Sort.CUSTOMER)
    for customer in world.customers:
        happen(world, customer, ["first"] * _MOMENTS, ["view"] * _MOMENTS, [(0, False, False)])
    keep_case(rita.account, "own", at=NOW, filed_by=rita)
    Account.objects.filter(slug="stranger").update(name="Aaa")
    place = listing(reader_of(rita, NOW), wanted, 1).older
    Bond.objects.filter(customer=world.customers[1]).update(ended_at=NOW)
    refresh(world.customers[1].pk, NOW)
    reader = reader_of(rita, NOW)
    assert [line.account_slug for line in listing(reader, replace(wanted, older=place)).lines] == ["osteria", "resold"]
    unseen = Case.objects.get(account__slug="stranger").number
    for number in (unseen, "1234567890"):
        made_up = replace(wanted, older=f"~stranger.1.{number}")
        assert listing(reader, made_up).lines == ()


def test_the_order_by_customer_is_offered_to_whoever_sees_several(world: World) -> None:
    """D6."""
    option = '<option value="customer"'
    assert f"{option}>Customer<" in shown(world.people["first"])
    assert f"{option} selected>Customer<" in shown(world.people["first"], "?sort=customer")
    staff = make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Ada Agent", language="en", now=SOON)
    assert f"{option}>Account<" in shown(staff)
    plain = make_identity(make_partner("plain", now=SOON), language="en", now=SOON)
    assert option not in shown(plain)


def test_a_delegate_without_its_privileges_lists_nothing_of_customers(world: World) -> None:
    """D5c, D12."""
    happen(world, world.customers[0], ["first"] * _MOMENTS, [GrantLevel.VIEW] * _MOMENTS, [(0, False, False)])
    assert len(listed(reader_of(world.people["first"], NOW), Wanted())) == 1
    plain = make_identity(world.people["first"].account, name="Pia Plain", now=SOON)
    plain.role_assignments.all().delete()
    assert listed(reader_of(signed_in(plain), NOW), Wanted()) == []


def shown(reader: Identity, path: str = "", **headers: str) -> str:
    answer = sign_in(Client(), reader).get(f"/u/0/cases{path}", headers=headers or None)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_whose_cases_these_are_and_shows_each_customer(world: World) -> None:
    """D6: the domain, why not all, the column of the customer, and one customer alone."""
    rita = world.people["first"]
    for customer in world.customers:
        happen(world, customer, ["first"] * _MOMENTS, ["view"] * _MOMENTS, [(0, False, False)])
    page = shown(rita)
    assert f"These are the cases of the customers of {rita.domain.name}, your own, and those shared with you." in page
    assert "Why don't I see all my customers?" in page
    assert page.count('href="?customer=osteria" translate="no">Osteria</a>') == 1
    assert "2 cases<" in page
    one = shown(rita, "?customer=osteria")
    assert '<option value="osteria" selected dir="auto" translate="no">Osteria</option>' in one
    assert "1 case<" in one
    assert shown(rita, "?account=osteria").count('class="case-row"') == 1
    assert "Nothing matches" in shown(rita, "?customer=stranger")
    assert "Osteria" not in shown(world.people["other"])
    assert "customers" not in shown(make_identity(make_partner("plain", now=SOON), language="en", now=SOON))


def test_of_many_customers_one_is_found_as_one_types(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """D6: names are suggested to whoever sees them, and to nobody else (W7)."""
    monkeypatch.setattr(choices, "MOST_CUSTOMERS", 1)
    rita = world.people["first"]
    for customer in world.customers:
        happen(world, customer, ["first"] * _MOMENTS, ["view"] * _MOMENTS, [])
    page = shown(rita, "?customer=osteria")
    assert 'name="customer" value="osteria"' in page
    assert '<span dir="auto" translate="no">Osteria</span>' in page
    asked = {"HX-Request": "true"}
    assert '<option value="osteria"' in shown(rita, "/customers?customer=ost", **asked)
    assert '<option value="bar"' not in shown(rita, "/customers?customer=ost", **asked)
    for other in (world.people["other"], make_identity(make_partner("plain", now=SOON), now=SOON)):
        assert "<option" not in shown(other, "/customers?customer=ost", **asked)


def test_one_of_many_customers_is_found_without_a_script(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """D6: a name that was typed as a short name leads to the page that finds it, and that to the list."""
    monkeypatch.setattr(choices, "MOST_CUSTOMERS", 1)
    rita = world.people["first"]
    for customer in world.customers:
        happen(world, customer, ["first"] * _MOMENTS, ["view"] * _MOMENTS, [])
    assert 'href="/u/0/cases/customers?customer=Osteria%20da"' in shown(rita, "?customer=Osteria+da")
    page = shown(rita, "/customers?customer=Ost")
    assert 'method="get" action="/u/0/cases">' in page
    assert '<option value="osteria" dir="auto" translate="no">Osteria</option>' in page
    assert shown(rita, "/customers").count("<option") == 2
    assert "No customer that you see has these words." in shown(rita, "/customers?customer=Stranger")


def test_nonsense_for_a_customer_finds_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of the last two is empty: every customer."""
    rita = world.people["first"]
    happen(world, world.customers[0], ["first"] * _MOMENTS, ["view"] * _MOMENTS, [(0, False, False)])
    for text in ("x" * 50_000, "<b>'%22", "%E2%80%AEabc", "%F0%9F%8D%95", "-1", "~", "%", "%00", "%E2%80%A8"):
        found = 1 if text in {"%00", "%E2%80%A8"} else 0
        for most in (0, 50):
            monkeypatch.setattr(choices, "MOST_CUSTOMERS", most)
            page = shown(rita, f"?customer={text}")
            assert page.count('class="case-row"') == found
            assert "<b>" not in page
        shown(rita, f"?sort=customer&older=~{text}.1.2")
        page = shown(rita, f"/customers?customer={text}")
        assert page.count("<option") == found
        assert "<b>" not in page


def test_a_list_takes_the_same_few_statements_for_any_number_of_customers(world: World) -> None:
    rita = world.people["first"]

    def statements() -> int:
        client = sign_in(Client(), rita)
        client.get("/u/0/cases")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/u/0/cases").status_code == 200
        return len(asked)

    happen(world, world.customers[0], ["first"] * _MOMENTS, ["view"] * _MOMENTS, [(0, False, False)])
    before = statements()
    happen(world, world.customers[1], ["first"] * _MOMENTS, ["view"] * _MOMENTS, [(0, False, False)] * 3)
    assert statements() == before


def test_the_home_page_shows_what_waits_first_and_the_menu_leads_to_the_cases(world: World) -> None:
    """D6, W7: also for a delegate of customers, and nothing that it may not see."""
    rita = world.people["first"]
    happen(world, world.customers[0], ["first"] * _MOMENTS, ["view"] * _MOMENTS, [(0, False, False), (1, False, True)])
    happen(world, world.customers[1], ["other"] * _MOMENTS, ["view"] * _MOMENTS, [(0, False, False)])
    keep_case(world.customers[0], "it waits", at=SOON, state=CaseState.ACTION_REQUIRED)
    Case.objects.filter(account=world.customers[1]).update(title="of Otto")
    page = sign_in(Client(), rita).get("/u/0/").content.decode()
    assert page.index("it waits") < page.index("case 0")
    assert "case 1" not in page
    assert "of Otto" not in page
    assert 'href="/u/0/cases"' in page
