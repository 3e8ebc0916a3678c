"""The private PostgreSQL cluster: it starts, survives a kill, and is never stopped under somebody else."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from liaison.config import postgres
from liaison.config.postgres import (
    PostgresError,
    PrivatePostgres,
    buffers_for,
    default_root,
    forget_stranger,
    memory,
    running,
)
from liaison.config.postgres_home import binaries_for, settle, socket_folder

CHECKOUT = Path(__file__).resolve().parents[3]
START_AND_STOP = """
import sys
from pathlib import Path
from liaison.config.postgres import PrivatePostgres
cluster = PrivatePostgres(Path(sys.argv[1]))
cluster.start()
print(cluster.url, flush=True)
sys.stdin.readline()
cluster.stop()
"""


@pytest.fixture(scope="module", autouse=True)
def binaries() -> Iterator[None]:
    """Let the clusters of these tests run what the checkout runs, which set-up may have unpacked."""
    folder = binaries_for(settle(default_root())[0]).folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PG_BINDIR", str(folder))
        yield


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, binaries: None) -> Iterator[Path]:
    """One cluster for the tests of this file; whatever a test does to it, the next one starts it again."""
    folder = tmp_path_factory.mktemp("cluster") / "postgres"
    yield folder
    cluster = PrivatePostgres(folder)
    cluster.start()
    cluster.stop()
    discard(folder)


def discard(folder: Path) -> None:
    home = folder.resolve()
    shutil.rmtree(socket_folder(home, settle(folder)[1]), ignore_errors=True)
    shutil.rmtree(home)
    if folder.is_symlink():
        folder.unlink()


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def postmaster(cluster: PrivatePostgres) -> int:
    return int((cluster.home / "data" / "postmaster.pid").read_text().split()[0])


def start_elsewhere(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START_AND_STOP, str(root)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=90)
    assert process.returncode == 0


def test_it_starts_answers_and_stops_cleanly(root: Path) -> None:
    with running(root) as url:
        assert urlsplit(url).path == "/liaison"
        assert ask(url, "SELECT current_database()") == "liaison"
        assert ask(url, "SHOW max_connections") == "100"
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW jit") == "off"
        assert ask(url, "SHOW listen_addresses") == ""
    cluster = PrivatePostgres(root)
    assert not cluster.is_ready()
    assert not (cluster.home / "data" / "postmaster.pid").exists()
    assert "database system is shut down" in (cluster.home / "log").read_text()


def test_it_keeps_what_was_committed_before_a_kill(root: Path) -> None:
    cluster = PrivatePostgres(root)
    cluster.start()
    with psycopg.connect(cluster.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'before the kill' AS words")
    os.kill(postmaster(cluster), signal.SIGKILL)
    again = PrivatePostgres(root)
    again.start()
    try:
        assert ask(again.url, "SELECT words FROM kept") == "before the kill"
        with psycopg.connect(again.url) as connection:
            connection.execute("DROP TABLE kept")
    finally:
        cluster.stop()
        again.stop()
    assert not again.is_ready()


def test_two_starts_at_once_share_one_cluster_and_the_last_to_leave_stops_it(root: Path) -> None:
    first, second = start_elsewhere(root), start_elsewhere(root)
    assert first.stdout is not None
    assert second.stdout is not None
    url = first.stdout.readline().strip()
    assert second.stdout.readline().strip() == url
    finish(first)
    assert ask(url, "SELECT 1") == 1
    finish(second)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_two_first_starts_at_once_make_one_cluster(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    first, second = start_elsewhere(folder), start_elsewhere(folder)
    try:
        assert first.stdout is not None
        assert second.stdout is not None
        assert first.stdout.readline() == second.stdout.readline() != ""
    finally:
        for process in (first, second):
            process.communicate("\n", timeout=90)
        discard(folder)
    assert (first.returncode, second.returncode) == (0, 0)


def test_many_processes_that_settle_at_once_find_the_same_home_and_socket(tmp_path: Path) -> None:
    """A folder is never seen between its making and its giving away to the user that PostgreSQL runs as."""
    code = "import sys, pathlib; from liaison.config.postgres import PrivatePostgres; "
    code += "one = PrivatePostgres(pathlib.Path(sys.argv[1])); print(one.home, one._owner.uid)"
    for turn in range(4):
        folder = tmp_path / str(turn) / "postgres"
        command = [sys.executable, "-c", code, str(folder)]
        started = [subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) for _ in range(6)]
        said = {process.communicate(timeout=60)[0] for process in started}
        assert [process.returncode for process in started] == [0] * 6
        assert len(said) == 1
        discard(folder)


def test_a_process_that_is_killed_holds_nothing(root: Path) -> None:
    process = start_elsewhere(root)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    process.kill()
    process.communicate()
    assert ask(url, "SELECT 1") == 1
    with running(root):
        pass
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_it_knows_korean_chinese_and_polish_letters(root: Path) -> None:
    with running(root) as url:
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SELECT datctype FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
        assert ask(url, "SELECT lower('ŁÓDŹ ŻÓŁĆ')") == "łódź żółć"
        assert ask(url, "SELECT '한국어中文' ~ '^[[:alpha:]]+$'") is True
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert ask(url, "SELECT cardinality(show_trgm('한국어'))") == 4


def test_it_makes_a_database_once(root: Path) -> None:
    with running(root):
        cluster = PrivatePostgres(root)
        cluster.ensure_database("made twice")
        cluster.ensure_database("made twice")
        assert ask(cluster.url, "SELECT count(*) FROM pg_database WHERE datname = 'made twice'") == 1


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    owner = settle(tmp_path / "whose")[1]
    open_to_all = Path(tempfile.mkdtemp())
    open_to_all.chmod(0o755)
    folder = open_to_all / ("long" * 20) / "한국어, and a space" / "postgres"
    folder.mkdir(parents=True)
    shutil.chown(folder, owner.uid)
    try:
        with running(folder) as url:
            assert PrivatePostgres(folder).home == folder
            host = parse_qs(urlsplit(url).query)["host"][0]
            assert len(os.fsencode(f"{host}/.s.PGSQL.5432")) <= 107
            assert Path(host).stat().st_mode & 0o777 == 0o700
            assert ask(url, "SELECT 1") == 1
    finally:
        discard(folder)
        discard(tmp_path / "whose")
        shutil.rmtree(open_to_all)


def test_a_socket_folder_that_others_can_open_is_refused(tmp_path: Path) -> None:
    home, owner = settle(tmp_path / "postgres")
    (home / "run").mkdir()
    (home / "run").chmod(0o777)
    with pytest.raises(PostgresError, match="Others could open"):
        socket_folder(home, owner)
    shutil.rmtree(home)


def test_the_version_that_made_the_data_is_the_one_that_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(PostgresError, match="made by PostgreSQL 14"):
        binaries_for(tmp_path)


def test_a_folder_without_postgres_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))
    with pytest.raises(PostgresError, match=f"newer in {tmp_path}"):
        binaries_for(tmp_path)


def test_a_process_number_that_another_program_took_over_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n")
    forget_stranger(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_process_that_works_in_the_data_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text("1\n")
    worker = subprocess.Popen([sys.executable, "-c", "input()"], cwd=tmp_path, stdin=subprocess.PIPE)
    try:
        time.sleep(0.1)
        forget_stranger(tmp_path)
        assert (tmp_path / "postmaster.pid").exists()
    finally:
        worker.communicate(b"\n")


def test_the_root_is_below_the_folder_of_the_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIAISON_VAR", str(tmp_path))
    assert default_root() == tmp_path / "postgres"
    monkeypatch.delenv("LIAISON_VAR")
    assert default_root() == CHECKOUT / "var" / "postgres"


def test_the_data_live_where_the_user_that_runs_them_reaches_them(tmp_path: Path) -> None:
    """Issue 2, point 3: as root outside of any home of mode 0700, as a normal user in the folder itself."""
    tmp_path.chmod(0o700)
    home, owner = settle(tmp_path / "postgres")
    if os.geteuid() == 0:
        assert (tmp_path / "postgres").readlink() == home
        assert home.parent == Path("/var/lib/liaison")
        assert owner.is_other
    else:
        assert home == tmp_path / "postgres"
        assert not owner.is_other
    assert home.stat().st_uid == owner.uid
    assert home.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(home)


def test_it_keeps_an_eighth_of_the_memory_within_bounds() -> None:
    assert [buffers_for(megabytes) for megabytes in (100, 512, 2_048, 100_000)] == [64, 64, 256, 512]


def test_a_container_has_the_memory_that_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(postgres, "_MEMORY_LIMIT", limit)
    whole = memory()
    limit.write_text("max\n")
    assert memory() == whole > 0
    limit.write_text(f"{100 * 1024 * 1024}\n")
    assert memory() == min(whole, 100)
