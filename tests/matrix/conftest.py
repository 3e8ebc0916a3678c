from __future__ import annotations

import pytest

from liaison.accounts.testing import make_cast
from liaison.api.tests.test_incidents import an_incident
from liaison.contacts.testing import complete_record
from liaison.integrations.testing import make_integration, make_launched
from liaison.lib.testing import built_once
from tests.matrix.walk import Place, things_of


@pytest.fixture
def place(db: None) -> Place:
    """Both partners are through the gate."""
    return _make_place()


@built_once
def _make_place() -> Place:
    cast = make_cast()
    integration = make_launched(cast.partner)
    make_integration(cast.elsewhere)
    complete_record(cast.owner)
    complete_record(cast.outsider)
    return Place(cast, things_of(cast, integration, an_incident(integration, "first").public_id))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many questions were asked, and how many answers were not those of the oracle."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, ())]
    noted = [(key, value) for one in reports if one.when == "call" for key, value in one.user_properties]
    asked, differed = (sum(value for key, value in noted if key == name) for name in ("asked", "differed"))
    if asked:
        terminalreporter.write_line(f"The matrix asked {asked} questions; {differed} answers differed.")


@pytest.fixture
def gated_place(db: None) -> Place:
    """`bistro` never completed its contact information."""
    cast = make_cast()
    return Place(cast, things_of(cast, make_integration(cast.partner), "anything"))
