"""A TOML file of the catalog, and the line of each of its keys, which `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_HEADER: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?")
_KEY: Final = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART: Final = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_LINE_OF_ERROR: Final = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file of the catalog, with the line (from 1) it stands on."""

    file: Path
    line: int
    message: str

    @property
    def place(self) -> str:
        """Return `file:line`, as editors understand it."""
        return f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class CatalogError(Exception):
    """The catalog cannot be used; `problems` names every mistake with its file and line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file. `lines` maps the path of a key or table to its line."""

    file: Path
    data: dict[str, Any]
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def line_of(self, path: tuple[str, ...]) -> int:
        """Return the line of the key, else of the nearest table around it, else 1."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: tuple[str, ...], message: str) -> Problem:
        """Return a mistake at the place of a key."""
        return Problem(self.file, self.line_of(path), message)


def read_source(file: Path) -> Source:
    """Return the parsed file; raises CatalogError for a file that cannot be read or is not TOML."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CatalogError((Problem(file, 1, f"The file cannot be read: {error.strerror}."),)) from error
    try:
        text = content.decode()
        return Source(file, tomllib.loads(text), _lines(text))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogError((Problem(file, line, "The file is not UTF-8."),)) from error
    except tomllib.TOMLDecodeError as error:
        found = _LINE_OF_ERROR.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise CatalogError((Problem(file, line, f"This is not TOML: {error}."),)) from error


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Find the first line of every table and key; good enough for files without texts of several lines."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.fullmatch(line)
        key = None if header else _KEY.match(line)
        if header:
            table = _path(header[1])
        elif key is None:
            continue
        found = table if key is None else (*table, *_path(key[1]))
        for length in range(1, len(found) + 1):
            lines.setdefault(found[:length], number)
    return lines


def _path(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
