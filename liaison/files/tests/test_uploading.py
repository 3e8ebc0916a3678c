"""Files come in by pieces: any split and any repetition gives the same file, and nothing is left behind."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from liaison.accounts.actors import System
from liaison.accounts.testing import Cast
from liaison.files import storage
from liaison.files.actions import (
    append_piece,
    begin_upload,
    cancel_upload,
    finish_upload,
    keep_file,
    remove_content,
    use_files,
)
from liaison.files.codes import FileCode
from liaison.files.limits import MOST_OPEN, PIECE_BYTES
from liaison.files.models import Piece, StoredFile, Upload
from liaison.files.storage import NoRoom
from liaison.files.testing import make_file, png
from liaison.files.vocabulary import Purpose, ScanState
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing, Refusal

TEXT = b"It stopped at noon. \xed\x95\x9c\xea\xb5\xad\n" * 40


def begin(cast: Cast, now: datetime, name: str = "note.txt", size: int = len(TEXT)) -> Upload:
    return begin_upload(actor=cast.owner, purpose=Purpose.CASE, account=cast.partner, name=name, size=size, now=now)


def read(file: StoredFile) -> bytes:
    with storage.open_content(file.storage_name) as content:
        return content.read()


def contents(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def code_of(refusal: Refusal) -> object:
    return refusal.problems[0].code if isinstance(refusal, Invalid) else refusal.code


@tried(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(moves=st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(1, len(TEXT))), max_size=8))
def test_any_split_and_any_repetition_gives_the_same_file(
    cast: Cast, now: datetime, moves: list[tuple[int, int]]
) -> None:
    upload = begin(cast, now)
    for offset, length in moves:
        with suppress(Conflict, Invalid):
            upload = append_piece(
                actor=cast.owner, upload=upload, offset=offset, data=TEXT[offset : offset + length], now=now
            )
    rest = TEXT[upload.received :]
    if rest:
        upload = append_piece(actor=cast.owner, upload=upload, offset=upload.received, data=rest, now=now)
    file = finish_upload(actor=cast.owner, upload=upload, now=now)
    assert read(file) == TEXT
    assert file.sha256 == hashlib.sha256(TEXT).hexdigest()
    assert finish_upload(actor=cast.owner, upload=upload, now=now) == file


def test_a_finished_file_lies_alone_under_a_name_that_says_nothing(
    cast: Cast, now: datetime, folder: Path, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # pytest-django's
        file = make_file(cast.owner, now, name="Rechnung.txt", content=TEXT)
    (only,) = contents(folder)
    assert only.read_bytes() == TEXT
    assert "Rechnung" not in str(only)
    assert only.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (file.name, file.content_type, file.size) == ("Rechnung.txt", "text/plain", len(TEXT))
    assert file.scan_state == ScanState.NOT_SCANNED


def test_a_piece_that_does_not_follow_is_answered_with_where_to_go_on(cast: Cast, now: datetime, folder: Path) -> None:
    upload = append_piece(actor=cast.owner, upload=begin(cast, now), offset=0, data=TEXT[:100], now=now)
    for offset in (0, 50, 101):
        with pytest.raises(Conflict) as refused:
            append_piece(actor=cast.owner, upload=upload, offset=offset, data=b"x", now=now)
        assert (refused.value.code, refused.value.facts["received"]) == (FileCode.OFFSET_DIFFERS, 100)
    assert len(contents(folder)) == 1


def test_the_same_piece_twice_at_once_is_kept_once(cast: Cast, now: datetime, folder: Path) -> None:
    upload = begin(cast, now)
    stale = Upload.objects.get(pk=upload.pk)
    append_piece(actor=cast.owner, upload=upload, offset=0, data=TEXT[:100], now=now)
    with pytest.raises(Conflict):
        append_piece(actor=cast.owner, upload=stale, offset=0, data=TEXT[:100], now=now)
    assert Piece.objects.filter(upload=upload).count() == 1
    assert len(contents(folder)) == 1


def test_a_file_is_not_finished_before_all_of_it_is_here(cast: Cast, now: datetime) -> None:
    with pytest.raises(Conflict) as refused:
        finish_upload(actor=cast.owner, upload=begin(cast, now), now=now)
    assert refused.value.code == FileCode.INCOMPLETE


@pytest.mark.parametrize(
    ("offset", "data", "code"),
    [
        (0, b"", FileCode.PIECE_EMPTY),
        (0, b"x" * (PIECE_BYTES + 1), FileCode.PIECE_TOO_LARGE),
        (0, b"x" * (len(TEXT) + 1), FileCode.MORE_THAN_ANNOUNCED),
    ],
)
def test_a_piece_that_cannot_be_is_refused(cast: Cast, now: datetime, offset: int, data: bytes, code: FileCode) -> None:
    with pytest.raises(Invalid) as refused:
        append_piece(actor=cast.owner, upload=begin(cast, now), offset=offset, data=data, now=now)
    assert code_of(refused.value) == code


@pytest.mark.parametrize(("size", "code"), [(0, FileCode.EMPTY), (50 * 1024**2 + 1, FileCode.TOO_LARGE)])
def test_a_size_that_is_not_taken_is_refused_before_anything_comes(
    cast: Cast, now: datetime, size: int, code: FileCode
) -> None:
    with pytest.raises(Invalid) as refused:
        begin(cast, now, size=size)
    assert code_of(refused.value) == code


def test_a_refused_file_leaves_nothing_behind(cast: Cast, now: datetime, folder: Path) -> None:
    with pytest.raises(Invalid) as refused:
        make_file(cast.owner, now, name="note.txt", content=b"<!doctype html><script>alert(1)</script>")
    assert refused.value.problems[0].facts["name"] == "note.txt"
    assert not contents(folder)
    assert not Upload.objects.exists()


def test_quotas_hold_for_the_account_the_person_and_what_is_open(
    cast: Cast, now: datetime, settings: LazySettings
) -> None:
    settings.FILES_ACCOUNT_BYTES = 2000
    begin(cast, now, size=1500)
    with pytest.raises(Conflict) as refused:
        begin(cast, now, size=501)
    assert refused.value.code == FileCode.ACCOUNT_FULL
    settings.FILES_ACCOUNT_BYTES = 10**9
    settings.FILES_PERSON_DAY_BYTES = 2000
    with pytest.raises(Conflict) as refused:
        begin(cast, now, size=501)
    assert refused.value.code == FileCode.PERSON_FULL
    settings.FILES_PERSON_DAY_BYTES = 10**9
    for _each in range(MOST_OPEN - 1):
        begin(cast, now, size=1)
    with pytest.raises(Conflict) as refused:
        begin(cast, now, size=1)
    assert refused.value.code == FileCode.TOO_MANY_OPEN


def test_no_file_is_taken_while_the_disk_is_nearly_full(cast: Cast, now: datetime, settings: LazySettings) -> None:
    """Uploads are refused first, so that alerts still have a database to go to (threat list)."""
    upload = begin(cast, now)
    settings.FILES_MIN_FREE_BYTES = 10**18
    with pytest.raises(NoRoom) as refused:
        begin(cast, now)
    assert (refused.value.code, refused.value.status) == (FileCode.NO_ROOM, 503)
    with pytest.raises(NoRoom):
        append_piece(actor=cast.owner, upload=upload, offset=0, data=TEXT, now=now)


def test_only_its_sender_goes_on_with_an_upload(cast: Cast, now: datetime) -> None:
    upload = begin(cast, now)
    for stranger in (cast.colleague, cast.agent, System("test")):
        with pytest.raises(Missing):
            append_piece(actor=stranger, upload=upload, offset=0, data=TEXT, now=now)
        with pytest.raises(Missing):
            finish_upload(actor=stranger, upload=upload, now=now)
        with pytest.raises(Missing):
            cancel_upload(actor=stranger, upload=upload, now=now)


def test_an_upload_takes_the_room_of_its_senders_account_or_for_staff_of_one_they_see(
    cast: Cast, now: datetime
) -> None:
    with pytest.raises(Missing):
        make_file(cast.outsider, now, account=cast.partner)
    assert make_file(cast.agent, now, account=cast.partner).account == cast.partner


def test_pictures_of_help_articles_come_from_those_who_write_them(cast: Cast, now: datetime) -> None:
    with pytest.raises(Forbidden):
        make_file(cast.owner, now, name="a.png", content=png(), purpose=Purpose.HELP_PICTURE)
    assert (
        make_file(cast.agent, now, name="a.png", content=png(), purpose=Purpose.HELP_PICTURE).content_type
        == "image/png"
    )
    with pytest.raises(Invalid):
        make_file(cast.agent, now, purpose=Purpose.HELP_PICTURE)


def test_a_cancelled_upload_is_gone_with_what_came(cast: Cast, now: datetime, folder: Path) -> None:
    upload = append_piece(actor=cast.owner, upload=begin(cast, now), offset=0, data=TEXT[:100], now=now)
    cancel_upload(actor=cast.owner, upload=upload, now=now)
    assert not contents(folder)
    assert not Upload.objects.exists()
    with pytest.raises(Missing):
        append_piece(actor=cast.owner, upload=upload, offset=100, data=TEXT[100:], now=now)


def test_a_file_is_used_once_and_by_its_sender_alone(cast: Cast, now: datetime) -> None:
    first, second = make_file(cast.owner, now), make_file(cast.owner, now)
    ids = [second.public_id, first.public_id, second.public_id]
    with pytest.raises(Invalid) as refused:
        use_files(actor=cast.colleague, public_ids=ids, now=now)
    assert {problem.code for problem in refused.value.problems} == {FileCode.GONE}
    assert use_files(actor=cast.owner, public_ids=ids, now=now) == [second, first]
    for again in (ids[:1], ["\x00"], ["nobody"], [second.public_id + "\u2028"]):
        with pytest.raises(Invalid):
            use_files(actor=cast.owner, public_ids=again, now=now)


def test_removing_the_content_leaves_the_row(
    cast: Cast, now: datetime, folder: Path, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # pytest-django's
        file = make_file(cast.owner, now)
        remove_content(file=file, now=now)
    assert not contents(folder)
    kept = StoredFile.objects.get(pk=file.pk)
    assert (kept.removed_at, kept.sha256, kept.size) == (now, file.sha256, file.size)
    with pytest.raises(Invalid):
        use_files(actor=cast.owner, public_ids=[file.public_id], now=now)


def test_a_part_of_liaison_keeps_files_as_well(cast: Cast, now: datetime) -> None:
    file = keep_file(
        actor=System("mail"),
        purpose=Purpose.CASE,
        account=cast.partner,
        name="a.txt",
        content=io.BytesIO(TEXT),
        now=now,
    )
    assert file.sent_by is None
    assert use_files(actor=System("mail"), public_ids=[file.public_id], now=now) == [file]
