"""The name of a file, made harmless: it is shown and offered for saving, and never used as a path here."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Final

MOST_CHARACTERS: Final = 120
_MOST_BYTES: Final = 200  # file systems stop at 255 bytes, and browsers add " (1)"
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
_SEPARATORS: Final = re.compile(r"[/\\]")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|clock\$|com[0-9]|lpt[0-9])", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"\.([A-Za-z0-9_]{1,10})\Z")


def clean_name(sent: str) -> str:
    """Return the last part of what was sent, without what deceives or breaks: never empty, at most 120 characters.

    Control characters, line separators and marks that turn the reading direction go; names that Windows reserves
    get an underscore; a long name is cut before its extension.
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", sent))[-1]
    shown = "".join(" " if character.isspace() else character for character in last if _is_shown(character))
    stem, extension = split_name(_FORBIDDEN.sub("_", " ".join(shown.split())).strip(". "))
    if _RESERVED.fullmatch(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    return join_name(stem or "file", extension)


def split_name(name: str) -> tuple[str, str]:
    """Return what stands before the last dot and the extension after it in lower case, without the dot."""
    found = _EXTENSION.search(name)
    if found is None or found.start() == 0:
        return name, ""
    return name[: found.start()].rstrip(". "), found[1].lower()


def join_name(stem: str, extension: str) -> str:
    """Return a name that is short enough, cut before its extension."""
    tail = f".{extension}" if extension else ""
    kept = stem[: MOST_CHARACTERS - len(tail)]
    while len(f"{kept}{tail}".encode()) > _MOST_BYTES:
        kept = kept[:-1]
    return f"{kept.rstrip('. ') or 'file'}{tail}"


def new_storage_name() -> str:
    """Return a random name in folders of two levels, which says nothing of the file."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:4]}/{name}"


def _is_shown(character: str) -> bool:
    """Whitespace stays for now; Zl and Zp count as whitespace and become a space."""
    category = unicodedata.category(character)
    return character.isspace() or category[0] != "C"
