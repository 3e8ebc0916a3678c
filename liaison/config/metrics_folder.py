"""The folder in which the processes of one start keep their numbers, so that one of them can answer for all.

Each start has a folder of its own, held by a lock that its processes share: what a start left behind that was killed
is removed by the next one. `liaison serve` and `liaison worker` are two starts on one machine, and both count.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

ENVIRONMENT_NAME: Final = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
_LOCK: Final = "lock"
_held: list[int] = []


def begin(var: Path) -> Path:
    """Make the folder of this start, remove those of starts that are over, and have prometheus_client use it.

    Before the first import of `liaison.lib.metrics`, and before the processes are forked: they inherit the lock.
    """
    root = root_of(var)
    root.mkdir(parents=True, exist_ok=True)
    turn = _locked(root / _LOCK, fcntl.LOCK_EX)  # one start at a time: none removes what another has just made
    try:
        for old in folders(var):
            if not _is_alive(old):
                shutil.rmtree(old, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="start-", dir=root))
        _held.append(_locked(folder / _LOCK, fcntl.LOCK_EX))
    finally:
        os.close(turn)
    os.environ[ENVIRONMENT_NAME] = str(folder)
    return folder


def is_shared() -> bool:
    """Say whether this process counts in files, beside others."""
    return bool(os.environ.get(ENVIRONMENT_NAME))


def root_of(var: Path) -> Path:
    return var / "metrics"


def folders(var: Path) -> list[Path]:
    """Return the folders of all starts, also of those that are over."""
    root = root_of(var)
    return sorted(one for one in root.iterdir() if one.is_dir()) if root.is_dir() else []


def files(var: Path) -> list[str]:
    """Return the files of all processes of the starts that live.

    What counts only while a process lives is removed with it; of another start, which may be in another container,
    nobody here knows which processes live.
    """
    found: list[str] = []
    for folder in folders(var):
        if not _is_alive(folder):
            continue
        for path in sorted(folder.glob("*.db")):
            if _is_own(folder) and path.name.startswith("gauge_live") and not _runs(path.stem.rpartition("_")[2]):
                with suppress(FileNotFoundError):
                    path.unlink()
            else:
                found.append(str(path))
    return found


def _is_own(folder: Path) -> bool:
    return os.environ.get(ENVIRONMENT_NAME) == str(folder)


def _is_alive(folder: Path) -> bool:
    """Say whether a process of that start still holds its lock."""
    if _is_own(folder):
        return True
    try:
        os.close(_locked(folder / _LOCK, fcntl.LOCK_SH | fcntl.LOCK_NB))
    except BlockingIOError:
        return True
    return False


def _locked(path: Path, how: int) -> int:
    """Return the open file with its lock. Raises BlockingIOError where somebody holds it and we do not wait."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, how)
    except BlockingIOError:
        os.close(lock)
        raise
    return lock


def _runs(pid: str) -> bool:
    """Say whether a process lives. A name without a number is none of ours to judge."""
    if not pid.isdecimal():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
