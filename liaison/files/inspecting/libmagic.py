"""libmagic, the library behind `file`. It comes with the system, and a machine may lack it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from liaison.files.codes import FileCode
from liaison.files.inspecting.unfit import Unfit

if TYPE_CHECKING:
    from magic import Magic

_kept = threading.local()
_NOTHING: Final = "application/octet-stream"


class LibmagicMissing(Exception):  # noqa: N818  # what is missing is said, not an error of a caller
    """There is no libmagic on this machine."""


def is_there() -> bool:
    """Say whether this machine has libmagic, with a database that it can read."""
    try:
        return type_of(b"%PDF-1.7\n") == "application/pdf"
    except LibmagicMissing:
        return False


def type_of(part: bytes) -> str:
    """Return what libmagic calls some bytes, as a media type. Raises LibmagicMissing."""
    if not part:
        return _NOTHING
    try:
        return _magic().from_buffer(part)
    except LibmagicMissing:
        raise
    except Exception as problem:  # libmagic's own errors have one class, made at import
        raise Unfit(FileCode.BROKEN) from problem


def _magic() -> Magic:
    """Return this thread's own cookie: libmagic's must not be shared, and loading its database takes time."""
    made: Magic | None = getattr(_kept, "magic", None)
    if made is None:
        try:
            import magic  # noqa: PLC0415  # the import itself fails where the library is missing

            made = _kept.magic = magic.Magic(mime=True)
        except (ImportError, OSError) as problem:
            raise LibmagicMissing from problem
        except Exception as problem:  # magic.MagicException: the library is there and its database is not
            raise LibmagicMissing from problem
    return made
