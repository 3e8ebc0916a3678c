"""`python -m liaison.config.schema take|check`: make `schema.sql` anew, or tell whether it is what migrations make.

It works in databases of its own, beside the one of DATABASE_URL, and drops them.
"""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from liaison.config.running import database
from liaison.config.schema import SCHEMA
from liaison.config.schema.picture import picture_of
from liaison.config.supervisor import liaison

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FIRST: Final = "audit"
"""A room that is migrated by itself at first: a database that is not empty goes on by its migrations."""
_SHOWN: Final = 40


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
    asked = list(sys.argv[1:] if words is None else words)
    if asked not in (["take"], ["check"]):
        _say(__doc__ or "")
        return 2
    with database():
        return take() if asked == ["take"] else check()


def take() -> int:
    """Run every migration and keep the picture of what they made."""
    SCHEMA.write_text(_by_migrations())
    _say(f"{SCHEMA} is written")
    return 0


def check() -> int:
    """Compare what every migration makes with what the file makes, and with the file."""
    made, started = _by_migrations(), _from_the_file()
    code = 0
    if made != started:
        _say("An empty database becomes another one by the file than by the migrations:")
        differences = difflib.unified_diff(made.splitlines(), started.splitlines(), "migrations", "file", "", "", 0, "")
        _say("\n".join(list(differences)[:_SHOWN]))
        code = 1
    if _noted(SCHEMA.read_text()) != _noted(made):
        _say("The file does not hold every migration: run `make schema`.")
        code = 1
    return code


def _by_migrations() -> str:
    with _empty("migrations") as url:
        _migrate(url, _FIRST)
        _migrate(url)
        return picture_of(url)


def _from_the_file() -> str:
    with _empty("file") as url:
        _migrate(url)
        return picture_of(url)


def _migrate(url: str, *words: str) -> None:
    subprocess.run(liaison("migrate", "-v0", *words), env={**os.environ, "DATABASE_URL": url}, check=True)  # noqa: S603  # ours


@contextmanager
def _empty(what: str) -> Iterator[str]:
    """Make a database for the time of a block, and yield its address."""
    address = os.environ["DATABASE_URL"]
    name = sql.Identifier(own := f"liaison_schema_{what}_{os.getpid()}")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlsplit(address)._replace(path=f"/{own}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _noted(schema: str) -> str:
    """Return the migrations that stand at the end of a picture."""
    return schema[schema.rindex("INSERT INTO") :]


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
