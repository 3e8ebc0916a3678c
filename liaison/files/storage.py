"""Where the contents of files lie: a folder of this machine, or S3-compatible storage. No address leads there."""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from liaison.files.codes import FileCode
from liaison.lib.refusals import Refusal

PIECES: Final = "incoming"
_BLOCK: Final = 256 * 1024


class NoRoom(Refusal):
    """Nothing is taken for now, and trying again later is right."""

    status = 503


class FolderStorage(FileSystemStorage):
    """Files in a folder that only this user reads; what is kept is on the disk before its row is."""

    def __init__(self, location: str | Path, **options: Any) -> None:
        super().__init__(
            location=location, base_url=None, file_permissions_mode=0o600, directory_permissions_mode=0o700, **options
        )

    def _save(self, name: str, content: File[Any]) -> str:
        Path(self.location).mkdir(mode=0o700, parents=True, exist_ok=True)
        kept: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        path = Path(self.path(kept))
        for place, flags in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY | os.O_DIRECTORY)):
            handle = os.open(place, flags)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return kept


def files_storage() -> Storage:
    return storages["files"]


def refuse_without_room() -> None:
    """Raise NoRoom while the disk is nearly full: files go first, so that alerts still have a database to go to."""
    if not has_room():
        raise NoRoom(FileCode.NO_ROOM)


def has_room() -> bool:
    """Say whether the disk that files lie on has the room that must stay free."""
    return settings.FILES_STORAGE != "folder" or free_bytes() >= settings.FILES_MIN_FREE_BYTES


def free_bytes() -> int:
    """Return how many bytes are free on the disk of the folder of files, or of the nearest folder above it."""
    place = Path(settings.FILES_DIR)
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def keep(name: str, content: File[Any]) -> None:
    """Write a content under a name, in place of what an earlier try has left there."""
    storage = files_storage()
    storage.delete(name)
    kept = storage.save(name, content)
    if kept != name:  # two at once: the other one's stays, and this one is tried again
        storage.delete(kept)
        raise FileExistsError(name)


def keep_piece(folder: str, offset: int, data: bytes) -> str:
    """Write one piece of an upload and return its name, which no other piece has."""
    name = f"{PIECES}/{folder}/{offset}-{secrets.token_hex(4)}"
    keep(name, ContentFile(data))
    return name


def remove(names: Iterable[str]) -> None:
    """Remove contents; one that is not there is none."""
    storage = files_storage()
    for name in names:
        storage.delete(name)


def remove_pieces(folder: str) -> None:
    """Remove everything that came for an upload, also pieces that no row knows."""
    storage = files_storage()
    place = f"{PIECES}/{folder}"
    with suppress(FileNotFoundError):
        remove(f"{place}/{name}" for name in storage.listdir(place)[1])
        if isinstance(storage, FileSystemStorage):
            storage.delete(place)


def names_written_before(moment: datetime) -> Iterator[str]:
    """Return the names of all whole contents that were written before a moment."""
    storage = files_storage()
    for first in _folders_in(""):
        for second in _folders_in(first) if first != PIECES else ():
            for name in storage.listdir(f"{first}/{second}")[1]:
                path = f"{first}/{second}/{name}"
                with suppress(FileNotFoundError):  # it went while we looked
                    if storage.get_modified_time(path) < moment:
                        yield path


def folders_of_pieces() -> list[str]:
    """Return the folders of uploads that are there, whether a row knows them or not."""
    return _folders_in(PIECES)


def _folders_in(place: str) -> list[str]:
    try:
        return sorted(files_storage().listdir(place)[0])
    except FileNotFoundError:
        return []


def open_content(name: str) -> BinaryIO:
    """Open a content for reading; it can be sought in. Raises FileNotFoundError."""
    opened: BinaryIO = files_storage().open(name, "rb")  # type: ignore[assignment]  # it reads and seeks
    return opened


def blocks_of(content: BinaryIO, length: int) -> Iterator[bytes]:
    """Return the next `length` bytes in blocks of bounded size."""
    while length > 0 and (block := content.read(min(_BLOCK, length))):
        length -= len(block)
        yield block


class Joined(io.RawIOBase):
    """Pieces read one after the other as one stream; it cannot be sought in, and holds one piece at a time."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self._names = iter(names)
        self._piece: BinaryIO | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        while True:
            if self._piece is None:
                name = next(self._names, None)
                if name is None:
                    return 0
                self._piece = open_content(name)
            block = self._piece.read(len(view))
            if block:
                view[: len(block)] = block
                return len(block)
            self._piece.close()
            self._piece = None

    def close(self) -> None:
        if self._piece is not None:
            self._piece.close()
            self._piece = None
        super().close()
