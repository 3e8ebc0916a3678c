"""`liaison doctor` says what is wrong, and how to mend it."""

from __future__ import annotations

import socket
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection

from liaison.accounts.models import Account
from liaison.cases.tests.delegates import make_world
from liaison.config import doctor
from liaison.delegation.comparing import some_customers
from liaison.delegation.models import ReachRow
from liaison.demo.mailbox import Mailbox, MailServer
from liaison.lib.clock import utc_now
from liaison.notifications.auditing.auditor import Auditor
from liaison.notifications.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


def problems(findings: Iterable[doctor.Finding]) -> list[doctor.Finding]:
    return [finding for finding in findings if finding.is_problem]


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_finds_a_mail_server_that_answers_and_one_that_does_not(settings: Settings, tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox")
    mailbox.empty()
    server = MailServer(mailbox)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    try:
        assert problems(doctor.look_at_mail()) == []
        settings.EMAIL_USE_TLS = True
        (found,) = problems(doctor.look_at_mail())
        assert "STARTTLS" in found.what
    finally:
        server.stop()
    settings.EMAIL_PORT = closed_port()
    (found,) = problems(doctor.look_at_mail())
    assert "SMTP_HOST" in found.mend


def test_it_finds_the_database_its_migrations_and_its_clock() -> None:
    assert problems(doctor.look_at_database()) == []
    assert problems(doctor.look_at_clock()) == []
    said = [finding.what for finding in doctor.look_at_migrations()]
    assert said in (["all applied"], ["the cache table is missing"])  # test databases need no cache table


def test_a_database_that_does_not_answer_is_said_and_the_rest_is_still_looked_at(settings: Settings) -> None:
    before = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        found = list(doctor.examine())
    finally:
        connection.settings_dict["HOST"] = before
    assert any(finding.about == "database" and "DATABASE_URL" in finding.mend for finding in found)
    assert {"mail", "storage", "translations"} <= {finding.about for finding in found}
    assert "messages" not in {finding.about for finding in found}


def test_it_names_a_message_that_waits_too_long() -> None:
    assert problems(doctor.look_at_messages()) == []
    now = utc_now()
    Message.objects.create(
        channel="email",
        address="a@partner.test",
        message_id="<one@operator.test>",
        due_at=now - timedelta(minutes=10),
        created_at=now - timedelta(minutes=10),
    )
    (found,) = problems(doctor.look_at_messages())
    assert "the oldest has waited 600 s" in found.what
    assert "liaison worker" in found.mend


def test_it_says_what_the_last_audit_of_the_deliveries_found(settings: Settings) -> None:
    (silent, _dead_man) = doctor.look_at_deliveries()
    assert "there never was an audit" in silent.what
    assert "liaison worker" in silent.mend
    Auditor().look(utc_now())
    assert problems(doctor.look_at_deliveries()) == []
    settings.DEAD_MAN_URL = "http://127.0.0.1:9/"
    (unheard,) = problems(doctor.look_at_deliveries())
    assert "does not hear us" in unheard.what
    now = utc_now()
    Message.objects.create(
        channel="email",
        address="a@partner.test",
        message_id="<one@operator.test>",
        due_at=now - timedelta(minutes=10),
        created_at=now - timedelta(minutes=10),
    )
    Auditor().look(utc_now())
    (failed,) = problems(doctor.look_at_deliveries())
    assert failed.what == "the audit failed: 1 overdue"
    assert "deliveries-are-late" in failed.mend


def test_it_finds_a_folder_that_cannot_be_written(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("a file is no folder")
    settings.VAR_DIR = file / "var"
    (found,) = problems(doctor.look_at_storage())
    assert "LIAISON_VAR" in found.mend


def test_the_command_ends_with_1_when_there_is_a_problem(settings: Settings) -> None:
    settings.EMAIL_PORT = closed_port()
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=said)
    assert ended.value.code == 1
    assert "PROBLEM  mail: 127.0.0.1:" in said.getvalue()
    assert "OK       database: PostgreSQL" in said.getvalue()


def test_it_compares_who_reaches_whose_cases_with_the_rule_and_a_command_mends_it() -> None:
    """D5: lists are read by rows that verbs write; nobody else notices that they are wrong."""
    world = make_world()
    (found,) = doctor.look_at_delegation()
    assert (found.what, found.is_problem) == (
        "1 customers compared: lists agree with the rule of who sees whose cases", False,
    )  # fmt: skip
    ReachRow.objects.filter(customer=world.customer).update(level="view")
    (wrong,) = problems(doctor.look_at_delegation())
    assert wrong.what.endswith(f"disagree with the rule for {world.customer.slug}")
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("compare_access", stdout=said)
    call_command("compare_access", mend=True, stdout=said)
    assert said.getvalue().endswith("1 customers compared, 1 disagree\nmended\n")
    assert problems(doctor.look_at_delegation()) == []


def test_it_compares_for_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    make_world()
    monkeypatch.setattr(doctor, "_LONGEST_COMPARISON", -1.0)
    (found,) = doctor.look_at_delegation()
    assert found.what.startswith("0 customers compared, chosen by chance")
    customer = Account.objects.get(slug="trattoria")
    assert some_customers(1, chance=lambda _most: 0) == [customer]
    assert some_customers(1, chance=lambda most: most - 1) == [customer]
