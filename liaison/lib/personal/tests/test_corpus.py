"""Measured on lines as people write them in five languages: how much is found, and how often for nothing (D9)."""

from __future__ import annotations

from pathlib import Path

from liaison.lib.personal import PersonalKind, find, without

HERE = Path(__file__).parent
KNOWN = ("operator.com", "anna@partner.it")


def _lines(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").replace("~", "").splitlines()
    return [line for line in lines if line and not line.startswith("# ") and "nobody's scanner" not in line]


def test_nothing_of_the_corpus_is_missed() -> None:
    wanted = [line.split("|", 1) for line in _lines("bad.txt") if "|" in line]
    missed = [(kind, text) for kind, text in wanted if kind not in {one.kind.value for one in find(text)}]
    assert len(wanted) >= 90
    assert {kind for kind, _ in wanted} == {kind.value for kind in PersonalKind}
    assert len(missed) / len(wanted) == 0, missed


def test_each_line_is_found_once_and_as_one_kind() -> None:
    several = {
        text: [one.kind for one in find(text)]
        for _, text in (line.split("|", 1) for line in _lines("bad.txt") if "|" in line)
        if len(find(text)) != 1
    }
    assert not several


def test_nothing_else_is_taken_for_personal_data() -> None:
    good = _lines("good.txt")
    alarms = {text: [one.masked for one in found] for text in good if (found := find(text))}
    assert len(good) >= 80
    assert len(alarms) / len(good) == 0, alarms


def test_what_is_masked_shows_no_secret_and_is_not_found_again() -> None:
    for kind, text in (line.split("|", 1) for line in _lines("bad.txt") if "|" in line):
        for one in find(text):
            assert text[one.start : one.end] not in one.masked, (kind, text)
            assert "•" in one.masked
            assert not find(one.masked), one.masked


def test_all_lines_as_one_text_are_found_and_removed() -> None:
    text = "\n".join(line.split("|", 1)[1] for line in _lines("bad.txt") if "|" in line)
    assert len(find(text)) >= 90
    assert not find(without(text))
    assert without("\n".join(_lines("good.txt"))) == "\n".join(_lines("good.txt"))
