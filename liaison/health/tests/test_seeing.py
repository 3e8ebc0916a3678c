"""Whose incidents somebody sees is said by rows and without them, and both say the same (W2)."""

from __future__ import annotations

import pytest

from liaison.accounts.actors import Actor
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_cast, make_identity
from liaison.cases.testing import make_incident
from liaison.health.access import sees_incidents_of, visible_incidents
from liaison.lib.clock import utc_now


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_whoever_sees_the_incidents_of_an_account_sees_each_of_them_and_nobody_else(cast: Cast) -> None:
    incidents = {account: make_incident(account, utc_now()) for account in (cast.partner, cast.elsewhere)}
    people: list[Actor] = [
        TESTS,
        cast.owner, cast.colleague, cast.reader, cast.outsider, cast.agent, cast.engineer, cast.manager,
        cast.administrator, make_identity(cast.operator, PredefinedRole.READ_ONLY_STAFF, "Rolf Reader"),
        make_identity(cast.operator, PredefinedRole.PARTNER_MANAGER, "Otis Other"),
    ]  # fmt: skip
    said = set()
    for actor in people:
        for account, incident in incidents.items():
            sees = visible_incidents(actor).filter(pk=incident.pk).exists()
            assert sees_incidents_of(actor, account) == sees, (actor, account)
            said.add(sees)
    assert said == {True, False}
