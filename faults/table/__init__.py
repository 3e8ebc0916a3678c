"""Every fault, as data."""

from __future__ import annotations

from faults.table import database, smtp, web, webhooks, worker
from faults.table.fault import Fault

__all__ = ["FAULTS", "Fault"]

FAULTS: tuple[Fault, ...] = (*worker.FAULTS, *web.FAULTS, *database.FAULTS, *smtp.FAULTS, *webhooks.FAULTS)
