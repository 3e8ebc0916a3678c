"""How each kind of report is sent, as commands that can be copied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from liaison.catalog.loader import rules


@dataclass(frozen=True)
class Snippets:
    """Commands for a shell with `curl`; the key is read from `LIAISON_KEY`."""

    heartbeat: str
    feed: str
    signals: str


def snippets(kind: str, now: datetime) -> Snippets:
    """Return the commands for an integration of a kind, with moments of a run that just ended."""
    base = f"{settings.PORTAL_URL}/api/v1"
    key = '-H "Authorization: Bearer $LIAISON_KEY"'
    json = '-H "Content-Type: application/json"'
    begun, ended = _text(now - timedelta(minutes=10)), _text(now)
    run = (
        f'{{"feed": "inventory", "run_id": "{begun}",\n'
        f'  "started_at": "{begun}", "ended_at": "{ended}",\n'
        '  "entities": 1200, "errors": {"no_price": 3}, "stale_entities": 2}'
    )
    # A batch has one line for each call, or for each number of calls that went alike.
    line = f'{{"action": "{_action_of(kind)}", "at": "{ended}", "outcome": "error", "code": "500"}}'
    return Snippets(
        heartbeat=f"curl -X POST {key} \\\n  {base}/heartbeats/order-worker",
        feed=f"curl {key} \\\n  {json} {base}/feeds/runs \\\n  -d '{run}'",
        signals=(
            f'curl {key} \\\n  -H "Content-Type: application/x-ndjson" \\\n'
            f'  -H "Batch-Id: $(uuidgen)" {base}/signals \\\n'
            f"  --data-binary '{line}'"
        ),
    )


def _action_of(kind: str) -> str:
    """Return an action that such an integration has: the last one of the first rule that is of its kind alone."""
    named = (rule.actions[-1] for rule in rules().values() if kind in rule.kinds and rule.actions)
    return next(named, "CreateBooking")


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
