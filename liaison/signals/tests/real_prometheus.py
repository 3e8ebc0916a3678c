"""A real Prometheus with a past of our making: promtool writes its blocks, then it starts on a free port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("prometheus", "promtool")
_START_SECONDS = 60.0


def is_installed() -> bool:
    return all(shutil.which(program) for program in PROGRAMS)


@contextmanager
def running_prometheus(folder: Path, samples: str) -> Iterator[str]:
    """Run one whose past is what the OpenMetrics text says, and give its address."""
    (folder / "past.txt").write_text(samples)
    data = folder / "data"
    made = [shutil.which("promtool") or "", "tsdb", "create-blocks-from", "openmetrics", str(folder / "past.txt")]
    subprocess.run([*made, str(data)], check=True, stdout=subprocess.DEVNULL)  # our own arguments
    (folder / "prometheus.yml").write_text("global: {}\n")
    port = _free_port()
    command = [
        shutil.which("prometheus") or "",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # our own arguments
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"Prometheus ended with code {process.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/-/ready", timeout=1):  # noqa: S310  # loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("Prometheus did not become ready")
