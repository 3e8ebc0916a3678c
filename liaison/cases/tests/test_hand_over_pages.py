"""A customer hands cases over by page, is asked by a signed link, and reads who could see a case (D5, W11)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from liaison.accounts.testing import sign_in
from liaison.cases import access
from liaison.cases.actions import hand_over_cases, share_case, take_back_case
from liaison.cases.delegated.audience import audience_of
from liaison.cases.models import HandOver
from liaison.cases.tests.case_pages import opened, posted, text_of, words
from liaison.cases.tests.delegates import World, day, make_world
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.contactlinks import token_of
from liaison.delegation.models import ContactLink
from liaison.delegation.testing import make_customer
from liaison.delegation.vocabulary import GrantLevel, Rule
from liaison.lib.clock import utc_now
from liaison.notifications.models import Announcement

PAGE = "/u/0/cases/hand-over"
TITLE = "<b>예약</b>"
LONG = day(364)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def moved(world: World) -> World:
    """Let Nina's account manage from day 5, and see by grant."""
    world.manages(world.nina, 5)
    world.grants(world.nina, 5)
    return world


def test_a_customer_hands_over_what_it_chooses_or_all(world: World) -> None:
    first, second, third = world.files(1, title=TITLE), world.files(2), world.files(3)
    moved(world)
    browser = sign_in(Client(), world.ugo)
    page = browser.get(PAGE).content.decode()
    assert page.count('type="checkbox" name="number"') == 3
    assert "&lt;b&gt;예약" in page
    account = world.nina.account.slug
    assert browser.post(PAGE, {"account": account}).status_code == 422
    assert browser.post(PAGE, {"account": account, "number": ["\x00", "x" * 5000]}).status_code == 422
    assert browser.post(PAGE, {"account": "\x00no", "number": [first.number]}).status_code == 404
    assert browser.post(PAGE, {"account": account, "number": [first.number]}).status_code == 302
    assert set(HandOver.objects.values_list("case_id", flat=True)) == {first.pk}
    assert browser.post(PAGE, {"account": account, "all": "1"}).status_code == 302
    assert browser.post(PAGE, {"account": account, "all": "1"}).status_code == 302
    assert set(HandOver.objects.values_list("case_id", flat=True)) == {first.pk, second.pk, third.pk}
    assert 'type="checkbox" name="number"' not in browser.get(PAGE).content.decode()


def test_the_page_is_for_those_who_manage_the_customers_own_cases(world: World) -> None:
    case = world.files(1)
    moved(world)
    hand_over_cases(
        actor=signed_in(world.ugo), customer=world.customer, account=world.nina.account, numbers=None, now=day(6)
    )
    for person, status in ((world.rosa, 403), (world.nina, 404), (world.rita, 404)):
        browser = sign_in(Client(), person)
        assert browser.get(PAGE).status_code == status
        assert browser.post(PAGE, {"account": world.nina.account.slug, "all": "1"}).status_code == status
    assert posted(world.rosa, case, "/take-back", account=world.nina.account.slug).status_code == 403
    assert posted(world.nina, case, "/take-back", account=world.nina.account.slug).status_code == 403
    assert posted(world.rita, case, "/take-back", account=world.nina.account.slug).status_code == 404


def test_the_page_of_a_case_hands_it_over_takes_it_back_and_renews_a_share(world: World) -> None:
    case = world.files(1)
    share_case(actor=world.rita, case=case, address="somebody@example.test", right="view", now=day(2))
    moved(world)
    slug = world.nina.account.slug
    page = text_of(world.ugo, case)
    assert "Later does not see this case" in words(page)
    assert "The sharing with somebody@example.test ended with the access of Resold." in words(page)
    answer = sign_in(Client(), world.ugo).post(PAGE, {"account": slug, "number": case.number, "case": "1"})
    assert answer["Location"].endswith(f"/cases/{case.number}#delegates")
    assert "Handed over to Later" in words(text_of(world.ugo, case))
    assert 'id="delegates"' not in text_of(world.nina, case)
    assert posted(world.ugo, case, "/take-back", account=slug).status_code == 302
    assert opened(world.nina, case).status_code == 404
    renew = {"address": "somebody@example.test", "right": "view", "days": "30"}
    assert posted(world.ugo, case, "/shares", **renew).status_code == 302
    assert access.shares_in_force(utc_now()).filter(case=case).count() == 1
    assert "Renew the sharing" not in text_of(world.ugo, case)


def test_the_page_of_who_can_see_names_single_cases(world: World) -> None:
    """D4: one page shows who can see its cases, and since when."""
    case = world.files(1, title=TITLE)
    moved(world)
    hand_over_cases(
        actor=signed_in(world.ugo), customer=world.customer, account=world.nina.account, numbers=None, now=day(6)
    )
    share_case(actor=world.ugo, case=case, address="s@example.test", right="view", expires_at=LONG, now=day(6))
    page = sign_in(Client(), world.ugo).get("/u/0/account/access").content.decode()
    assert page.count("&lt;b&gt;예약") == 2
    assert "s@example.test" in page
    assert 'href="/u/0/cases/hand-over"' in page
    rosas = sign_in(Client(), world.rosa).get("/u/0/account/access").content.decode()
    assert 'href="/u/0/cases/hand-over"' not in rosas


