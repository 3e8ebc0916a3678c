"""A real Alertmanager for tests and for capturing what it sends: started on a free loopback port, stopped after."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

PROGRAM = "prometheus-alertmanager"
_START_SECONDS = 20

CONFIGURATION = """\
route:
  receiver: liaison
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: liaison
    webhook_configs:
      - url: {url}
        send_resolved: true
        http_config:
          authorization:
            type: Bearer
            credentials: {key}
"""


@dataclass(frozen=True)
class Alertmanager:
    """A running Alertmanager; `address` is where its own API answers."""

    address: str

    def post(self, alerts: Sequence[Mapping[str, Any]]) -> None:
        """Post alerts as Prometheus does, to version 2 of the API."""
        request = urllib.request.Request(  # noqa: S310  # a loopback address that we made
            f"{self.address}/api/v2/alerts",
            data=json.dumps(list(alerts)).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # as above
            answer.read()


def alert(
    name: str,
    *,
    severity: str,
    summary: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    **labels: str,
) -> dict[str, Any]:
    """Return one alert as Prometheus posts it. With `ends_at` in the past it is resolved."""
    made: dict[str, Any] = {
        "labels": {"alertname": name, "severity": severity, **labels},
        "annotations": {"summary": summary},
        "startsAt": starts_at.isoformat(),
        "generatorURL": "http://prometheus.partner.test/graph",
    }
    if ends_at:
        made["endsAt"] = ends_at.isoformat()
    return made


def is_installed() -> bool:
    return shutil.which(PROGRAM) is not None


@contextmanager
def running_alertmanager(folder: Path, *, webhook_url: str, key: str) -> Iterator[Alertmanager]:
    """Run a real Alertmanager that posts to `webhook_url` with the bearer key `key`."""
    configuration = folder / "alertmanager.yml"
    configuration.write_text(CONFIGURATION.format(url=webhook_url, key=key))
    port = _free_port()
    command = [
        shutil.which(PROGRAM) or PROGRAM,
        f"--config.file={configuration}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.external-url=http://alertmanager.partner.test",
        "--web.route-prefix=/",
        "--cluster.listen-address=",
    ]
    with (folder / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603  # our own arguments
        try:
            found = Alertmanager(f"http://127.0.0.1:{port}")
            _wait_until_ready(found, process)
            yield found
        finally:
            process.terminate()
            process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(manager: Alertmanager, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"Alertmanager ended with code {process.returncode}")
        try:
            with urllib.request.urlopen(f"{manager.address}/-/ready", timeout=1):  # noqa: S310  # loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("Alertmanager did not become ready")
