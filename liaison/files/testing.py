"""What tests of this room and of rooms above it share: a folder of their own, and small real files."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from liaison.accounts.models import Account, Identity
from liaison.files.actions import begin_upload, keep_file
from liaison.files.models import StoredFile, Upload
from liaison.files.vocabulary import Purpose


def use_folder(settings: Any, folder: Path) -> Path:
    """Let files lie in this folder for as long as the fixture `settings` lasts. Return the folder."""
    settings.FILES_DIR = folder
    settings.FILES_MIN_FREE_BYTES = 0
    settings.STORAGES = {
        **settings.STORAGES,
        "files": {"BACKEND": "liaison.files.storage.FolderStorage", "OPTIONS": {"location": folder}},
    }
    return folder


def make_file(
    sender: Identity,
    now: datetime,
    *,
    name: str = "note.txt",
    content: bytes = b"It stopped at noon.\n",
    account: Account | None = None,
    purpose: Purpose = Purpose.CASE,
) -> StoredFile:
    """Keep a file as its sender would."""
    room = account or sender.account
    return keep_file(actor=sender, purpose=purpose, account=room, name=name, content=io.BytesIO(content), now=now)


def make_upload(sender: Identity, now: datetime, *, name: str = "note.txt", size: int = 100) -> Upload:
    """Announce a file of the sender's own; nothing of it has come."""
    return begin_upload(actor=sender, purpose=Purpose.CASE, account=sender.account, name=name, size=size, now=now)


def png(extra: bytes = b"") -> bytes:
    """Return a picture of one pixel; `extra` comes after its end."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00\xff\x00\x00")), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + extra


def zipped(entries: Mapping[str, bytes | str]) -> bytes:
    """Return a zip file with these entries."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return kept.getvalue()
