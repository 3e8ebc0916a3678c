"""What nothing uses goes after a day, what a draft holds stays, and no content is left that no row knows."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from liaison.accounts.testing import Cast
from liaison.files import holding, storage, ticking
from liaison.files.actions import append_piece, use_files
from liaison.files.models import StoredFile, Upload
from liaison.files.testing import make_file, make_upload

Captured = Callable[..., Any]
DAY = timedelta(days=1, seconds=1)


def contents(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_what_nothing_uses_is_removed_a_day_later(
    cast: Cast,
    now: datetime,
    folder: Path,
    django_capture_on_commit_callbacks: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        used, unused, held = (make_file(cast.owner, now) for _each in range(3))
        use_files(actor=cast.owner, public_ids=[used.public_id], now=now)
        stopped = make_upload(cast.owner, now)
        append_piece(actor=cast.owner, upload=stopped, offset=0, data=b"x", now=now)
    monkeypatch.setattr(holding, "_holders", [lambda: [held.public_id]])
    ticking.remove_unused(now + timedelta(hours=23))
    assert len(contents(folder)) == 4
    with django_capture_on_commit_callbacks(execute=True):
        ticking.remove_unused(now + DAY)
    assert contents(folder) == {Path(file.storage_name).name for file in (used, held)}
    assert not Upload.objects.exists()
    unused.refresh_from_db()
    assert unused.removed_at == now + DAY
    assert StoredFile.objects.filter(removed_at=None).count() == 2


def test_an_upload_that_goes_on_is_left_alone(cast: Cast, now: datetime) -> None:
    upload = make_upload(cast.owner, now)
    append_piece(actor=cast.owner, upload=upload, offset=0, data=b"x", now=now + DAY)
    ticking.remove_unused(now + DAY)
    assert Upload.objects.exists()


def test_a_content_that_no_row_knows_is_found(cast: Cast, now: datetime, folder: Path) -> None:
    """Of a process that was killed, of a transaction that was taken back, of an account that was deleted."""
    kept, young = make_file(cast.owner, now), make_file(cast.owner, now)
    stray = make_file(cast.owner, now)
    lost = make_upload(cast.owner, now)
    append_piece(actor=cast.owner, upload=lost, offset=0, data=b"x", now=now)
    for file in (kept, stray):
        os.utime(folder / file.storage_name, (0, 0))
    Upload.objects.all().delete()
    StoredFile.objects.filter(pk__in=[stray.pk, young.pk]).delete()
    ticking.remove_strays(now)
    assert contents(folder) == {Path(file.storage_name).name for file in (kept, young)}
    assert storage.folders_of_pieces() == []
