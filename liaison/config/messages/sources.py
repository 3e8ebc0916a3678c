"""Finding every string that a person reads, in Python and in templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGE = Path(__file__).resolve().parents[2]

_KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_TEMPLATE_OPTIONS = {
    # As in `web/environment.py`: they decide which white space a translated block holds.
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    # A template that cannot be parsed is an error here, or its words would be missing without a sign.
    "silent": "false",
    "extensions": "jinja2.ext.i18n",
}
_COMMENT_TAGS = ("Translators:",)
_NOT_OURS = frozenset({"tests", "migrations", "static", "locale", "__pycache__", "node_modules"})


@dataclass(frozen=True)
class Key:
    """What identifies a message in every catalogue."""

    msgid: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """One message of the source: where it stands and what its authors tell the translators."""

    key: Key
    places: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


class ConflictError(ValueError):
    """One English sentence has two different plurals, which gettext cannot keep apart."""


def source_files(package: Path = PACKAGE) -> tuple[tuple[Path, str], ...]:
    """Return the files that may hold words and the extraction method of each, in a stable order."""
    return tuple(sorted(_files(package)))


def messages_in(package: Path = PACKAGE) -> dict[Key, Found]:
    """Return every message of the source files; raises ConflictError.

    A sentence that stands alone here and with a plural there is one message, the one with the plural.
    """
    rows = [
        (key, comments, file.relative_to(package.parent).as_posix())
        for file, method in source_files(package)
        for key, comments in _messages_of(file, method)
    ]
    with_plural = _plurals(rows)
    found: dict[Key, Found] = {}
    for alone, comments, place in rows:
        key = with_plural.get((alone.context, alone.msgid), alone)
        entry = found.setdefault(key, Found(key))
        if place not in entry.places:
            entry.places.append(place)
        entry.comments += [comment for comment in comments if comment not in entry.comments]
    return found


def _plurals(rows: Iterable[tuple[Key, list[str], str]]) -> dict[tuple[str, str], Key]:
    plurals: dict[tuple[str, str], Key] = {}
    for key, _comments, place in rows:
        if key.plural and plurals.setdefault((key.context, key.msgid), key) != key:
            raise ConflictError(f"{place}: {key.msgid!r} has two different plurals")
    return plurals


def template_of(messages: Mapping[Key, Found]) -> Catalog:
    """Return Babel's template catalogue of these messages, without line numbers, which only make noise."""
    template = Catalog(project="Liaison", fuzzy=False)
    for found in messages.values():
        key = found.key
        template.add(
            (key.msgid, key.plural) if key.plural else key.msgid,
            auto_comments=found.comments,
            context=key.context or None,
        )
    return template


def _files(package: Path) -> Iterator[tuple[Path, str]]:
    for file in package.rglob("*"):
        parts = set(file.relative_to(package).parts[:-1])
        if parts & _NOT_OURS or not file.is_file():
            continue
        if "jinja2" in parts and file.suffix in {".html", ".txt"}:
            yield file, "jinja2.ext:babel_extract"
        elif file.suffix == ".py":
            yield file, "python"


def _messages_of(file: Path, method: str) -> Iterator[tuple[Key, list[str]]]:
    options = _TEMPLATE_OPTIONS if method != "python" else {}
    rows = extract_from_file(
        method, file, keywords=_KEYWORDS, comment_tags=_COMMENT_TAGS, options=options, strip_comment_tags=True
    )
    for _line, message, comments, context in rows:
        msgid, plural = message if isinstance(message, tuple) else (message, "")
        yield Key(msgid, plural, context or ""), list(comments)
