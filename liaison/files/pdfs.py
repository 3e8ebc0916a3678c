"""The texts of a PDF, read by a process of its own: a hostile one can take that process's time and memory, no more."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from liaison.files.kinds import MEGABYTE
from liaison.files.unread import NotRead

LARGEST: Final = 32 * MEGABYTE
"""Larger ones are not read: nearly all of such a file is pictures."""
_SECONDS: Final = 6.0
_CHILD: Final = Path(__file__).with_name("pdfs_apart.py")


def texts_of_pdf(content: BinaryIO, *, most: int) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of each page, of the fields of its forms and of its comments.

    Raises NotRead, after what was read, where a page is without text (it may be a scan), the file is locked, or
    reading it takes more than its three seconds of a processor, 512 MB, or `most` characters.
    """
    raw = content.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise NotRead
    output, is_whole = _read_apart(raw, most)
    for line in output.splitlines():
        place, text = json.loads(line)
        yield str(place), str(text)
    if not is_whole:
        raise NotRead


def _read_apart(raw: bytes, most: int) -> tuple[bytes, bool]:
    """Return what the process wrote, a line of JSON for each text, and whether it read all of the file."""
    command = [sys.executable, "-I", str(_CHILD), str(most)]  # -I: nothing of this environment's Python settings
    try:
        ended = subprocess.run(command, input=raw, capture_output=True, timeout=_SECONDS, env={}, check=False)  # noqa: S603  # our own words alone
    except subprocess.TimeoutExpired as late:
        return _whole_lines(late.stdout or b""), False
    return _whole_lines(ended.stdout), ended.returncode == 0


def _whole_lines(output: bytes) -> bytes:
    # What was cut off while it was written is no JSON.
    return output[: output.rfind(b"\n") + 1]