def test_a_customer_without_users_decides_by_a_link_that_works_once(world: World) -> None:
    """D5, W11: single use; looking decides nothing; recorded with the address."""
    alone = make_customer("alone", now=day(0), people=False)
    new = World(alone, world.ugo, world.rosa, world.rita, world.nina)
    new.manages(world.rita, 1)
    case = world.files(1)
    type(case).objects.filter(pk=case.pk).update(account=alone)
    new.manages(world.nina, 2)
    link = ContactLink.objects.get(purpose="hand_over")
    assert (link.address, link.account) == ("contact@alone.test", world.nina.account)
    assert Announcement.objects.get(subject_kind="contact_link").subject_id == str(link.pk)
    ContactLink.objects.update(expires_at=utc_now() + (link.expires_at - link.sent_at))
    address = f"/contact-links/hand-over/{token_of(link)}/"
    browser = Client()
    page = browser.get(address).content.decode()
    assert case.title in page
    assert "Rita" not in page
    assert browser.post(address).status_code == 422
    assert not HandOver.objects.exists()
    assert browser.post(address, {"number": case.number}).status_code == 200
    given = HandOver.objects.get()
    assert (given.case, given.account, given.given_by, given.given_by_address) == (
        case, world.nina.account, None, "contact@alone.test",
    )  # fmt: skip
    assert browser.get(address).status_code == 410
    assert browser.post(address, {"all": "1"}).status_code == 410
    assert browser.get("/contact-links/hand-over/forged/").status_code == 410


def test_who_could_see_a_case_is_told_for_every_moment(world: World) -> None:
    """D5: who could see this case on that day, and why; by the rule that opened it then."""
    case = world.files(1)
    share = share_case(
        actor=world.ugo, case=case, address="s@example.test", right="view", expires_at=day(20), now=day(2)
    )
    moved(world)
    hand = {"actor": signed_in(world.ugo), "account": world.nina.account}
    hand_over_cases(customer=world.customer, numbers=None, now=day(6), **hand)  # type: ignore[arg-type]  # as above
    take_back_case(case=case, now=day(8), **hand)  # type: ignore[arg-type]  # as above
    assert audience_of(case, day(0.5)).seeing == ()
    assert told(case, 1.5) == {("Trattoria", Rule.OWN), ("", Rule.STAFF), ("Resold", Rule.BOUND_WHEN_FILED)}
    assert told(case, 3) == told(case, 1.5) | {("s@example.test", Rule.SHARED)}
    assert told(case, 5.5) == told(case, 3) - {("Resold", Rule.BOUND_WHEN_FILED)}
    assert told(case, 7) == told(case, 5.5) | {("Later", Rule.HANDED_OVER)}
    assert told(case, 8) == told(case, 5.5)
    assert told(case, 21) == told(case, 8) - {("s@example.test", Rule.SHARED)}
    later = {one.name: one for one in audience_of(case, day(7)).seeing}["Later"]
    assert (later.since, later.right) == (day(6), GrantLevel.MANAGE)
    others = {(one.name, one.rule) for one in audience_of(case, day(9)).others}
    assert others == {("Resold", Rule.NOT_BOUND), ("Later", Rule.NOT_BOUND_WHEN_FILED)}
    assert share.expires_at == day(20)


def told(case: object, at: float) -> set[tuple[str, Rule]]:
    return {(one.name, one.rule) for one in audience_of(case, day(at)).seeing}  # type: ignore[arg-type]  # a case


def test_the_customer_and_staff_read_it_in_their_zone_and_nobody_else(world: World) -> None:
    case = world.files(1)
    opened(world.rita, case)
    page = opened(world.ugo, case, "/access").content.decode()
    assert "Rita Reseller" in words(page)
    assert "Opened the page" in words(page)
    then = opened(world.ugo, case, "/access", at="2026-03-02T10:30").content.decode()
    assert re.search(r'value="2026-03-02T10:30"', then)
    assert "Rita Reseller" not in words(then)
    before = words(opened(world.ugo, case, "/access", at="2026-03-02T09:30").content.decode())
    assert "The case was not filed yet." in before
    assert opened(world.rosa, case, "/access").status_code == 200
    assert opened(world.rita, case, "/access").status_code == 403
    assert opened(world.nina, case, "/access").status_code == 404
    for nonsense in ("x", "\x00", "2026-03-02T10:30+09:00", "9999-12-31T23:59", "0001-01-01T00:00", "a" * 4000):
        assert opened(world.ugo, case, "/access", at=nonsense).status_code == 422
