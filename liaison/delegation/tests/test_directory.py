"""Where customers stand in lists, and by which words they are found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from liaison.accounts.actions import change_account
from liaison.accounts.rights import AccountKind
from liaison.accounts.testing import TESTS, make_account
from liaison.delegation.models import DirectoryEntry, SalesRecord

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
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
