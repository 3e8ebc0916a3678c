"""`liaison deliver`: one delivery process. `liaison worker` runs as many as WORKER_PROCESSES says."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from liaison.config.supervisor import stop_signals
from liaison.notifications.worker import deliver_forever


class Command(BaseCommand):
    help = "Sends messages until it is stopped. Run by `liaison worker`."
    requires_system_checks: list[str] = []

    def handle(self, *words: Any, **options: Any) -> None:
        with stop_signals() as stop:
            deliver_forever(stop)
