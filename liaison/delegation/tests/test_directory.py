"""Where customers stand in lists, and by which words they are found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from liaison.accounts.actions import change_account
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.testing import TESTS, make_account
from liaison.delegation import directory, finding
from liaison.delegation.access import visible_customers
from liaison.delegation.directory import wanted_from
from liaison.delegation.indexing import index_customers
from liaison.delegation.models import Bond, DirectoryEntry, SalesRecord
from liaison.delegation.testing import add_domain, make_delegate
from liaison.delegation.vocabulary import Tie
from liaison.lib.searching import question_of, vector_words

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
NAMES: Final = (
    "Trattoria Łódź",
    "Bar",
    "bar",
    "식당 서울",
    "餐厅",
    "Tavern 9",
    "Bistro Tavern",
    "Żabka",
    "Ätna",
    "12 Stelle",
)
ASKED: Final = ("", "b", "tavern", "tavern 9", "식", "식당", "餐", "lodz", "9", "nobody", "c1", "!!!", "contact")
pytestmark = pytest.mark.django_db


def test_every_customer_is_born_with_a_sales_record_and_found_by_its_name_of_now() -> None:
    made = make_account("trattoria", AccountKind.CUSTOMER, name="Trattoria Łódź", now=NOW)
    assert SalesRecord.objects.get(customer=made).company == "Trattoria Łódź"
    change_account(actor=TESTS, account=made, name="Osteria", language="it", time_zone="Europe/Rome", now=NOW)
    entry = DirectoryEntry.objects.get(customer=made)
    assert entry.sort_name == "osteria"
    assert "'osteria'" in entry.words
    assert "'lodz'" in entry.words  # the company's name is another thing


def test_only_customers_are_entered() -> None:
    make_account("resold", AccountKind.RESELLER, now=NOW)
    assert not DirectoryEntry.objects.exists()


@pytest.fixture
def rita() -> Identity:
    """Give Rita every second customer, and of the others some to her second domain and some to nobody."""
    rita = make_delegate(now=NOW)
    second = add_domain(rita.account, "second.resold.test")
    for number, name in enumerate(NAMES * 3):
        made = make_account(f"c{number}", AccountKind.CUSTOMER, name=f"{name} {number % 4 or ''}".strip(), now=NOW)
        SalesRecord.objects.filter(customer=made).update(contact_address=f"contact@c{number}.test")
        domain = (rita.domain, second, rita.domain, None)[number % 4]
        if domain is not None:
            Bond.objects.create(
                customer=made, tie=Tie.MANAGES, account=rita.account, domain=domain, begun_at=NOW,
                ended_at=NOW if number == 0 else None,
            )  # fmt: skip
    index_customers(Account.objects.filter(kind=AccountKind.CUSTOMER).values_list("pk", flat=True))
    return Identity.objects.with_account().get(pk=rita.pk)


def fitting(rita: Identity, words: str) -> list[str]:
    """Return what is to be found, each customer by itself, in the order of the directory."""
    question, found = question_of(words), []
    for entry in DirectoryEntry.objects.select_related("customer__sales_record").order_by("sort_name", "customer_id"):
        one = entry.customer
        texts = f"{one.name}\n{one.slug}\n{one.sales_record.company}\n{one.sales_record.contact_address}"
        if visible_customers(rita).filter(pk=one.pk).exists() and (
            not words or question.fits(set(vector_words(texts)))
        ):
            found.append(one.slug)
    return found


@pytest.mark.parametrize("size", ["few", "near", "rare", "all", "sparse"])
def test_each_way_to_find_customers_finds_the_same_in_pages_and_counts_them(
    rita: Identity, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    """D1, D6, W3: by no word, a letter, words common and rare, Korean, Chinese, numbers and what is no word."""
    if size != "few":
        monkeypatch.setitem(finding._PARTS, "few", 0)
        monkeypatch.setattr(finding, "_FEW", 0)
    if size in {"rare", "all", "sparse"}:
        monkeypatch.setattr(finding, "_NEAR", 1)
        monkeypatch.setattr(finding, "_NEAR_WITH_WORDS", 1)
    if size == "all":
        monkeypatch.setitem(finding._PARTS, "rare", 1)
        monkeypatch.setattr(finding, "_RARE", 1)
    if size == "sparse":
        monkeypatch.setitem(finding._PARTS, "first", 1)
    for words in ASKED:
        must, found, after = fitting(rita, words), [], ""
        while True:
            page = directory.find(rita, wanted_from(words, after=after), 2)
            found += [row.customer.slug for row in page.rows]
            after = page.next
            if not after:
                break
        assert found == must, words
        assert directory.count(rita, wanted_from(words)) == len(must), words
        assert [slug for slug, _name in directory.names(rita, words, 5)] == must[:5], words
    assert len(fitting(rita, "")) == 14
