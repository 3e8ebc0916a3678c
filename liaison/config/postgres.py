"""The private PostgreSQL cluster that Liaison runs for itself when `DATABASE_URL` is not set.

It listens on a unix socket only. Every process that started it holds a shared lock on the file `users`; the
last one to leave stops it, so nobody stops it under somebody else. Works without Django.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shlex
import shutil
import subprocess
import time
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
from psycopg import errors, sql

from liaison.config.postgres_home import (
    Binaries,
    PostgresError,
    binaries_for,
    default_root,
    settle,
    socket_folder,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PostgresError", "PrivatePostgres", "default_root", "running"]

DATABASE = "liaison"
_SUPERUSER = "postgres"
_LARGEST_LOG = 10 * 1024 * 1024
_PAUSE = 0.2
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "jit": "off",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_LEAST_BUFFERS, _MOST_BUFFERS = 64, 512
_MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")


class PrivatePostgres:
    """One cluster in the folder `root`, made on first start. Raises PostgresError, which says what to do."""

    def __init__(self, root: Path, bindir: Path | None = None) -> None:
        self.home, self._owner = settle(root)
        self._bindir = bindir
        self._socket = socket_folder(self.home, self._owner)
        self._users: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the database `liaison`, with the password, usable as DATABASE_URL."""
        password = quote((self.home / "password").read_text().strip(), safe="")
        host = quote(str(self._socket), safe="")
        return f"postgresql://{_SUPERUSER}:{password}@/{DATABASE}?host={host}"

    def start(self, timeout: float = 60) -> None:
        """Return when the cluster answers and has its database; after `timeout` seconds PostgresError."""
        with self._only_one():
            self._join()
            try:
                self._start(time.monotonic() + timeout)
                self.ensure_database(DATABASE)
            except BaseException:
                self._leave()
                raise

    def stop(self) -> None:
        """Leave the cluster, and stop it cleanly when nobody else uses it. Stopping twice does nothing."""
        if self._users is None:
            return
        with self._only_one():
            alone = self._leave()
            if alone and (self.home / "data" / "postmaster.pid").exists():
                self._run("pg_ctl", "-D", str(self.home / "data"), "-m", "fast", "-w", "-t", "60", "stop")

    def let_go(self) -> None:
        """Close, in a forked child, the lock that its parent holds: else it would be held for as long as the child."""
        users, self._users = self._users, None
        if users is not None:
            users.close()

    def ensure_database(self, name: str) -> None:
        """Create the database `name` unless it is there."""
        with self._connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except (errors.DuplicateDatabase, errors.UniqueViolation):
                return  # another process was faster

    def is_ready(self) -> bool:
        """Tell whether the server answers a query. `pg_ctl status` lies after a kill; an answer does not."""
        try:
            with self._connect() as connection:
                connection.execute("SELECT 1")
        except FileNotFoundError:
            return False
        except psycopg.OperationalError as problem:
            if "password authentication failed" in str(problem):
                raise PostgresError(f"The password in {self.home} is not that of the data there.") from problem
            return False
        return True

    def _start(self, deadline: float) -> None:
        answer = ""
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL did not start; its log is {self.home / 'log'}. {answer.strip()}")
            if not (self.home / "data" / "PG_VERSION").exists():
                self._make_cluster()
            elif not (self.home / "password").exists():
                raise PostgresError(f"The file {self.home / 'password'} is gone; the data beside it need it.")
            forget_stranger(self.home / "data")
            self._trim_log()
            started = self._run(
                "pg_ctl", "-D", str(self.home / "data"), "-w", "-t", "30", "-l", str(self.home / "log"),
                "-o", self._options(), "start",
            )  # fmt: skip
            answer = started.stdout[-1000:] + started.stderr[-1000:]
            if started.returncode:
                # After kill -9 the orphaned backends need a moment to notice, and only then a start succeeds.
                time.sleep(_PAUSE)

    def _make_cluster(self) -> None:
        """Run initdb into `data.new` and rename it: a killed initdb then leaves nothing that looks whole."""
        fresh = self.home / "data.new"
        password = self.home / "password"
        self._write_secret(password)
        base = [
            "initdb", "-D", str(fresh), "-U", _SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8",
            "--data-checksums", "--auth=scram-sha-256", f"--pwfile={password}",
        ]  # fmt: skip
        # ICU in the templates, so that every database inherits it; LC_CTYPE stays C.UTF-8, else trigrams see
        # no Korean, Chinese or Polish letters. The pip package is built without ICU: then without.
        for provider in (["--locale-provider=icu", "--icu-locale=und"], []):
            shutil.rmtree(fresh, ignore_errors=True)
            made = self._run(*base, *provider)
            if made.returncode == 0:
                fresh.rename(self.home / "data")
                return
        shutil.rmtree(fresh, ignore_errors=True)
        raise PostgresError(f"initdb failed: {made.stderr.strip()}")

    def _write_secret(self, file: Path) -> None:
        file.unlink(missing_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(24))
            if self._owner.is_other:
                os.fchown(handle, self._owner.uid, self._owner.gid)

    def _options(self) -> str:
        settings = {
            **_SETTINGS,
            "shared_buffers": f"{buffers_for(memory())}MB",
            "unix_socket_directories": str(self._socket),
        }
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())

    def _trim_log(self) -> None:
        log = self.home / "log"
        if log.exists() and log.stat().st_size > _LARGEST_LOG:
            log.replace(self.home / "log.1")

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the owner of the data, without this process' PG* variables."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        drop: dict[str, Any] = {}
        if self._owner.is_other:
            drop = {"user": self._owner.uid, "group": self._owner.gid, "extra_groups": []}
        try:
            return subprocess.run(  # noqa: S603  # the program is one of PostgreSQL's own
                [str(self._binaries.folder / program), *words],
                cwd="/", env={**environment, "LC_ALL": "C.UTF-8"},
                text=True, capture_output=True, check=False, **drop,
            )  # fmt: skip
        except OSError as problem:
            raise PostgresError(
                f"{self._binaries.folder / program} does not run as user {self._owner.uid}: "
                f"{problem.strerror}. A folder above it may be closed to that user."
            ) from problem

    @cached_property
    def _binaries(self) -> Binaries:
        return binaries_for(self.home, self._bindir)

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        password = (self.home / "password").read_text().strip()
        return psycopg.connect(
            host=str(self._socket), port=5432, user=_SUPERUSER, password=password, dbname="postgres",
            connect_timeout=5, autocommit=True,
        )  # fmt: skip

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Let one process at a time start or stop the cluster."""
        with _open_lock(self.home / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _join(self) -> None:
        if self._users is None:
            self._users = _open_lock(self.home / "users")
            fcntl.flock(self._users, fcntl.LOCK_SH)

    def _leave(self) -> bool:
        """Give up the shared lock and tell whether nobody else holds one."""
        if self._users is None:
            return False
        users, self._users = self._users, None
        with users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True


@contextmanager
def running(root: Path | None = None) -> Iterator[str]:
    """Run the private cluster around a block and give its URL."""
    cluster = PrivatePostgres(root or default_root())
    cluster.start()
    try:
        yield cluster.url
    finally:
        cluster.stop()


def forget_stranger(data: Path) -> None:
    """Remove a left-over `postmaster.pid` whose number now belongs to a program that is not PostgreSQL.

    After a power cut or in a restarted container any process may have that number, and PostgreSQL then
    refuses to start for ever. Only where /proc shows that no process at all works in the data folder.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists() or not Path("/proc/self/cwd").exists():
        return
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").samefile(data):
                return
        except (FileNotFoundError, ProcessLookupError):
            continue
        except PermissionError:
            continue  # another user's process; PostgreSQL here would be ours or, for root, readable
    pid_file.unlink(missing_ok=True)


def buffers_for(megabytes: int) -> int:
    """Return how much PostgreSQL keeps of its data, of a machine with so much memory: it takes what it uses, no more.

    A search of a hundred thousand cases touches thousands of pages: to fetch each anew costs more than the rest.
    """
    return min(_MOST_BUFFERS, max(_LEAST_BUFFERS, megabytes // 8))


def memory() -> int:
    """Return the memory of the machine, or of the container that is given less, in megabytes."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = _MEMORY_LIMIT.read_text().strip()
    except OSError:
        limit = ""
    given = min(machine, int(limit)) if limit.isdecimal() else machine
    return given // (1024 * 1024)


def _open_lock(file: Path) -> IO[bytes]:
    """Open a lock file that is never read or written, only locked."""
    return os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "rb")
