"""The peer: Debian's Alertmanager with the same alerts, the same sink, and one receiver with e-mail.

Each alert is a group of its own that waits for nothing, so that each makes one mail. The template is filled up until
its mail has the size of ours.
"""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from delivery_parts.load import for_alertmanager, post_all
from delivery_parts.sinks import free_port, own_sink, wait_until_open

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = "prometheus-alertmanager"
_WAIT = 60.0
_ENOUGH = 100
_LINE = "Plain words that fill the mail up to the size of the other one.<br>\n"
_CONFIGURATION = """\
global:
  smtp_smarthost: 127.0.0.1:{smtp_port}
  smtp_from: alertmanager@operator.test
  smtp_require_tls: false
  smtp_hello: bench
templates: ["{folder}/mail.tmpl"]
route:
  receiver: mail
  group_by: ["{group_by}"]
  group_wait: 0s
  group_interval: {group_interval}
  repeat_interval: 4h
receivers:
  - name: mail
    email_configs:
      - to: sara@bench-en.test
        send_resolved: false
        html: '{{{{ template "bench.html" . }}}}'
"""
_WEBHOOK = """\
    webhook_configs:
      - url: http://127.0.0.1:{port}/hook
        send_resolved: false
"""
_TEMPLATE = """\
{{{{ define "bench.html" }}}}<!DOCTYPE html>
<html><body>
<h1>{{{{ .CommonAnnotations.summary }}}}</h1>
<p>{{{{ .CommonAnnotations.description }}}}</p>
<table>{{{{ range .CommonLabels.SortedPairs }}}}<tr><th>{{{{ .Name }}}}</th><td>{{{{ .Value }}}}</td></tr>
{{{{ end }}}}</table>
{filling}</body></html>
{{{{ end }}}}
"""


def program() -> str | None:
    return shutil.which(PROGRAM)


def version() -> str:
    """Return the number of the installed one, such as 0.25.0."""
    said = subprocess.run([PROGRAM, "--version"], check=False, capture_output=True, text=True)
    words = (said.stdout + said.stderr).split()
    return words[words.index("version") + 1] if "version" in words else ""


def filling_for(place: Path, size: int) -> int:
    """Return how many lines make the mail as large as `size` bytes on the wire, measured with a sink of our own."""
    empty, some = _size_with(place, 0), _size_with(place, _ENOUGH)
    each = (some - empty) / _ENOUGH
    return max(0, round((size - empty) / each))


def size_of(place: Path, lines: int) -> int:
    """Return the size, in bytes on the wire, of a mail with so many lines of filling."""
    return _size_with(place, lines)


@contextmanager
def alertmanager(
    place: Path,
    smtp_port: int,
    lines: int,
    *,
    webhook_port: int | None = None,
    group_by: str = "...",
    group_interval: str = "5m",
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run an Alertmanager with empty data around a block; gives its port and process.

    With `webhook_port` each alert makes a webhook as well as a mail. Grouped by a label, the first mail of a group goes
    at once and the next after the interval.
    """
    shutil.rmtree(place / "alertmanager", ignore_errors=True)
    (place / "alertmanager").mkdir()
    configuration = place / "alertmanager.yml"
    webhook = _WEBHOOK.format(port=webhook_port) if webhook_port else ""
    words = {"smtp_port": smtp_port, "folder": place, "group_by": group_by, "group_interval": group_interval}
    configuration.write_text(_CONFIGURATION.format(**words) + webhook)
    (place / "mail.tmpl").write_text(_TEMPLATE.format(filling=_LINE * lines))
    port = free_port()
    command = [
        PROGRAM, f"--config.file={configuration}", f"--storage.path={place / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}", "--web.external-url=http://alerts.partner.test",
        "--web.route-prefix=/", "--cluster.listen-address=", "--log.level=error",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_open(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


def _size_with(place: Path, lines: int) -> int:
    kept = place / "alertmanager-mail"
    smtp_port = free_port()
    with own_sink("smtp", smtp_port, kept) as sink, alertmanager(place, smtp_port, lines) as (port, _process):
        post_all(port, for_alertmanager(1))
        sink.arrivals.wait_for(1, _WAIT)
    return kept.stat().st_size
