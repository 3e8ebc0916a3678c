"""The cast of this room's tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, make_partner
from liaison.contacts.testing import make_integration
from liaison.lib.testing import built_once


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Sentences are compared in English, whatever language the last request of this process was in."""
    with translation.override("en"), timezone.override("UTC"):
        yield


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 5, 5, 5, tzinfo=UTC)


@pytest.fixture
def account(db: None) -> Account:
    return _make_account()


@built_once
def _make_account() -> Account:
    """A partner account behind the gate: one integration, nothing filled in."""
    make_operator()
    account = make_partner("bistro", language="ko", zone="Asia/Seoul")
    make_integration(account)
    return account


@pytest.fixture
def owner(account: Account) -> Identity:
    return make_identity(account, PredefinedRole.ADMINISTRATOR, "Olga Owner", language="en")


@pytest.fixture
def colleague(account: Account) -> Identity:
    return make_identity(account, PredefinedRole.EDITOR, "Anna Colleague", language="en", zone="Europe/Rome")


@pytest.fixture
def reader(account: Account) -> Identity:
    return make_identity(account, PredefinedRole.READER, "Rita Reader", language="en")


@pytest.fixture
def outsider(db: None) -> Identity:
    return make_identity(make_partner("other"), PredefinedRole.ADMINISTRATOR, "Otto Outsider")
