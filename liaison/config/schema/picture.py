"""A picture of a database as SQL: what pg_dump says of it, without what differs from run to run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from liaison.config.postgres import PostgresError, default_root
from liaison.config.postgres_home import binaries_for

AFTER_MIGRATING: Final = frozenset({"auth_permission", "django_content_type", "helpcentre_passage"})
"""Tables that are filled after every run of migrations, and so are no part of the picture."""
_NOISE: Final = re.compile(r"^(--|SET |SELECT pg_catalog\.set_config|COMMENT ON EXTENSION |\\).*\n", re.MULTILINE)
_NUMBERED: Final = re.compile(
    r"IDENTITY \(\n    SEQUENCE NAME \S+\n    START WITH 1\n    INCREMENT BY 1\n"
    r"    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1\n\)"
)
# PostgreSQL writes a list of words as something that it reads as something else again.
_LIST: Final = re.compile(
    r"\((\"?\w+\"?)\)::text (= ANY|<> ALL) \(\(ARRAY\[((?:'[^']*'::character varying(?:, )?)+)\]\)::text\[\]\)"
)


def picture_of(url: str) -> str:
    """Return the SQL that makes this database's tables, and notes which migrations made them.

    Raises PostgresError where pg_dump fails, and where migrating left rows that the picture would not show.
    """
    dumped = _tidied(_dump(url))
    with psycopg.connect(url) as connection:
        return f"{dumped}{_notes(connection)}"


def _tidied(dumped: str) -> str:
    bare = _NUMBERED.sub("IDENTITY", _NOISE.sub("", dumped))
    listed = _LIST.sub(_as_list, bare)
    return re.sub(r"\n\n+", "\n", listed).lstrip("\n")


def _as_list(found: re.Match[str]) -> str:
    column, how, words = found.groups()
    return f"{column} {'IN' if how == '= ANY' else 'NOT IN'} ({words.replace('::character varying', '')})"


def _notes(connection: psycopg.Connection[Any]) -> str:
    """Return the statement that notes the applied migrations; every other table must be empty."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables.fetchall():
        if table in AFTER_MIGRATING or table == "django_migrations":
            continue
        looked = connection.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        if looked.fetchone() != (False,):
            raise PostgresError(f"Migrating fills {table}; the picture has to show its rows, and does not.")
    applied = connection.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    rows = ",\n".join(f"    ('{app}', '{name}', now())" for app, name in applied)
    return f"INSERT INTO public.django_migrations (app, name, applied) VALUES\n{rows};\n"


def _dump(url: str) -> str:
    """Run pg_dump; the password goes by its environment, where no list of processes shows it."""
    known = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    names = {"dbname": "PGDATABASE", "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    told = {names[name]: value for name, value in known.items() if name in names}
    paths = f"{binaries_for(default_root()).folder}{os.pathsep}{os.environ.get('PATH', '')}"
    program = shutil.which("pg_dump", path=paths)
    if program is None:
        raise PostgresError("There is no pg_dump on this machine.")
    words = [program, "--schema-only", "--no-owner", "--no-privileges"]
    done = subprocess.run(  # noqa: S603  # PostgreSQL's own
        words, env={**os.environ, **told}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PostgresError(f"pg_dump failed: {done.stderr.strip()}")
    return done.stdout
