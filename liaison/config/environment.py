"""Typed reads of the process environment. Only `settings.py` calls these."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path


LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingError(Exception):
    """A setting of the environment cannot be read; the message says which one and how to mend it."""


def text(name: str, default: str) -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise SettingError(f"{name}={value!r} is neither yes nor no; write 1 or 0.")


def number(name: str, default: int, *, least: int = 0) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit() or int(value) < least:
        raise SettingError(f"{name}={value!r} is not a whole number of at least {least}.")
    return int(value)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words, upper or lower case."""
    value = os.environ.get(name, "").strip() or default
    for word in allowed:
        if value.lower() == word.lower():
            return word
    raise SettingError(f"{name}={value!r} is none of {', '.join(allowed)}.")


def words(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the comma-separated words of a setting."""
    value = os.environ.get(name, "").strip()
    return tuple(word.strip() for word in value.split(",") if word.strip()) if value else default


def database(url: str) -> dict[str, Any]:
    """Return Django's database dictionary for `postgresql://user:password@host:port/name?host=/socket/folder`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingError("DATABASE_URL must start with postgresql:// (the only database is PostgreSQL, 15 or newer).")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "liaison",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }


def files_storage(kind: str, folder: Path) -> dict[str, Any]:
    """Return Django's storage dictionary of the files that people send: a folder, or a bucket with its own keys."""
    if kind == "folder":
        return {"BACKEND": "liaison.files.storage.FolderStorage", "OPTIONS": {"location": folder}}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": text("FILES_S3_BUCKET", ""),
            "endpoint_url": text("FILES_S3_ENDPOINT_URL", "") or None,
            "region_name": text("FILES_S3_REGION", "") or None,
            "access_key": text("FILES_S3_ACCESS_KEY", "") or None,
            "secret_key": text("FILES_S3_SECRET_KEY", "") or None,
            "location": text("FILES_S3_PREFIX", ""),
            "addressing_style": "path" if flag("FILES_S3_PATH_STYLE", default=False) else "auto",
            "default_acl": None,  # what the bucket says
            "file_overwrite": True,  # every name is random and used once
            "max_memory_size": 1024 * 1024,  # the rest of what is read waits in a temporary file
            "signature_version": "s3v4",
        },
    }


def secret(name: str, file: Path) -> str:
    """Return the secret of the environment, else the one kept in `file`, made on first use with mode 0600."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        pass
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = secrets.token_urlsafe(48)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was faster; its secret counts
        return file.read_text().strip()
    with os.fdopen(handle, "w") as stream:
        stream.write(fresh)
    return fresh
