"""The catalogue files: reading, writing, bringing up to date, compiling; the same bytes every time."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from liaison.config.messages.sources import PACKAGE, Key, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from babel.messages.catalog import Catalog, Message

    from liaison.config.messages.sources import Found

LOCALE_FOLDER = PACKAGE / "locale"
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # a date that moved would change the files without a reason
_HEADER = """\
# {name} words of Liaison.
# Brought up to date by `python -m liaison.config.messages update`; English is the source.
msgid ""
msgstr ""
"Project-Id-Version: Liaison\\n"
"Language: {folder}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


@dataclass(frozen=True)
class Language:
    """One language that Liaison is translated into. The plural forms are those of Django's own catalogues."""

    code: str
    folder: str
    name: str
    plural_forms: str


LANGUAGES: tuple[Language, ...] = (
    Language("ko", "ko", "Korean", "nplurals=1; plural=0;"),
    Language("zh-hans", "zh_Hans", "Simplified Chinese", "nplurals=1; plural=0;"),
    Language("it", "it", "Italian", "nplurals=2; plural=(n != 1);"),
    Language(
        "pl",
        "pl",
        "Polish",
        "nplurals=4; plural=(n==1 ? 0 : (n%10>=2 && n%10<=4) && (n%100<12 || n%100>14) ? 1 : n!=1 && "
        "(n%10>=0 && n%10<=1) || (n%10>=5 && n%10<=9) || (n%100>=12 && n%100<=14) ? 2 : 3);",
    ),
)


def language_of(code: str) -> Language:
    """Return the language with this code or folder name; raises KeyError."""
    for language in LANGUAGES:
        if code in {language.code, language.folder}:
            return language
    raise KeyError(code)


def po_file(language: Language, folder: Path = LOCALE_FOLDER) -> Path:
    return folder / language.folder / "LC_MESSAGES" / "django.po"


def read(language: Language, folder: Path = LOCALE_FOLDER) -> Catalog:
    """Return the catalogue as it is kept, an empty one when there is none yet."""
    file = po_file(language, folder)
    header = _header(language).encode()
    return read_po(io.BytesIO(file.read_bytes() if file.exists() else header), locale=language.folder)


def write(language: Language, catalogue: Catalog, folder: Path = LOCALE_FOLDER) -> bool:
    """Write the catalogue in its one form; tell whether the file changed."""
    body = io.BytesIO()
    write_po(body, catalogue, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return _write_if_changed(po_file(language, folder), _header(language).encode() + body.getvalue())


def update(language: Language, found: Mapping[Key, Found], folder: Path = LOCALE_FOLDER) -> bool:
    """Take new messages in and old ones out, keeping every translation; tell whether the file changed."""
    catalogue = read(language, folder)
    catalogue.update(template_of(found), no_fuzzy_matching=True, update_header_comment=False)
    return write(language, catalogue, folder)


def compile_catalogue(language: Language, folder: Path = LOCALE_FOLDER) -> bool:
    """Write the `.mo` file beside the `.po`, unless it is newer already; tell whether anything was done."""
    source = po_file(language, folder)
    target = source.with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns):
        return False
    catalogue = read(language, folder)
    catalogue.creation_date = catalogue.revision_date = _LONG_AGO
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    temporary = target.with_suffix(".mo.new")
    temporary.write_bytes(compiled.getvalue())
    temporary.replace(target)
    return True


def messages_of(catalogue: Catalog) -> Iterator[tuple[Key, Message]]:
    """Return the messages of a catalogue with their keys, without its header."""
    for message in catalogue:
        if message.id:
            yield key_of(message), message


def key_of(message: Message) -> Key:
    if isinstance(message.id, str):
        return Key(message.id, "", message.context or "")
    msgid, plural = message.id
    return Key(msgid, plural, message.context or "")


def translations_of(message: Message) -> tuple[str, ...]:
    """Return the translation's forms, one without plurals."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _header(language: Language) -> str:
    return _HEADER.format(name=language.name, folder=language.folder, plural_forms=language.plural_forms)


def _write_if_changed(file: Path, content: bytes) -> bool:
    if file.exists() and file.read_bytes() == content:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return True
