"""Templates are compiled once for all processes, and keeping them never stands in anybody's way."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest

from liaison.web.compiled import KeptTemplates, folder_for


class CompilesNothing(jinja2.Environment):
    def compile(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("compiled again")


@pytest.fixture(autouse=True)
def python_keeps_its_own_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def said_by(made: type[jinja2.Environment], folder: Path, text: str = "Ciao {{ name }}") -> str:
    environment = made(
        loader=jinja2.DictLoader({"greeting": text}), autoescape=True, bytecode_cache=KeptTemplates(folder)
    )
    return environment.get_template("greeting").render(name="Mei")


def test_the_next_process_compiles_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "not yet there"
    assert said_by(jinja2.Environment, folder) == "Ciao Mei"
    assert said_by(CompilesNothing, folder) == "Ciao Mei"


def test_another_text_is_compiled_anew(tmp_path: Path) -> None:
    said_by(jinja2.Environment, tmp_path)
    assert said_by(jinja2.Environment, tmp_path, "Cześć {{ name }}") == "Cześć Mei"


def test_what_cannot_be_kept_or_read_is_compiled_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tmp_path / "a file"
    taken.write_text("")
    assert said_by(jinja2.Environment, taken / "folder") == "Ciao Mei"
    said_by(jinja2.Environment, tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(kept.read_bytes()[:20])
    assert said_by(jinja2.Environment, tmp_path / "kept") == "Ciao Mei"
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert said_by(jinja2.Environment, tmp_path / "unwanted") == "Ciao Mei"
    assert not (tmp_path / "unwanted").exists()


def test_the_folder_says_what_the_templates_were_made_with(tmp_path: Path) -> None:
    module = tmp_path / "environment.py"
    module.write_text("trim_blocks=True")
    before = folder_for(str(module))
    module.write_text("trim_blocks=False")
    assert folder_for(str(module)) != before
    assert before.parent == tmp_path / "__pycache__"
