"""The `liaison` command: starts the private database where none is given, then runs what was asked for."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from liaison.config.environment import SettingError
from liaison.config.postgres import PostgresError, PrivatePostgres, default_root
from liaison.config.supervisor import Care, Child, Supervisor, follow_supervisor, liaison, say, stop_signals

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence

TRY_AGAIN = 75  # the exit code of `liaison prepare` when the database cannot be reached yet
_LONGEST_WAIT = 30.0
_DATABASE_EVERY = 2.0
_GRACE_OF_A_PART = 20.0  # less than the worker itself has, so that it ends its parts before it is ended
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
        code = prepare(stop)
        if code or stop.is_set():
            return code
        from liaison.config import settings  # noqa: PLC0415  # needs DATABASE_URL

        say(f"the portal is at {settings.PORTAL_URL}")
        run_children([Child("web", liaison("serve")), Child("worker", liaison("worker"))], stop, cluster)
    return 0


def serve(words: Sequence[str]) -> int:
    """Run the web server."""
    from liaison.config import settings  # noqa: PLC0415  # only some commands need them

    if not is_free(settings.LISTEN_HOST, settings.LISTEN_PORT):
        say(f"another program listens on {settings.LISTEN_HOST}:{settings.LISTEN_PORT}; set LISTEN_PORT")
        return 1
    if os.environ.get("DATABASE_URL"):
        _become(web_command())
    with stop_signals() as stop, database() as cluster:
        run_children([Child("web", web_command())], stop, cluster)
    return 0


def worker(words: Sequence[str]) -> int:
    """Run the processes that deliver messages, and the ticker."""
    with stop_signals() as stop, database() as cluster:
        from liaison.config import settings  # noqa: PLC0415  # needs DATABASE_URL

        names = [f"delivery {number}" for number in range(1, settings.WORKER_PROCESSES + 1)]
        children = [Child(name, liaison("deliver"), grace=_GRACE_OF_A_PART) for name in names]
        ticker = Child("ticker", liaison("tick"), grace=_GRACE_OF_A_PART)
        run_children([*children, ticker], stop, cluster, at_once=True)
    return 0


def demo(words: Sequence[str]) -> int:
    """Run the demo."""
    from liaison.config.demo import main as run_demo  # noqa: PLC0415  # only the demo needs its SMTP server

    return run_demo(words)


COMMANDS: dict[str, Command] = {
    "up": Command("run everything: private database if needed, web, worker", up),
    "serve": Command("run the web server only", serve),
    "worker": Command("run the delivery processes and the ticker only", worker),
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


@contextmanager
def database() -> Iterator[PrivatePostgres | None]:
    """Make sure that DATABASE_URL is set around a block: start the private cluster when it is not."""
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    cluster = PrivatePostgres(default_root())
    cluster.start()
    os.environ["DATABASE_URL"] = cluster.url
    try:
        yield cluster
    finally:
        cluster.stop()
        os.environ.pop("DATABASE_URL", None)


def prepare(stop: threading.Event) -> int:
    """Bring everything up to date, waiting for a database that cannot be reached yet; return an exit code."""
    pause = 1.0
    while not stop.is_set():
        code = subprocess.run(liaison("prepare"), check=False).returncode  # noqa: S603  # one of ours
        if code != TRY_AGAIN:
            return code
        stop.wait(pause)
        pause = min(pause * 2, _LONGEST_WAIT)
    return 0


def run_children(
    children: Sequence[Child],
    stop: threading.Event,
    cluster: PrivatePostgres | None,
    *,
    at_once: bool = False,
) -> None:
    """Keep the children and, where there is one, the private database running until `stop` is set."""
    cares = [Care("private database", _DATABASE_EVERY, lambda: _keep_running(cluster))] if cluster else []
    Supervisor(children, cares, at_once=at_once).run(stop)


def is_free(host: str, port: int) -> bool:
    """Tell whether we could listen there. The web server itself would share the port with another of ours."""
    family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True


def web_command() -> list[str]:
    """Return the command line of the web server, as the settings say."""
    from liaison.config import settings  # noqa: PLC0415  # needs DATABASE_URL

    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "error"),
        *("--host", settings.LISTEN_HOST, "--port", str(settings.LISTEN_PORT)),
        *("--workers", str(settings.WEB_PROCESSES), "--blocking-threads", str(settings.WEB_THREADS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10"),
        "liaison.config.wsgi:application",
    ]


def _keep_running(cluster: PrivatePostgres) -> None:
    if not cluster.is_ready():
        say("the private database does not answer; it is started again")
        cluster.start()


def _become(command: Sequence[str]) -> NoReturn:
    """Turn this process into another program, so that signals reach it directly."""
    os.execv(command[0], list(command))  # noqa: S606  # one of ours


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
