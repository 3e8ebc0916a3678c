"""The `liaison` command: starts the private database where none is given, then runs what was asked for."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from liaison.config import metrics_folder
from liaison.config.environment import SettingError
from liaison.config.forking import follow_supervisor
from liaison.config.postgres import PostgresError
from liaison.config.preloading import preload
from liaison.config.running import PREPARED, database, may_listen, prepare, run_children
from liaison.config.supervisor import say, stop_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

_WITHOUT_DATABASE = frozenset({"help", "check", "collectstatic", "diffsettings", "findstatic"})


@dataclass(frozen=True)
class Command:
    """One command of our own that needs no Django around it: what it does, in a line, and what runs it."""

    what: str
    run: Callable[[Sequence[str]], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help"}:
        sys.stdout.write(_help())
        return 0
    follow_supervisor()
    try:
        if words[0] in COMMANDS:
            return COMMANDS[words[0]].run(words[1:])
        return _django(words)
    except (PostgresError, SettingError) as problem:
        say(str(problem))
        return 1


def up(words: Sequence[str]) -> int:
    """Run everything: the private database, the web and the worker."""
    with stop_signals() as stop, database() as cluster:
        code = 0 if PREPARED in words else prepare(stop)
        if code or stop.is_set():
            return code
        from liaison.config import settings  # noqa: PLC0415  # needs DATABASE_URL

        if not may_listen():
            return 1
        say(f"the portal is at {settings.PORTAL_URL}")
        parts = _loaded()
        run_children([*parts.web(), *parts.mail(), *parts.worker()], stop, cluster)
    return 0


def serve(words: Sequence[str]) -> int:
    """Run the web server."""
    if not may_listen():
        return 1
    with stop_signals() as stop, database() as cluster:
        run_children(_loaded().web(), stop, cluster)
    return 0


def worker(words: Sequence[str]) -> int:
    """Run the processes that deliver messages, and the ticker."""
    with stop_signals() as stop, database() as cluster:
        run_children(_loaded().worker(), stop, cluster)
    return 0


def lmtp(words: Sequence[str]) -> int:
    """Run the process that takes mail in."""
    with stop_signals() as stop, database() as cluster:
        from liaison.config import settings  # noqa: PLC0415  # needs DATABASE_URL

        if not settings.LMTP_LISTEN:
            say("LMTP_LISTEN is empty, so no mail is taken in; see docs/reference/mail-in.md")
            return 1
        run_children(_loaded().mail(), stop, cluster)
    return 0


def demo(words: Sequence[str]) -> int:
    """Run the demo."""
    from liaison.config.demo import main as run_demo  # noqa: PLC0415  # only the demo needs its SMTP server

    return run_demo(words)


COMMANDS: dict[str, Command] = {
    "up": Command("run everything: private database if needed, web, worker, mail in", up),
    "serve": Command("run the web server only", serve),
    "worker": Command("run the delivery processes and the ticker only", worker),
    "lmtp": Command("run only the process that takes mail in, where LMTP_LISTEN is set", lmtp),
    "demo": Command("run a demo with its own database and mailbox; --once plays the story and exits", demo),
}
_DJANGO_COMMANDS = {
    "doctor": "say what is wrong with this installation, and how to mend it",
    "plan": "say who would be told about something, at a moment",
    "prepare": "bring database, translations and static files up to date (`up` does it)",
    "check": "run the boot checks",
    "migrate": "bring the database up to date",
    "shell": "a Python shell with Liaison loaded",
    "help --commands": "list every other command",
}


def _loaded() -> ModuleType:
    """Load everything that the processes share, after the folder in which they count together."""
    from liaison.config import settings  # noqa: PLC0415  # needs DATABASE_URL

    metrics_folder.begin(settings.VAR_DIR)
    return preload()


def _django(words: Sequence[str]) -> int:
    """Run one of Django's commands or of our rooms'."""
    if words[0] in _WITHOUT_DATABASE:
        return _execute(words)
    # A plain SIGTERM would leave the private database running behind this process.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with database():
        return _execute(words)


def _execute(words: Sequence[str]) -> int:
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # slow to import

    execute_from_command_line(["liaison", *words])
    return 0


def _help() -> str:
    rows = [(name, command.what) for name, command in COMMANDS.items()] + list(_DJANGO_COMMANDS.items())
    width = max(len(name) for name, _what in rows)
    lines = "".join(f"  {name:<{width}}  {what}\n" for name, what in rows)
    return (
        "liaison <command>\n\n"
        f"{lines}\n"
        "Without DATABASE_URL, a private PostgreSQL is started for the time that the command runs.\n"
        "Every setting is an environment variable: docs/reference/settings.md.\n"
    )
