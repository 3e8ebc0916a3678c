"""What every long-running command needs: a database, everything up to date, a free port, and children kept alive."""

from __future__ import annotations

import os
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from liaison.config.postgres import PrivatePostgres, default_root
from liaison.config.supervisor import Care, Child, Supervisor, liaison, say

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

PREPARED = "--prepared"  # said to `liaison up` by who has run `liaison prepare` already
TRY_AGAIN = 75  # the exit code of `liaison prepare` when the database cannot be reached yet
_LONGEST_WAIT = 30.0
_DATABASE_EVERY = 2.0


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
) -> None:
    """Keep the children and, where there is one, the private database running until `stop` is set."""
    cares = [Care("private database", _DATABASE_EVERY, lambda: _keep_running(cluster))] if cluster else []
    Supervisor(children, cares, let_go=cluster.let_go if cluster else None).run(stop)


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


def may_listen() -> bool:
    """Tell whether the port of the settings is free, and say so when it is not."""
    from liaison.config import settings  # noqa: PLC0415  # only some commands need them

    if is_free(settings.LISTEN_HOST, settings.LISTEN_PORT):
        return True
    say(f"another program listens on {settings.LISTEN_HOST}:{settings.LISTEN_PORT}; set LISTEN_PORT")
    return False


def _keep_running(cluster: PrivatePostgres) -> None:
    if not cluster.is_ready():
        say("the private database does not answer; it is started again")
        cluster.start()
