from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache

from liaison.accounts.models import Account
from liaison.accounts.testing import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("number", [1, 2])
def test_a_test_that_commits_leaves_what_migrating_left_and_nothing_else(number: int) -> None:
    """The second finds what the first one left."""
    assert ContentType.objects.filter(app_label="accounts", model="identity").exists()
    assert not ContentType.objects.filter(app_label="left").exists()
    assert not Account.objects.exists()
    assert cache.get("left") is None
    make_cast()
    ContentType.objects.create(app_label="left", model=f"behind{number}")
    ContentType.objects.filter(app_label="accounts").delete()
    cache.set("left", number)


@pytest.mark.parametrize("number", [1, 2])
def test_so_does_one_that_leaves_that_alone(number: int) -> None:
    assert not Account.objects.exists()
    make_cast()
