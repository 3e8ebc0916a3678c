"""Where the time goes: py-spy beside web and worker, and PostgreSQL's own statistics. Only with PROFILE=1.

py-spy is installed into a folder below `var/bench`, never into the project. What it writes is for speedscope.app, and
beside it, as text, the lines of code that most samples went through.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from delivery_parts.stack import Stack

_RATE = "200"
_LINES = 60
_STATEMENTS = """
SELECT calls, total_plan_time, total_exec_time, rows, wal_bytes, regexp_replace(query, E'\\\\s+', ' ', 'g')
FROM pg_stat_statements ORDER BY total_plan_time + total_exec_time DESC LIMIT 60
"""


@contextmanager
def watching(stack: Stack, results: Path) -> Iterator[None]:
    """Record profiles of web and worker, and PostgreSQL's statements, of what happens in a block."""
    program = _py_spy(results / "py-spy")
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_statements_reset()")
    files = {results / f"{name}.speedscope.json": pid for name, pid in _parts(stack)}
    recording = [
        subprocess.Popen(
            [program, "record", "--subprocesses", "--threads", "--nonblocking", "--rate", _RATE,
             "--format", "speedscope", "--output", str(file), "--pid", str(pid)],
            stdout=subprocess.DEVNULL,
        )
        for file, pid in files.items()
    ]  # fmt: skip
    try:
        yield
    finally:
        for process in recording:
            process.send_signal(signal.SIGINT)
            process.wait(120)
    for file in files:
        _summarize(file)
    (results / "statements.txt").write_text(statements(stack.database_url))


def statements(url: str) -> str:
    """Return the statements that took most time: calls, milliseconds of planning and of work, rows, bytes of WAL."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(_STATEMENTS).fetchall()
    return "".join(f"{row[0]:>8} {row[1]:>9.1f} {row[2]:>9.1f} {row[3]:>8} {row[4]:>11} {row[5]}\n" for row in rows)


def _parts(stack: Stack) -> list[tuple[str, int]]:
    return [(title.replace(" ", "-"), pid) for title, pid in stack.parts().items()]


def _py_spy(place: Path) -> str:
    program = place / "bin" / "py-spy"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(place / "bin" / "pip"), "install", "--quiet", "py-spy"], check=True)
    return str(program)


def _summarize(file: Path) -> None:
    """Write the frames with most samples below them, and with most of their own, beside the profile."""
    if not file.exists():
        return
    profile: dict[str, Any] = json.loads(file.read_text())
    frames = [f"{frame['name']} ({frame.get('file', '')})" for frame in profile["shared"]["frames"]]
    below: Counter[str] = Counter()
    own: Counter[str] = Counter()
    everything = 0
    for one in profile["profiles"]:
        for stack in one["samples"]:
            everything += 1
            below.update({frames[number] for number in stack})
            own[frames[stack[-1]]] += 1 if stack else 0
    lines = [f"{everything} samples\n", "\nthrough:\n"]
    lines += [f"{count:>7} {count / everything:>6.1%} {name}\n" for name, count in below.most_common(_LINES * 2)]
    lines += [
        "\nin:\n",
        *(f"{count:>7} {count / everything:>6.1%} {name}\n" for name, count in own.most_common(_LINES)),
    ]
    file.with_suffix("").with_suffix(".txt").write_text("".join(lines))
