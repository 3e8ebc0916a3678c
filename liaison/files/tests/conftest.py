"""A partner and staff, a folder of files of each test's own, and English words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone, translation

from liaison.accounts.testing import Cast, make_cast
from liaison.files.testing import use_folder


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"), timezone.override("UTC"):
        yield


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    return use_folder(settings, tmp_path / "files")


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 5, 10, 0, tzinfo=UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
