"""`liaison demo`: its own database, made anew at each start, a mail server, the web and the worker; and the story."""

from __future__ import annotations

import argparse
import fcntl
import os
import socket
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import django
import psycopg
from psycopg import sql

from liaison.config.postgres import default_root
from liaison.config.running import PREPARED, database, is_free, prepare, run_children
from liaison.config.supervisor import Child, liaison, say, stop_signals
from liaison.demo.mailbox import Mailbox, MailServer
from liaison.demo.receiver import NETWORK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_USUAL_PORT = 8000
_GRACE = 45.0  # more than its web and its worker together have
_LOOPBACK = "127.0.0.1"
_MAIL_DOMAIN = "in.operator.test"
_OF_A_REAL_INSTALLATION = (
    "ALLOWED_HOSTS", "APPRISE_ALLOWED", "BEHIND_PROXY", "DEAD_MAN_URL", "LIAISON_DEBUG", "LIAISON_PLAIN_STATIC",
    "MAIL_AUTHSERV_ID", "MAIL_FROM", "MESSAGE_ID_DOMAIN", "SMS_GATEWAY_URL", "SMTP_PASSWORD", "SMTP_STARTTLS",
    "SMTP_USER", "VOICE_GATEWAY_URL", "WEBHOOKS",
)  # fmt: skip


def main(words: Sequence[str]) -> int:
    """Run the demo until it is stopped; with `--once` play the story, and return 0 only if every step held."""
    options = options_of(words)
    name = "liaison_demo_once" if options.once else "liaison_demo"
    folder = default_root().parent / "demo" / name
    folder.mkdir(parents=True, exist_ok=True)
    with stop_signals() as stop, _alone(folder / "lock") as is_alone:
        if not is_alone:
            say("a demo is running already; stop it first")
            return 1
        if options.port and not is_free(_LOOPBACK, options.port):
            say(f"another program listens on port {options.port}")
            return 1
        with database() as cluster:
            _make_anew(name)
            mailbox = Mailbox(folder / "mailbox")
            mailbox.empty()
            mail_in = f"{_LOOPBACK}:{_free_port()}"
            server = MailServer(mailbox, returns_to=mail_in)
            server.start()
            try:
                _set_environment(options, server.port, mail_in, folder / "mailbox", name)
                code = prepare(stop)
                if code or stop.is_set():
                    return code
                return _run(options, stop, cluster, mailbox)
            finally:
                server.stop()


def _run(options: argparse.Namespace, stop: threading.Event, cluster: object, mailbox: Mailbox) -> int:
    """Keep the installation running here and talk in a thread: a child follows the thread that started it.

    The installation is a program of its own, since a process that has threads, as this one, cannot well fork.
    """
    outcome: list[int] = []

    def talk() -> None:
        code = 1
        try:
            django.setup()
            from liaison.demo import talk as words  # noqa: PLC0415  # needs the environment that was just set

            code = words.play_once(mailbox, stop) if options.once else 1 - words.welcome(stop)
        finally:
            outcome.append(code)
            if options.once or code:
                stop.set()

    talker = threading.Thread(target=talk, name="talk")
    talker.start()
    words = ["serve"] if options.without == "worker" else ["up", PREPARED]
    child = Child("installation", liaison(*words), grace=_GRACE)
    run_children([child], stop, cluster)  # type: ignore[arg-type]  # only handed through
    talker.join()
    return outcome[0] if outcome else 0


def options_of(words: Sequence[str]) -> argparse.Namespace:
    """Return the options of a command line; argparse ends the program at what it does not know."""
    parser = argparse.ArgumentParser(prog="liaison demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="play the story against the running server, and exit")
    parser.add_argument("--without", choices=["worker"], help="leave this process out, to see the story fail")
    parser.add_argument(
        "--port", type=int, help="the port of the portal, 0 for any that is free; without, 8000 if it is"
    )
    return parser.parse_args(words)


def _set_environment(options: argparse.Namespace, smtp_port: int, mail_in: str, mailbox: Path, name: str) -> None:
    """Set what the children and this process read as settings; nothing of a real installation's messages remains."""
    for variable in _OF_A_REAL_INSTALLATION:
        os.environ.pop(variable, None)
    os.environ.setdefault("LOG_LEVEL", "ERROR")  # the story provokes refusals; each would be a warning
    port = port_for(options)
    os.environ.update(
        {
            "LIAISON_DEMO": "1",
            "LIAISON_DEMO_MAILBOX": str(mailbox),
            "DATABASE_URL": _address_of(name),
            "HTTP_ALLOWED_NETWORKS": NETWORK,  # the demo's receiver of webhooks is on this machine
            "HTTP_ALLOWED_PORTS": "1-65535",
            "SMTP_HOST": _LOOPBACK,
            "SMTP_PORT": str(smtp_port),
            "LMTP_LISTEN": mail_in,
            "MAIL_DOMAIN": _MAIL_DOMAIN,
            "BUNDLE_SECONDS": "0",  # the story shows each mail by itself, and only then what goes together
            "LISTEN_HOST": _LOOPBACK,
            "LISTEN_PORT": str(port),
            "PORTAL_URL": f"http://{_LOOPBACK}:{port}",
        }
    )


def port_for(options: argparse.Namespace) -> int:
    """Return the port that was asked for, 0 for any free one.

    Where none was, the usual one; for the story, and where that is taken, a free one.
    """
    if options.port:
        return int(options.port)
    wants_usual = options.port is None and not options.once
    return _USUAL_PORT if wants_usual and is_free(_LOOPBACK, _USUAL_PORT) else _free_port()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _make_anew(name: str) -> None:
    """Drop the demo's database, if there is one, and make it again, beside the one that DATABASE_URL names."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _address_of(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    """Say whether no other demo of this kind runs in this checkout, for as long as the block lasts."""
    with lock.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
