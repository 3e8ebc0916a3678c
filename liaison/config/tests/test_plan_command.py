"""`liaison plan`: the answer of the page "who would be told", in a terminal (R1)."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from liaison.demo import seed
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def partners() -> None:
    seed.fill(operator_name="Example Platform", now=utc_now())


def said(*words: str) -> str:
    out = StringIO()
    call_command("plan", *words, stdout=out)
    return out.getvalue()


def asked(*words: str) -> Any:
    return json.loads(said(*words, "--json"))


def test_it_says_who_is_told_in_which_language_and_why() -> None:
    text = said("--account", "lanterna", "--topic", "technical_emergency")
    assert "Sara Bianchi <sara@lanterna.test>" in text
    assert "technical_emergency: Technical emergency contact; production_alert: Alert contact" in text
    assert "陈梅 <mei@lanterna.test>" in text
    assert "Called only if nobody before answers or can be reached." in text


def test_a_local_time_that_does_not_exist_is_said_with_what_was_taken_instead() -> None:
    """Issue 2, point 11."""
    words = ("--account", "lanterna", "--topic", "critical", "--at", "2026-03-29T02:30", "--zone", "Europe/Rome")
    assert (
        "2026-03-29 02:30 in Europe/Rome does not exist, the clocks go forward then; "
        "taken instead: 2026-03-29 03:00, which is 2026-03-29 01:00 UTC"
    ) in said(*words)
    data = asked(*words)
    assert data["local_time_did_not_exist"]
    assert data["at"] == "2026-03-29T01:00:00+00:00"
    assert {one["address"] for one in data["told"]} == {"sara@lanterna.test", "mei@lanterna.test"}


def test_a_local_time_that_comes_twice_is_the_first() -> None:
    data = asked("--account", "lanterna", "--topic", "critical", "--at", "2026-10-25T02:30", "--zone", "Europe/Rome")
    assert data["local_time_came_twice"]
    assert data["at"] == "2026-10-25T00:30:00+00:00"


def test_it_says_why_nobody_is_told_of_a_paused_integration_and_of_the_sandbox() -> None:
    """R2."""
    assert "The integration is paused" in said("--account", "wisla", "--topic", "production_alert")
    sandbox = asked("--account", "lanterna", "--topic", "critical", "--environment", "sandbox")
    assert [one["address"] for one in sandbox["told"]] == ["luca@lanterna.test"]
    assert {one["withheld"] for one in sandbox["not_told"]} == {"sandbox"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--account", "nobody", "--topic", "critical"), "There is no account 'nobody'"),
        (("--account", "lanterna", "--topic", "weather"), "--topic: "),
        (("--account", "lanterna", "--topic", "critical", "--zone", "Rome"), "--zone: "),
        (("--account", "lanterna", "--topic", "critical", "--at", "soon"), "2026-03-29T02:30"),
        (("--account", "lanterna", "--topic", "critical", "--environment", "moon"), "--environment: "),
        (("--account", "lanterna", "--topic", "critical", "--integration", "none"), "--integration: "),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_the_reason(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        said(*words)
