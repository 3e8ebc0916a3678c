"""Files in S3-compatible storage, with the real client (boto3) against a small double of the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings

from liaison.accounts.testing import Cast
from liaison.config import environment
from liaison.files import storage, ticking
from liaison.files.actions import append_piece, remove_content
from liaison.files.checks import check_files
from liaison.files.limits import PIECE_BYTES
from liaison.files.testing import make_file, make_upload
from liaison.files.tests.bucket import Bucket

LARGE = b"0123456789abcdef" * (9 * PIECE_BYTES // 16)


@pytest.fixture
def bucket(settings: LazySettings, monkeypatch: pytest.MonkeyPatch, folder: object) -> Iterator[Bucket]:
    running = Bucket()
    for name, value in {
        "FILES_S3_BUCKET": "files",
        "FILES_S3_PREFIX": "liaison",
        "FILES_S3_ENDPOINT_URL": running.address,
        "FILES_S3_REGION": "eu-south-1",
        "FILES_S3_ACCESS_KEY": "key",
        "FILES_S3_SECRET_KEY": "secret",
        "FILES_S3_PATH_STYLE": "1",
    }.items():
        monkeypatch.setenv(name, value)
    settings.FILES_STORAGE = "s3"
    settings.STORAGES = {**settings.STORAGES, "files": environment.files_storage("s3", settings.FILES_DIR)}
    yield running
    running.stop()


def test_a_file_lies_in_the_bucket_whole_and_alone(
    cast: Cast, now: datetime, bucket: Bucket, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    """Nine pieces: more than one part of the client's own multipart upload."""
    with django_capture_on_commit_callbacks(execute=True):
        file = make_file(cast.owner, now, content=LARGE)
    assert bucket.objects == {f"liaison/{file.storage_name}": LARGE}
    with storage.open_content(file.storage_name) as content:
        content.seek(PIECE_BYTES)
        assert b"".join(storage.blocks_of(content, len(LARGE))) == LARGE[PIECE_BYTES:]
    with django_capture_on_commit_callbacks(execute=True):
        remove_content(file=file, now=now)
    assert bucket.objects == {}
    with pytest.raises(FileNotFoundError):
        storage.open_content(file.storage_name)


def test_what_is_left_in_the_bucket_is_found(
    cast: Cast, now: datetime, bucket: Bucket, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        kept = make_file(cast.owner, now)
    lost = make_upload(cast.owner, now)
    append_piece(actor=cast.owner, upload=lost, offset=0, data=b"x", now=now)
    bucket.objects["liaison/aa/bb/aabb"] = b"stray"
    lost.delete()
    ticking.remove_strays(now)
    assert set(bucket.objects) == {f"liaison/{kept.storage_name}"}


def test_the_disk_of_this_machine_does_not_matter(
    cast: Cast, now: datetime, bucket: Bucket, settings: LazySettings
) -> None:
    settings.FILES_MIN_FREE_BYTES = 10**18
    assert make_file(cast.owner, now).size


def test_a_bucket_that_is_not_named_is_said_at_the_start(bucket: Bucket, settings: LazySettings) -> None:
    assert [message.id for message in check_files()] == []
    settings.STORAGES["files"]["OPTIONS"] |= {"bucket_name": "", "secret_key": None}
    settings.FILES_LARGEST_BYTES = 10**15
    settings.CLAMD_ADDRESS = "nowhere"
    found = {message.id for message in check_files()}
    assert found == {"files.E002", "files.E003", "files.E004", "files.E005", "files.W002"}
