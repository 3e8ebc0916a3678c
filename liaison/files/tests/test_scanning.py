"""The virus scanner: a double of its protocol, and the real daemon where the machine has one."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from liaison.accounts.testing import Cast
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.files import clamd, ticking
from liaison.files.codes import FileCode
from liaison.files.models import StoredFile
from liaison.files.testing import make_file
from liaison.files.tests.scanner import EICAR, Scanner
from liaison.files.vocabulary import ScanState
from liaison.lib.refusals import Invalid

SIGNATURE = "Liaison.Test.Eicar:0:*:" + EICAR.hex()


@pytest.fixture
def scanner(settings: LazySettings) -> Iterator[Scanner]:
    running = Scanner()
    settings.CLAMD_ADDRESS = running.address
    settings.CLAMD_TIMEOUT_SECONDS = 3
    yield running
    running.stop()


def scan_state(file: StoredFile) -> str:
    return StoredFile.objects.get(pk=file.pk).scan_state


def test_a_clean_file_is_clean_at_once(cast: Cast, now: datetime, scanner: Scanner) -> None:
    file = make_file(cast.owner, now)
    assert (file.scan_state, file.scanned_at) == (ScanState.CLEAN, now)


def test_an_infected_file_is_refused_kept_apart_and_told_of(cast: Cast, now: datetime, scanner: Scanner) -> None:
    with pytest.raises(Invalid) as refused:
        make_file(cast.owner, now, content=EICAR)
    assert refused.value.problems[0].code == FileCode.INFECTED
    kept = StoredFile.objects.get()
    assert kept.scan_state == ScanState.INFECTED
    (event,) = Event.objects.filter(kind=Happened.FILE_FOUND_INFECTED)
    assert (event.subject_id, event.account_id) == (kept.public_id, cast.partner.pk)
    assert event.facts["found"] == "Eicar-Test"


def test_an_account_is_not_told_of_what_staff_sent(cast: Cast, now: datetime, scanner: Scanner) -> None:
    """W8: it may belong to an internal note."""
    with pytest.raises(Invalid):
        make_file(cast.agent, now, content=EICAR, account=cast.partner)
    assert Event.objects.get(kind=Happened.FILE_FOUND_INFECTED).account_id is None


def test_while_the_scanner_is_down_files_are_held_and_scanned_later(
    cast: Cast, now: datetime, settings: LazySettings
) -> None:
    """Fail closed."""
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    clean, infected = make_file(cast.owner, now), make_file(cast.owner, now, content=EICAR)
    assert {scan_state(clean), scan_state(infected)} == {ScanState.NOT_SCANNED}
    ticking.scan_waiting(now)
    assert scan_state(clean) == ScanState.NOT_SCANNED
    running = Scanner()
    settings.CLAMD_ADDRESS = running.address
    ticking.scan_waiting(now)
    running.stop()
    assert (scan_state(clean), scan_state(infected)) == (ScanState.CLEAN, ScanState.INFECTED)
    assert Event.objects.filter(kind=Happened.FILE_FOUND_INFECTED).count() == 1


@pytest.mark.parametrize("rude", [False, True])
def test_a_stream_that_the_scanner_cuts_off_is_too_large_and_never_clean(
    cast: Cast, now: datetime, settings: LazySettings, rude: bool
) -> None:
    running = Scanner(limit=300_000, rude=rude)
    settings.CLAMD_ADDRESS = running.address
    settings.CLAMD_TIMEOUT_SECONDS = 5
    file = make_file(cast.owner, now, content=b"x" * 6_000_000)
    running.stop()
    assert file.scan_state in {ScanState.TOO_LARGE, ScanState.NOT_SCANNED}
    assert rude or file.scan_state == ScanState.TOO_LARGE


def test_a_scanner_that_says_nothing_leaves_the_file_held(cast: Cast, now: datetime, settings: LazySettings) -> None:
    running = Scanner(silent=True)
    settings.CLAMD_ADDRESS = running.address
    assert not clamd.is_up()
    file = make_file(cast.owner, now)
    running.stop()
    assert file.scan_state == ScanState.NOT_SCANNED


def test_no_file_is_taken_that_the_scanner_would_not_read(
    cast: Cast, now: datetime, scanner: Scanner, settings: LazySettings
) -> None:
    settings.CLAMD_MAX_BYTES = 1000
    with pytest.raises(Invalid) as refused:
        make_file(cast.owner, now, content=b"x" * 1001)
    assert refused.value.problems[0].code == FileCode.TOO_LARGE
    assert scanner.asked == 0


@pytest.mark.parametrize(
    ("address", "place"),
    [("127.0.0.1:3310", ("127.0.0.1", 3310)), ("[::1]:3310", ("::1", 3310)), ("/run/clamd.ctl", "/run/clamd.ctl")],
)
def test_an_address_is_a_host_with_a_port_or_a_socket(address: str, place: object) -> None:
    assert clamd.place_of(address) == place


@pytest.mark.parametrize("address", ["clamd", ":3310", "host:", "host:x", "host:99999", "host:٣"])
def test_any_other_address_is_none(address: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        clamd.place_of(address)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("clamd") is None, reason="this machine has no clamav-daemon")
def test_the_real_daemon_says_the_same(cast: Cast, now: datetime, settings: LazySettings, tmp_path: Path) -> None:
    """Against Debian's clamav-daemon, with a database of one signature made here."""
    database, socket = tmp_path / "db", tmp_path / "clamd.ctl"
    database.mkdir()
    (database / "local.ndb").write_text(SIGNATURE + "\n")
    tmp_path.chmod(0o777)
    config = tmp_path / "clamd.conf"
    config.write_text(
        f"Foreground yes\nDatabaseDirectory {database}\nLocalSocket {socket}\nStreamMaxLength 1M\nFixStaleSocket yes\n"
        "ConcurrentDatabaseReload no\nUser root\n"
    )
    with (tmp_path / "log").open("wb") as log:
        daemon = subprocess.Popen(["clamd", "--config-file", str(config)], stdout=log, stderr=log)
    try:
        settings.CLAMD_ADDRESS = str(socket)
        settings.CLAMD_MAX_BYTES = 10_000_000
        ends = time.monotonic() + 60
        while not clamd.is_up() and time.monotonic() < ends and daemon.poll() is None:
            time.sleep(0.2)
        assert clamd.is_up(), (tmp_path / "log").read_text()
        assert make_file(cast.owner, now).scan_state == ScanState.CLEAN
        assert make_file(cast.owner, now, content=b"x" * 3_000_000).scan_state == ScanState.TOO_LARGE
        with pytest.raises(Invalid):
            make_file(cast.owner, now + timedelta(seconds=1), content=EICAR)
    finally:
        daemon.terminate()
        daemon.wait(20)
