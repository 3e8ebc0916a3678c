"""Every setting is checked at boot, and every message says how to mend it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as current
from django.core import checks
from django.urls import reverse
from django.utils.module_loading import import_string

import liaison
from liaison.catalog.vocabulary import Topic
from liaison.config import environment as env
from liaison.config.checks import ANNOUNCED, check_settings, check_topics, is_loopback
from liaison.notifications.registry import registered_topics
from liaison.web import navigation, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

PACKAGE = Path(liaison.__file__).parent
REFERENCE = PACKAGE.parent / "docs" / "reference" / "settings.md"


@pytest.fixture
def sound(settings: Settings) -> Settings:
    """Settings in which every check holds."""
    settings.PORTAL_URL = "https://portal.example.com"
    settings.PORTAL_HOST = "portal.example.com"
    settings.ALLOWED_HOSTS = ["portal.example.com"]
    settings.SECRET_KEY = "x" * 64
    settings.DEMO = False
    settings.WEB_THREADS = 8
    settings.INTAKE_MAX_CONCURRENT = 6
    return settings


def ids() -> set[str]:
    found = check_settings()
    assert all(message.hint for message in found)
    return {str(message.id) for message in found}


def test_sound_settings_have_nothing_to_mend(sound: Settings) -> None:
    assert ids() == set()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"SECRET_KEY": "short"}, "config.E001"),
        ({"PORTAL_URL": "portal.example.com"}, "config.E002"),
        ({"PORTAL_URL": "ftp://portal.example.com"}, "config.E002"),
        ({"PORTAL_URL": "https://portal.example.com/path"}, "config.E002"),
        ({"PORTAL_URL": "http://portal.example.com"}, "config.W002"),
        ({"ALLOWED_HOSTS": ["other.example.com"]}, "config.E003"),
        ({"ALLOWED_HOSTS": ["portal.example.com", "*"]}, "config.E004"),
        ({"DEMO": True}, "config.E005"),
        ({"LISTEN_PORT": 70_000}, "config.E006"),
        ({"EMAIL_PORT": 70_000}, "config.E006"),
        ({"DEMO": True, "LISTEN_HOST": "0.0.0.0"}, "config.E007"),  # noqa: S104  # what must be refused
        ({"LANGUAGE_CODE": "fr"}, "config.E008"),
        ({"DEFAULT_TIME_ZONE": "Europe/Roma"}, "config.E009"),
        ({"OPERATOR_SUPPORT_EMAIL": "nobody"}, "config.E010"),
        ({"DEFAULT_FROM_EMAIL": "a@b@c.test"}, "config.E010"),
        ({"OPERATOR_LOGO_URL": "https://elsewhere.example/logo.svg"}, "config.E011"),
        ({"EMAIL_HOST_USER": "liaison"}, "config.E012"),
        (
            {"EMAIL_HOST_USER": "a", "EMAIL_HOST_PASSWORD": "b", "EMAIL_HOST": "mail.example.com"},
            "config.W012",
        ),
        ({"MESSAGE_ID_DOMAIN": "not a domain"}, "config.E013"),
        ({"WEB_THREADS": 64}, "config.W015"),
        ({"INTAKE_MAX_CONCURRENT": 8}, "config.W018"),
        ({"DEBUG": True}, "config.E019"),
        ({"DEBUG": True, "PORTAL_URL": "http://127.0.0.1:8000", "LISTEN_HOST": "0.0.0.0"}, "config.E019"),  # noqa: S104  # as above
        ({"INTAKE_MAX_BYTES": 100_000_000}, "config.E016"),
        ({"SESSION_COOKIE_AGE": 401 * 86_400}, "config.E017"),
    ],
)
def test_a_wrong_setting_is_named(sound: Settings, changes: dict[str, Any], found: str) -> None:
    for name, value in changes.items():
        setattr(sound, name, value)
    assert found in ids()


def test_a_pool_that_is_too_small_for_a_worker_is_named(sound: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its couriers keep a connection each: without another, leases are not prolonged and mails go out twice."""
    options = {**sound.DATABASES["default"]["OPTIONS"], "pool": {"max_size": 4}}
    monkeypatch.setitem(sound.DATABASES["default"], "OPTIONS", options)
    assert "config.E022" in ids()


