"""Names that a process has met lead to the same environments, as long as these are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.api.tests.house import secret_of
from liaison.signals import environments
from liaison.signals.environments import environments_named
from liaison.signals.tests.house import House, make_house, send, written


@pytest.fixture
def house(db: None) -> Iterator[House]:
    environments.forget()
    yield make_house()
    environments.forget()


def test_a_name_that_was_met_is_only_asked_whether_it_is_there(house: House) -> None:
    names = {(house.integration.public_id, "production"), (house.integration.public_id, "sandbox")}
    expected = {(house.integration.public_id, each.name): each.pk for each in (house.production, house.sandbox)}
    said: list[str] = []

    def noting(execute: Any, statement: str, *rest: Any) -> Any:
        said.append(statement)
        return execute(statement, *rest)

    with connection.execute_wrapper(noting):
        for _ in range(3):
            assert environments_named(names) == expected
    assert ["integrations_integration" in each for each in said] == [True, False, False]


def test_names_that_lead_nowhere_are_left_out_and_not_remembered(house: House) -> None:
    nowhere = {
        ("nothing", "production"),
        ("", ""),
        (house.integration.public_id, ""),
        ('{"', "\\"),
        ("żółw", "sandbox"),
    }
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert environments_named(nowhere) == {}
        assert len(asked) == 1
    assert environments_named([]) == {}


def test_an_environment_that_is_gone_is_not_written_for(house: House) -> None:
    """Though this process has met it a moment ago; the other one of the same batch still counts."""
    lines = [
        house.line(integration=house.integration.public_id, environment=name) for name in ("production", "sandbox")
    ]
    token = secret_of(house.cast.administrator)
    assert send(token, written(*lines), "one").json()["accepted"] == 2
    house.sandbox.delete()
    answer = send(token, written(*lines), "two").json()
    assert (answer["accepted"], answer["refused"]) == (1, 1)
    assert answer["problems"][0]["code"] == "signal_unknown_integration"
