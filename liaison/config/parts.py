"""The processes of a running installation, each as a function that a fork of the preloaded parent runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from granian.constants import Interfaces
from granian.errors import FatalError
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from liaison.config.supervisor import Child, stop_signals
from liaison.config.ticker import Ticker
from liaison.config.wsgi import application
from liaison.mail.lmtp import serve_forever
from liaison.notifications.worker import deliver_forever

_GRACE_OF_REQUESTS = 12.0
_GRACE_OF_A_WORKER = 20.0
_WAITING_CONNECTIONS = 1024


def web() -> list[Child]:
    """Return the processes that answer requests; they share the port. They stop together."""
    numbers = range(1, settings.WEB_PROCESSES + 1)
    return [Child(f"serve worker-{n}", partial(serve, n), grace=_GRACE_OF_REQUESTS, turn="web") for n in numbers]


def worker() -> list[Child]:
    """Return the processes that deliver messages, and the ticker. They stop together."""
    numbers = range(1, settings.WORKER_PROCESSES + 1)
    deliveries = [Child(f"deliver {n}", deliver, grace=_GRACE_OF_A_WORKER, turn="worker") for n in numbers]
    return [*deliveries, Child("tick", tick, grace=_GRACE_OF_A_WORKER, turn="worker")]


def mail() -> list[Child]:
    """Return the process that takes mail in; none without `LMTP_LISTEN`. It stops with the web: both only take in."""
    return [Child("lmtp", take_mail, grace=_GRACE_OF_A_WORKER, turn="web")] if settings.LMTP_LISTEN else []


def serve(number: int) -> int:
    """Answer requests until this process is stopped; return its exit code. `number` counts from one."""
    server = _ServerHere(
        "liaison.config.wsgi:application",
        number=number,
        address=settings.LISTEN_HOST,
        port=settings.LISTEN_PORT,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.WEB_THREADS,
        backlog=_WAITING_CONNECTIONS,
        backpressure=max(1, _WAITING_CONNECTIONS // settings.WEB_PROCESSES),
        websockets=False,
        http1_settings=HTTP1Settings(),  # with a limit to the time that headers take
        log_level=LogLevels.error,
        process_name="liaison serve",
    )
    try:
        server.serve(target_loader=lambda: application, wrap_loader=False)
    except FatalError:
        return 1
    return 0


def deliver() -> None:
    """Send messages until this process is stopped."""
    with stop_signals() as stop:
        deliver_forever(stop)


def take_mail() -> None:
    """Take mail in until this process is stopped."""
    with stop_signals() as stop:
        serve_forever(stop, settings.LMTP_LISTEN)


def tick() -> None:
    """Do what happens by itself at intervals until this process is stopped."""
    with stop_signals() as stop:
        Ticker().run_forever(stop)


class _ServerHere(MPServer):
    """Granian in this process: what it would run in a process that it forks itself.

    Its own parent would be one process more, and would fork while it has threads. Ours starts again what has ended.
    """

    def __init__(self, target: str, *, number: int, **options: Any) -> None:
        super().__init__(target, **options)
        self._number = number

    def _serve(self, spawn_target: Callable[..., None], target_loader: Callable[..., Any]) -> None:
        self._init_shared_socket()  # type: ignore[no-untyped-call]  # granian's own
        self._start_ipc()  # type: ignore[no-untyped-call]  # as above
        self._spawn_worker(self._number - 1, spawn_target, target_loader).inner.run()
