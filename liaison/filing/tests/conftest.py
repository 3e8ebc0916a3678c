from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from liaison.accounts.testing import Cast, make_cast, sign_in
from liaison.files.testing import use_folder
from liaison.filing.tests.house import Form
from liaison.integrations.models import Integration
from liaison.integrations.testing import make_launched


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Files lie in a folder of the test's own."""
    return use_folder(settings, tmp_path / "files")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def integration(cast: Cast) -> Integration:
    """A launched integration of `bistro`."""
    return make_launched(cast.partner)


@pytest.fixture
def form(cast: Cast, integration: Integration) -> Form:
    """The form in the hands of the colleague, who reads English; nothing is typed yet."""
    return Form(sign_in(Client(headers={"accept-language": "en"}), cast.colleague), integration)
