"""A partner with a launched integration, its key, and the operator's program that sends for everybody."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.test import Client

from liaison.accounts.testing import Cast, make_cast
from liaison.integrations.models import Environment, EnvironmentName, Integration
from liaison.integrations.testing import environment_of, make_key, make_launched
from liaison.lib.clock import utc_now
from liaison.lib.testing import built_once
from liaison.signals.models import ErrorMinute, Minute

URL = "/api/v1/signals"


@dataclass
class House:
    """The cast, one integration with its environments, and the secret of its production key."""

    cast: Cast
    integration: Integration
    production: Environment
    sandbox: Environment
    key: str

    def line(self, **changes: Any) -> dict[str, Any]:
        """Return a line about a call of this minute; None takes a field out."""
        told = {"action": "CreateBooking", "at": utc_now().isoformat(), "outcome": "ok"} | changes
        return {name: value for name, value in told.items() if value is not None}


@built_once
def make_house() -> House:
    cast = make_cast()
    integration = make_launched(cast.partner)
    return House(
        cast=cast,
        integration=integration,
        production=environment_of(integration),
        sandbox=environment_of(integration, EnvironmentName.SANDBOX),
        key=make_key(integration).secret,
    )


def written(*lines: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(line) for line in lines).encode()


def send(secret: str, body: bytes, batch: str | None = "batch-1", **headers: str) -> Any:
    """Post a batch as a sender does."""
    content_type = headers.pop("content_type", "application/x-ndjson")
    named = {} if batch is None else {"Batch-Id": batch}
    authorization = {"Authorization": f"Bearer {secret}"} if secret else {}
    return Client().post(
        URL,
        data=body,
        content_type=content_type,
        headers={"Accept-Language": "en", **authorization, **named, **headers},
    )


def send_packed(secret: str, body: bytes, batch: str = "batch-1") -> Any:
    return send(secret, gzip.compress(body), batch, **{"Content-Encoding": "gzip"})


def kept() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return every row of calls and of failures, in an order of their own."""
    minutes = Minute.objects.values_list(
        "environment_id", "action", "minute", "calls", "errors", "unanswered", "declined",
        "latency_calls", "latency_ms", "latency_max_ms",
    )  # fmt: skip
    errors = ErrorMinute.objects.values_list(
        "environment_id", "minute", "action", "merchant", "outcome", "code", "count"
    )
    return sorted(minutes), sorted(errors)


def at(moment: datetime) -> str:
    return moment.isoformat()
