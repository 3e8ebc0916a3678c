"""Collecting the static files, only when one of them changed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

if TYPE_CHECKING:
    from collections.abc import Iterator


def collect_if_changed() -> bool:
    """Collect the files unless the collected ones are of the same sources; tell whether anything was done."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)
    return True


def are_collected() -> bool:
    """Tell whether the collected files are of the sources as they are now."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    return stamp.exists() and stamp.read_text() == fingerprint()


def fingerprint() -> str:
    """Return a hash over names, sizes and times of all sources, and over how they are stored."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for line in sorted(_sources()):
        digest.update(line.encode())
    return digest.hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            yield f"{name} {found.st_size} {found.st_mtime_ns}\n"
