"""Boot checks of files: everything that would make an upload fail later, said at the start."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution

from liaison.files import clamd
from liaison.files.inspecting import libmagic


def check_files(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings of files, and with what this machine has for them."""
    return [*_libmagic(), *_storage(), *_sizes(), *_scanner()]


def _libmagic() -> Iterator[CheckMessage]:
    if not libmagic.is_there():
        yield Caution(
            "This machine has no libmagic: no file can be attached.",
            hint="Install it, on Debian and Ubuntu with: apt-get install libmagic1. On macOS: brew install libmagic.",
            id="files.W001",
        )


def _storage() -> Iterator[CheckMessage]:
    if settings.FILES_STORAGE != "s3":
        return
    if importlib.util.find_spec("storages") is None or importlib.util.find_spec("boto3") is None:
        yield Error("FILES_STORAGE=s3 needs more packages.", hint="Run `make s3`.", id="files.E001")
    options = settings.STORAGES["files"]["OPTIONS"]
    if not options.get("bucket_name"):
        yield Error("FILES_STORAGE=s3 needs a bucket.", hint="Set FILES_S3_BUCKET.", id="files.E002")
    if bool(options.get("access_key")) != bool(options.get("secret_key")):
        yield Error(
            "Of FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY only one is set.",
            hint="Set both, or neither: then the keys of the machine count.",
            id="files.E003",
        )


def _sizes() -> Iterator[CheckMessage]:
    if min(settings.FILES_ACCOUNT_BYTES, settings.FILES_PERSON_DAY_BYTES) < settings.FILES_LARGEST_BYTES:
        yield Error(
            "FILES_LARGEST_BYTES is more than an account or a person may send at all.",
            hint="Set it to at most FILES_ACCOUNT_BYTES and FILES_PERSON_DAY_BYTES.",
            id="files.E004",
        )
    if settings.CLAMD_ADDRESS and settings.FILES_LARGEST_BYTES > settings.CLAMD_MAX_BYTES:
        yield Caution(
            f"The scanner reads {settings.CLAMD_MAX_BYTES} bytes, so files larger than that are refused, although "
            f"FILES_LARGEST_BYTES is {settings.FILES_LARGEST_BYTES}.",
            hint="Raise StreamMaxLength of the daemon and CLAMD_MAX_BYTES with it, or lower FILES_LARGEST_BYTES.",
            id="files.W002",
        )


def _scanner() -> Iterator[CheckMessage]:
    if not settings.CLAMD_ADDRESS:
        return
    try:
        clamd.place_of(settings.CLAMD_ADDRESS)
    except ValueError as problem:
        yield Error(
            f"CLAMD_ADDRESS={settings.CLAMD_ADDRESS!r}: {problem}.",
            hint="Write 127.0.0.1:3310, or the path of a socket: /run/clamav/clamd.ctl.",
            id="files.E005",
        )
