"""What a running installation counts about itself, for Prometheus (`docs/monitoring/`). No label holds an id or a name.

The numbers of all processes meet in files (`liaison.config.metrics_folder`), so this module must not be imported
before the folder is chosen. A gauge says how its values in several processes become one.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY: Final = CollectorRegistry()
"""Of this process alone. Where several run, their files count instead."""

REQUESTS: Final = Counter("liaison_requests", "Requests answered.", ["route", "method", "status"], registry=REGISTRY)
REQUEST_SECONDS: Final = Histogram(
    "liaison_request_seconds",
    "Time to the answer of a request.",
    ["route"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
    registry=REGISTRY,
)
INTAKE_EVENTS: Final = Counter(
    "liaison_intake_events", "Events of alert senders that were taken in.", ["source"], registry=REGISTRY
)
SIGNAL_LINES: Final = Counter(
    "liaison_signal_lines", "Lines of signals, taken in or refused.", ["outcome"], registry=REGISTRY
)
JOB_SUCCESS: Final = Gauge(
    "liaison_ticker_job_last_success_timestamp_seconds",
    "When a job of the ticker last came to its end.",
    ["job_name"],
    multiprocess_mode="max",
    registry=REGISTRY,
)
JOB_SECONDS: Final = Gauge(
    "liaison_ticker_job_last_duration_seconds",
    "How long a job of the ticker took the last time.",
    ["job_name"],
    multiprocess_mode="mostrecent",
    registry=REGISTRY,
)
JOB_FAILURES: Final = Counter(
    "liaison_ticker_job_failures", "Runs of a job of the ticker that broke off.", ["job_name"], registry=REGISTRY
)
POOL_CONNECTIONS: Final = Gauge(
    "liaison_database_pool_connections",
    "Connections of the web processes to the database.",
    ["state"],
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
POOL_WAITING: Final = Gauge(
    "liaison_database_pool_waiting",
    "Requests that wait for a connection to the database.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
