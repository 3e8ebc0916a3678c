"""Owed messages to the mail server, against bare `smtplib` with the same bytes over one kept connection.

`make bench-deliveries` runs it: one process, a real PostgreSQL, a real SMTP server in a thread. It announces
`EVENTS` events to `PEOPLE` people each, delivers them with the worker's own batches, then sends what arrived once
more without any of Liaison. Both numbers come from the same run, so a busy machine slows both.

Writes `var/bench/deliveries.json`: a list of {measure, value, unit, floor, peer, ratio, data}.
"""

from __future__ import annotations

import json
import os
import smtplib
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")

from liaison.config.running import database  # noqa: E402  # the path above

EVENTS = 40
PEOPLE = 5
RESULT = ROOT / "var" / "bench" / "deliveries.json"


def main() -> None:
    with database():
        import django  # noqa: PLC0415  # needs DATABASE_URL
        from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415

        django.setup()
        made = setup_databases(verbosity=0, interactive=False, aliases={"default": False})
        try:
            rows = _measure()
        finally:
            teardown_databases(made, verbosity=0)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(rows, indent=2) + "\n")
    for row in rows:
        compared = f", {row['peer']} for the peer: {row['ratio']}" if row["peer"] else ""
        print(f"{row['measure']}: {row['value']} {row['unit']}{compared} ({row['data']})")


def _measure() -> list[dict[str, Any]]:
    from django.conf import settings  # noqa: PLC0415  # needs DATABASE_URL
    from django.db import transaction  # noqa: PLC0415

    from liaison.catalog.vocabulary import Topic  # noqa: PLC0415
    from liaison.lib.clock import utc_now  # noqa: PLC0415
    from liaison.notifications.actions import announce  # noqa: PLC0415
    from liaison.notifications.testing import MailServer, TopicOfTests, about, handled_by, person  # noqa: PLC0415
    from liaison.notifications.worker import deliver_batch  # noqa: PLC0415

    server = MailServer()
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    languages = ("en", "ko", "zh-hans", "it", "pl")
    people = [person(f"p{number}@partner.test", language=languages[number % 5]) for number in range(PEOPLE)]
    with handled_by({Topic.PRODUCTION_ALERT: TopicOfTests(Topic.PRODUCTION_ALERT)}):
        began = time.perf_counter()
        for _ in range(EVENTS):
            with transaction.atomic():
                announce((Topic.PRODUCTION_ALERT,), about(everyone=people), now=utc_now())
        announced = EVENTS / (time.perf_counter() - began)
        began = time.perf_counter()
        while deliver_batch(utc_now()):
            pass
        delivered = len(server.accepted) / (time.perf_counter() - began)
    sent = list(server.accepted)
    if len(sent) != EVENTS * PEOPLE:
        sys.exit(f"{len(sent)} of {EVENTS * PEOPLE} messages arrived.")
    bare = _bare(server.port, [(one.to, one.data) for one in sent])
    server.let_go()
    server.stop()
    data = f"{EVENTS} events to {PEOPLE} people each, five languages, one process"
    return [
        _row("messages delivered, against the same bytes by bare smtplib", delivered, "messages/s", bare, data),
        _row("events announced, each in a transaction of its own", announced, "events/s", None, data),
    ]


def _bare(port: int, messages: list[tuple[str, bytes]]) -> float:
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for address, data in messages:
            connection.sendmail("bench@operator.test", [address], data)
    return len(messages) / (time.perf_counter() - began)


def _row(measure: str, value: float, unit: str, peer: float | None, data: str) -> dict[str, Any]:
    return {
        "measure": measure,
        "value": round(value, 1),
        "unit": unit,
        "floor": None,
        "peer": round(peer, 1) if peer else None,
        "ratio": round(value / peer, 3) if peer else None,
        "data": data,
    }


if __name__ == "__main__":
    main()
