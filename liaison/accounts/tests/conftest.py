"""Models may not be imported here: pytest reads this file before Django is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django import Settings

    from liaison.accounts.testing import Cast


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> Cast:
    from django.core.cache import cache  # noqa: PLC0415

    from liaison.accounts.testing import make_cast  # noqa: PLC0415

    cache.clear()
    return make_cast()