@pytest.mark.parametrize(("threads", "expected"), [("", "6"), ("16", "14"), ("2", "1"), ("1", "1")])
def test_alerts_leave_threads_for_pages_unless_somebody_says_otherwise(threads: str, expected: str) -> None:
    """Only below the number of threads can overload be noticed, and be answered with 503."""
    program = "from liaison.config import settings; print(settings.INTAKE_MAX_CONCURRENT)"
    given = {name: value for name, value in os.environ.items() if name not in {"WEB_THREADS", "INTAKE_MAX_CONCURRENT"}}
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=given | {"WEB_THREADS": threads},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("localhost", True), ("[::1]", True), ("10.0.0.1", False),
     ("localhost.example.com", False), ("127.0.0.1.example.com", False)],
)  # fmt: skip
def test_only_this_machine_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.flag("PROBE", default=False), "perhaps"),
        (lambda: env.number("PROBE", 1, least=1), "0"),
        (lambda: env.number("PROBE", 1), "many"),
        (lambda: env.choice("PROBE", "A", ("A", "B")), "c"),
    ],
)
def test_a_value_that_cannot_be_read_names_its_setting(monkeypatch: pytest.MonkeyPatch, read: Any, value: str) -> None:
    monkeypatch.setenv("PROBE", value)
    with pytest.raises(env.SettingError, match=f"PROBE='{value}'"):
        read()


def test_every_setting_is_described_in_the_reference() -> None:
    described = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", REFERENCE.read_text()))
    read = set(settings_read_in(PACKAGE / "config" / "settings.py"))
    # Those of S3 are read together, only where it is used.
    read |= set(re.findall(r'"(FILES_S3_[A-Z_]+)"', (PACKAGE / "config" / "environment.py").read_text()))
    assert len(read) > 30
    assert read - described == set()
    assert described - read == {"PG_BINDIR"}  # read without Django, by the private database


def settings_read_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "env"
            and node.func.attr not in {"database", "files_storage"}
        ):
            name = node.args[0]
            assert isinstance(name, ast.Constant)
            yield str(name.value)


def test_only_the_settings_read_the_environment() -> None:
    allowed = {
        "environment.py",
        "command.py",
        "demo.py",
        "forking.py",
        "metrics_folder.py",
        "supervisor.py",
        "postgres.py",
        "postgres_home.py",
        "running.py",
        "schema/__main__.py",
        "schema/picture.py",
        "wsgi.py",
    }
    readers = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if "tests" not in file.parts and re.search(r"os\.(environ|getenv)", file.read_text())
    }
    assert readers - {f"config/{name}" for name in allowed} == set()


def test_every_topic_that_a_verb_announces_has_a_handler() -> None:
    """A verb that announces a topic without a handler would fail only when it runs."""
    assert check_topics() == []
    assert topics_announced_in_the_source() <= registered_topics()
    assert registered_topics() >= ANNOUNCED


def topics_announced_in_the_source() -> set[Topic]:
    found = set()
    for file in PACKAGE.rglob("*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "announce":
                found |= {Topic[name] for name in re.findall(r"Topic\.([A-Z_]+)", ast.unparse(node))}
    assert found
    return found


def test_every_entry_of_the_navigation_leads_somewhere() -> None:
    assert navigation._items
    for item in navigation._items.values():
        assert reverse(item.url_name)
        assert str(item.label)


def test_every_code_of_a_refusal_has_words() -> None:
    """A refusal without words would answer 500 instead of its reason."""
    codes = [code for kind in _code_classes() for code in kind]
    assert len(codes) > 20
    assert [str(code) for code in codes if not wording.has_words(code)] == []


def _code_classes() -> set[type[StrEnum]]:
    """Return the enums that refusals take their codes from: by our convention they are called `…Code`."""
    return {
        thing
        for name, module in list(sys.modules.items())
        if name.startswith("liaison.") and ".tests" not in name
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, StrEnum) and thing.__name__.endswith("Code")
    }


def test_the_boot_checks_hold_in_this_installation() -> None:
    assert checks.run_checks() == []


def test_every_class_that_the_settings_name_exists() -> None:
    for path in current.MIDDLEWARE:
        assert import_string(path)
