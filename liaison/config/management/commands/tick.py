"""`liaison tick`: one ticker. `liaison worker` runs one; of several in an installation one leads."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from liaison.config.supervisor import stop_signals
from liaison.config.ticker import Ticker


class Command(BaseCommand):
    help = "Does what happens by itself at intervals, until it is stopped. Run by `liaison worker`."
    requires_system_checks: list[str] = []

    def handle(self, *words: Any, **options: Any) -> None:
        with stop_signals() as stop:
            Ticker().run_forever(stop)
