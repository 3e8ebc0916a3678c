"""The boot check finds every mistake and names its file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.checks.registry import tag_exists

from liaison.catalog.checks import catalog_errors, check_catalog
from liaison.catalog.loader import INTEGRATION_KINDS_FILE, SEVERITIES_FILE, TOPICS_FILE
from liaison.catalog.reading import read_integration_kinds, read_severities, read_topics
from liaison.catalog.source import CatalogError

READERS: dict[Path, Callable[[Path], object]] = {
    INTEGRATION_KINDS_FILE: read_integration_kinds,
    TOPICS_FILE: read_topics,
    SEVERITIES_FILE: read_severities,
}


def spoilt(original: Path, folder: Path, line: str, replacement: str) -> tuple[Path, int]:
    """Write a copy in which the first such line is replaced; return it and the number of that line."""
    lines = original.read_text().splitlines()
    number = lines.index(line) + 1
    lines[number - 1] = replacement
    copy = folder / original.name
    copy.write_text("\n".join(lines) + "\n")
    return copy, number


def found_in(copy: Path, original: Path) -> list[tuple[str, str]]:
    return [(str(error.obj), error.msg) for error in catalog_errors([(READERS[original], copy)])]


def test_the_catalog_as_it_is_has_no_mistakes() -> None:
    assert check_catalog() == []


def test_the_check_runs_at_boot() -> None:
    assert tag_exists("catalog")
    assert run_checks(tags=["catalog"]) == []


@pytest.mark.parametrize(
    ("original", "line", "replacement", "message"),
    [
        (
            INTEGRATION_KINDS_FILE,
            'alert_contacts = "required"',
            'alert_contacts = "sometimes"',
            "unknown value 'sometimes'",
        ),
        (
            INTEGRATION_KINDS_FILE,
            'alert_contacts = "required"',
            "alert_contacts = true",
            "unknown value True",
        ),
        (
            INTEGRATION_KINDS_FILE,
            "[things_to_do.name]",
            "[Things-To-Do.name]",
            "must be made of small letters",
        ),
        (INTEGRATION_KINDS_FILE, 'pl = "Atrakcje"', 'pl = ""', "“pl” must be a text"),
        (INTEGRATION_KINDS_FILE, 'pl = "Atrakcje"', "pl = 7", "“pl” must be a text"),
        (TOPICS_FILE, "priority = 10", 'priority = "high"', "must be a whole number"),
        (TOPICS_FILE, "priority = 10", "priority = true", "must be a whole number"),
        (TOPICS_FILE, "optional = true", 'optional = "yes"', "must be true or false"),
        (
            TOPICS_FILE,
            'contact_fields = ["alert_contacts"]',
            'contact_fields = ["fax"]',
            "unknown value 'fax'",
        ),
        (
            TOPICS_FILE,
            'contact_fields = ["alert_contacts"]',
            'contact_fields = "alert_contacts"',
            "must be a list",
        ),
        (
            TOPICS_FILE,
            'contact_fields = ["alert_contacts"]',
            'contact_fields = ["alert_contacts", "alert_contacts"]',
            "more than once",
        ),
        (SEVERITIES_FILE, 'words = ["error"]', 'words = ["error", "page"]', "already means “critical”"),
        (SEVERITIES_FILE, 'words = ["error"]', 'words = ["Error"]', "lower case"),
        (SEVERITIES_FILE, 'words = ["error"]', "words = [5]", "list of texts"),
        (
            SEVERITIES_FILE,
            'raises = ["production_alert"]',
            'raises = ["fireworks"]',
            "unknown value 'fireworks'",
        ),
    ],
)
def test_a_bad_value_is_named_with_its_line(
    tmp_path: Path,
    original: Path,
    line: str,
    replacement: str,
    message: str,
) -> None:
    copy, number = spoilt(original, tmp_path, line, replacement)
    assert any(place == f"{copy}:{number}" and message in text for place, text in found_in(copy, original))


@pytest.mark.parametrize(
    ("original", "line", "replacement", "message"),
    [
        (
            INTEGRATION_KINDS_FILE,
            'alert_contacts = "required"',
            'fax_contacts = "required"',
            "Unknown key “fax_contacts”",
        ),
        (INTEGRATION_KINDS_FILE, 'pl = "Atrakcje"', 'de = "Ausflüge"', "Unknown key “de”"),
        (TOPICS_FILE, "priority = 10", "urgency = 10", "Unknown key “urgency”"),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_missing_one_with_its_table(
    tmp_path: Path,
    original: Path,
    line: str,
    replacement: str,
    message: str,
) -> None:
    """Unknown contact field, language that is none of the five, misspelt setting."""
    copy, number = spoilt(original, tmp_path, line, replacement)
    found = found_in(copy, original)
    assert any(place == f"{copy}:{number}" and message in text for place, text in found)
    missing = line.partition(" = ")[0]
    assert any(f"“{missing}” is missing" in text for _, text in found)


def test_a_missing_language_is_named_at_the_table_of_names(tmp_path: Path) -> None:
    """L1."""
    copy, number = spoilt(INTEGRATION_KINDS_FILE, tmp_path, 'pl = "Atrakcje"', "")
    assert found_in(copy, INTEGRATION_KINDS_FILE) == [
        (f"{copy}:{number - 5}", "“pl” is missing in [things_to_do.name]."),
    ]


def test_a_key_that_stands_twice_is_named_with_its_line(tmp_path: Path) -> None:
    copy, number = spoilt(TOPICS_FILE, tmp_path, "optional = false", "priority = 11")
    [(place, message)] = found_in(copy, TOPICS_FILE)
    assert place == f"{copy}:{number}"
    assert message.startswith("This is not TOML")


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    copy, number = spoilt(SEVERITIES_FILE, tmp_path, "default = true", "default = maybe")
    [(place, _)] = found_in(copy, SEVERITIES_FILE)
    assert place == f"{copy}:{number}"


def test_a_topic_that_is_unknown_or_missing_is_named(tmp_path: Path) -> None:
    copy, number = spoilt(TOPICS_FILE, tmp_path, "[case_update]", "[fashion]")
    found = found_in(copy, TOPICS_FILE)
    assert any(place == f"{copy}:{number}" and "Unknown key “fashion”" in text for place, text in found)
    assert any("“priority” is missing in [case_update]" in text for _, text in found)


def test_a_topic_of_the_contact_information_cannot_be_optional(tmp_path: Path) -> None:
    """R5."""
    copy, number = spoilt(TOPICS_FILE, tmp_path, "optional = false", "optional = true")
    assert [place for place, text in found_in(copy, TOPICS_FILE) if "R5" in text] == [f"{copy}:{number}"]


@pytest.mark.parametrize(
    ("line", "replacement"), [("default = true", "default = false"), ("default = false", "default = true")]
)
def test_exactly_one_severity_is_the_default(tmp_path: Path, line: str, replacement: str) -> None:
    copy, _ = spoilt(SEVERITIES_FILE, tmp_path, line, replacement)
    assert any("Exactly one severity" in text for _, text in found_in(copy, SEVERITIES_FILE))


def test_every_mistake_is_listed_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    copy, first = spoilt(INTEGRATION_KINDS_FILE, tmp_path, 'alert_contacts = "required"', "alert_contacts = 1")
    lines = copy.read_text().replace('pl = "Atrakcje"', "pl = 2")
    copy.write_text(lines)
    second = lines.splitlines().index("pl = 2") + 1
    assert [place for place, _ in found_in(copy, INTEGRATION_KINDS_FILE)] == [
        f"{copy}:{first}",
        f"{copy}:{second}",
    ]


def test_a_file_that_is_missing_or_no_utf_8_is_named(tmp_path: Path) -> None:
    missing, garbled = tmp_path / "missing.toml", tmp_path / "garbled.toml"
    garbled.write_bytes(b"[critical]\nname = '\xff'\n")
    for file, place in ((missing, f"{missing}:1"), (garbled, f"{garbled}:2")):
        with pytest.raises(CatalogError) as refused:
            read_severities(file)
        assert [problem.place for problem in refused.value.problems] == [place]
        assert place in str(refused.value)
