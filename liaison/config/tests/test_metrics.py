"""`/metrics`: who may read it, what it says, and that the rules and the dashboard ask for nothing else (issue 5)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from liaison.accounts.testing import make_cast
from liaison.config import health
from liaison.config.standing import Standing
from liaison.config.ticker import JOBS, Job, Ticker
from liaison.integrations import actions
from liaison.integrations.testing import make_launched
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[3] / "docs" / "monitoring"
_NAME = re.compile(r"\bliaison_[a-z_]+")
_SAMPLES = ("_total", "_bucket", "_count", "_sum")


def _scraped(**asked: Any) -> str:
    answer = Client().get("/metrics", **asked)
    assert answer.status_code == HTTPStatus.OK
    return answer.text


def _values(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_this_machine_itself_may_read() -> None:
    assert "liaison_database_up 1.0" in _scraped()


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"REMOTE_ADDR": ""},
    ],
)
def test_anybody_else_finds_nothing_there(asked: dict[str, Any]) -> None:
    """Invariant 6."""
    answer, missing = Client().get("/metrics", **asked), Client().get("/nowhere", **asked)
    assert answer.status_code == missing.status_code == HTTPStatus.NOT_FOUND
    assert "liaison_" not in answer.text


@pytest.mark.parametrize("name", ["PORTAL_URL", "SECURE_PROXY_SSL_HEADER"])
def test_behind_a_proxy_everybody_seems_to_be_this_machine_so_nobody_may(settings: Any, name: str) -> None:
    found = {"PORTAL_URL": "https://portal.test", "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}
    setattr(settings, name, found[name])
    assert Client().get("/metrics").status_code == HTTPStatus.NOT_FOUND


def test_with_a_token_the_token_alone_counts(settings: Any) -> None:
    settings.METRICS_TOKEN = "a long secret"  # of this test
    for said in ("", "Bearer", "Bearer a long secre", "Basic a long secret", "Bearer ü"):
        assert Client().get("/metrics", headers={"Authorization": said}).status_code == HTTPStatus.NOT_FOUND
    told = {"Authorization": "Bearer a long secret", "X-Forwarded-For": "192.0.2.7"}
    assert "liaison_database_up" in _scraped(REMOTE_ADDR="192.0.2.7", headers=told)


def test_requests_are_counted_by_their_pattern_and_never_by_a_name() -> None:
    before = _values(_scraped())
    for path in ("/help/nothing-of-the-kind", "/nowhere/at/all", "/u/0/integrations/abc123/pause/"):
        Client().get(path)
    text = _scraped()
    after = _values(text)
    for route, status in (
        ("help/<slug:slug>", "4xx"),
        ("none", "4xx"),
        ("integrations/<slug:public_id>/pause/", "3xx"),
    ):
        key = ("liaison_requests_total", ("GET", route, status))
        assert after[key] == before.get(key, 0) + 1
    assert "abc123" not in text
    assert "nothing-of-the-kind" not in text


def test_a_method_that_nobody_knows_makes_no_label_of_its_own() -> None:
    Client().generic("BREW", "/help")
    assert "BREW" not in _scraped()


def test_jobs_of_the_ticker_say_when_they_came_to_their_end_and_how_often_they_did_not() -> None:
    now = utc_now()

    def breaks(_now: object) -> None:
        raise ValueError

    jobs = [Job("a good one", JOBS[0].every, lambda _now: None), Job("a bad one", JOBS[0].every, breaks)]
    Ticker(jobs).tick(now)
    values = _values(_scraped())
    success, failures = "liaison_ticker_job_last_success_timestamp_seconds", "liaison_ticker_job_failures_total"
    assert values[success, ("a good one",)] == pytest.approx(now.timestamp())
    assert (success, ("a bad one",)) not in values
    assert values[failures, ("a bad one",)] >= 1
    assert ("liaison_ticker_job_last_duration_seconds", ("a bad one",)) in values


def test_it_says_what_waits_and_how_integrations_stand() -> None:
    cast = make_cast()
    integration = make_launched(cast.partner)
    actions.disable_integration(actor=cast.administrator, integration=integration, now=utc_now())
    values = _values(_scraped())
    assert values["liaison_integrations", ("disabled",)] == 1
    assert values["liaison_escalations_running", ()] == 1
    waiting = sum(value for (name, _labels), value in values.items() if name == "liaison_messages_waiting")
    assert waiting >= 1
    assert ("liaison_messages_oldest_due_seconds", ("0",)) in values


def test_a_database_that_is_lost_is_a_number_and_no_error() -> None:
    with connection.execute_wrapper(_lost):
        families = list(Standing(utc_now()).collect())
    assert [(one.name, one.samples[0].value) for one in families] == [("liaison_database_up", 0)]


def _lost(*_asked: object) -> None:
    from django.db import OperationalError  # noqa: PLC0415  # of this test alone

    raise OperationalError


def test_a_database_without_the_newest_tables_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", [])
    assert Client().get("/readyz").status_code == HTTPStatus.OK
    monkeypatch.setattr(health, "_migrated", [])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'integrations' AND name LIKE '0003%'")
    assert Client().get("/readyz").status_code == HTTPStatus.SERVICE_UNAVAILABLE


@pytest.mark.parametrize("name", ["prometheus-rules.yml", "grafana-dashboard.json", "README.md"])
def test_what_the_rules_the_dashboard_and_the_reference_name_is_exported(name: str) -> None:
    exported = set(re.findall(r"^# TYPE (\S+)", _scraped(), re.MULTILINE))
    named = set(_NAME.findall((DOCS / name).read_text()))
    assert len(named) > 10  # they were found at all
    for sample in named:
        bases = {sample} | {sample.removesuffix(ending) for ending in _SAMPLES}
        assert bases & exported, sample


def test_the_reference_names_everything_that_is_exported() -> None:
    named = set(_NAME.findall((DOCS / "README.md").read_text()))
    exported = set(re.findall(r"^# TYPE (\S+)", _scraped(), re.MULTILINE))
    assert {one for one in exported if not one.endswith("_created")} - named == set()


def test_the_dashboard_is_one_that_grafana_can_import() -> None:
    board = json.loads((DOCS / "grafana-dashboard.json").read_text())
    assert (board["title"], board["uid"]) == ("Liaison", "liaison")
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    assert all(target["expr"] for panel in board["panels"] for target in panel["targets"])


def test_every_alert_has_its_page() -> None:
    rules, page = (DOCS / "prometheus-rules.yml").read_text(), (DOCS / "alerts.md").read_text()
    alerts = re.findall(r"alert: (\w+)", rules)
    assert [f"## {alert}" for alert in alerts] == re.findall(r"^## \w+$", page, re.MULTILINE)
    assert re.findall(r"alerts\.md#(\w+)", rules) == [alert.lower() for alert in alerts]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs Debian's prometheus")
def test_promtool_finds_the_rules_and_the_metrics_sound() -> None:
    for words in (["check", "rules", "prometheus-rules.yml"], ["test", "rules", "prometheus-rules-test.yml"]):
        said = subprocess.run(["promtool", *words], cwd=DOCS, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr
    checked = subprocess.run(
        ["promtool", "check", "metrics"],
        input=_scraped(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
