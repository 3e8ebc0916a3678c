"""Django's own templates against Jinja2, on the same list page with 50 rows.

`make bench-templates` runs it. Both engines sit behind Django's backends, print the same page (that is
checked first), and take turns in short rounds, so that a busy machine slows both alike. The result is the
median of the rounds' ratios. `--http` adds the same pages over granian with eight clients.

Writes `var/bench/templates.json`: a list of {measure, value, unit, floor, peer, ratio, data}; `value` is
Jinja2's number, `peer` that of Django's templates, `floor` the ratio under which the decision should be
looked at again.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import jinja2
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import path, reverse
from django.utils import formats, timezone, translation
from jinja2_fragments import render_block

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 50
ROUNDS = 9
SECONDS_PER_ROUND = 0.4
HTTP_ROUNDS = 3
HTTP_SECONDS = 2.0
CLIENTS = 8
FLOOR = 1.25
RESULT = Path(__file__).resolve().parent.parent / "var" / "bench" / "templates.json"

DJANGO_TEMPLATES = {
    "base.html": """{% load i18n %}<!doctype html><html lang="{{ language }}"><head>
<title>{% block title %}{% endblock %}</title>
</head><body><nav>{% for item in navigation %}<a href="{% url item.url_name %}">{{ item.label }}</a>
{% endfor %}</nav><main>{% block content %}{% endblock %}</main>
<footer>{% translate "Help" %}</footer></body></html>""",
    "badge.html": """<span class="badge {% if state == "live" %}green{% else %}grey
{% endif %}">{{ state }}</span>""",
    "table.html": """{% load i18n %}
<table><tr><th>{% translate "Name" %}</th><th>{% translate "Date" %}</th></tr>
{% for row in rows %}<tr><td><a href="{% url "row" row.id %}">{{ row.name }}</a></td>
<td>{{ row.account }}</td>
<td>{% include "badge.html" with state=row.state %}</td><td>{{ row.contacts }}</td>
<td><time datetime="{{ row.changed_at|date:"c" }}">{{ row.changed_at|date:"DATETIME_FORMAT" }}</time></td>
<td>{% if row.note %}{{ row.note }}{% else %}{% translate "None" %}{% endif %}</td></tr>
{% endfor %}</table>""",
    "list.html": """{% extends "base.html" %}{% load i18n %}
{% block title %}{% translate "Name" %}{% endblock %}
{% block content %}<h1>{% translate "Name" %}</h1>{% include "table.html" %}{% endblock %}""",
}

JINJA_TEMPLATES = {
    "base.html": """<!doctype html><html lang="{{ language }}"><head>
<title>{% block title %}{% endblock %}</title>
</head><body><nav>{% for item in navigation %}<a href="{{ url(item.url_name) }}">{{ item.label }}</a>
{% endfor %}</nav><main>{% block content %}{% endblock %}</main>
<footer>{{ _("Help") }}</footer></body></html>""",
    "macros.html": """{% macro badge(state) %}<span class="badge {% if state == "live" %}green{% else %}grey
{%- endif %}">{{ state }}</span>{% endmacro %}""",
    "list.html": """{% extends "base.html" %}
{% block title %}{{ _("Name") }}{% endblock %}
{% block content %}<h1>{{ _("Name") }}</h1>
{% block table %}
<table><tr><th>{{ _("Name") }}</th><th>{{ _("Date") }}</th></tr>
{% for row in rows %}<tr><td><a href="{{ url("row", row.id) }}">{{ row.name }}</a></td>
<td>{{ row.account }}</td>
<td>{{ ui.badge(row.state) }}</td><td>{{ row.contacts }}</td>
<td><time datetime="{{ row.changed_at|iso }}">{{ row.changed_at|moment }}</time></td>
<td>{% if row.note %}{{ row.note }}{% else %}{{ _("None") }}{% endif %}</td></tr>
{% endfor %}</table>{% endblock %}
{% endblock %}""",
}


def environment(**options: Any) -> jinja2.Environment:
    """Return the Jinja2 environment as the portal has it: strict, escaped, translated at render time."""
    options["loader"] = jinja2.DictLoader(JINJA_TEMPLATES)
    options["undefined"] = jinja2.StrictUndefined
    made = jinja2.Environment(extensions=["jinja2.ext.i18n"], **options)  # noqa: S701  # Django's backend sets autoescape
    install: Callable[..., None] = made.install_gettext_callables  # type: ignore[attr-defined]  # the extension adds it
    install(translation.gettext, translation.ngettext, newstyle=True)
    made.globals["url"] = lambda name, *arguments: reverse(name, args=arguments)
    # Components are a global: a block rendered alone does not see what its template imports at the top.
    made.globals["ui"] = made.get_template("macros.html").module
    made.filters["iso"] = lambda moment: timezone.localtime(moment).isoformat()
    made.filters["moment"] = lambda moment: formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return made


def list_page(request: HttpRequest, engine: str, data: str) -> HttpResponse:
    return HttpResponse(engines[engine].get_template("list.html").render(CONTEXTS[data]))


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("rows/<int:row>", nothing, name="row"),
    path("bench/<str:engine>/<str:data>", list_page),
    *(path(f"section-{number}", nothing, name=f"section-{number}") for number in range(8)),
]

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    TIME_ZONE="Europe/Warsaw",
    LANGUAGE_CODE="pl",
    SECRET_KEY=__name__,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "NAME": "django",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", DJANGO_TEMPLATES)],
                    )
                ],
            },
        },
        {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "NAME": "jinja2",
            "OPTIONS": {"environment": f"{__name__}.environment", "autoescape": True},
        },
    ],
)
django.setup()


class Row(models.Model):
    """A row as the ORM would hand it over, made in memory: the database costs both engines the same."""

    name = models.CharField(max_length=100)
    account = models.CharField(max_length=100)
    state = models.CharField(max_length=20)
    contacts = models.IntegerField()
    changed_at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.name


def _dictionaries() -> list[dict[str, Any]]:
    start = datetime(2026, 11, 5, 14, 5, tzinfo=UTC)
    return [
        {
            "id": number,
            "name": f"Integracja «Żółć & gęś» {number}",
            "account": f"연락처 {number % 7} <kr>",
            "state": "live" if number % 3 else "paused",
            "contacts": number % 9,
            "changed_at": start + timedelta(hours=number),
            "note": "" if number % 4 else "Prace konserwacyjne do rana, potem wznowienie.",
        }
        for number in range(ROWS)
    ]


_SHARED: dict[str, Any] = {
    "language": "pl",
    "navigation": [{"url_name": f"section-{number}", "label": f"Section {number}"} for number in range(8)],
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "instances": {**_SHARED, "rows": [Row(**row) for row in _dictionaries()]},
    "dictionaries": {**_SHARED, "rows": _dictionaries()},
}


def main() -> None:
    """Check that the pages are equal, measure, print, and write the result file."""
    results = []
    with translation.override("pl"):
        for data in CONTEXTS:
            pair = _page(data, "jinja2"), _page(data, "django")
            _refuse_unequal(*pair)
            results.append(_compare(f"rendering a list page of {ROWS} rows", data, *pair))
        fragments = _fragment("dictionaries", "jinja2"), _fragment("dictionaries", "django")
        _refuse_unequal(*fragments)
        results.append(_compare("rendering only the table of that page", "dictionaries", *fragments))
    if "--http" in sys.argv:
        results += _over_http()
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(results, indent=2) + "\n")
    for result in results:
        print(
            f"{result['measure']}, {result['data']}: Jinja2 {result['value']}, Django {result['peer']}"
            f" {result['unit']}; ratio {result['ratio']}"
        )
    if any(result["ratio"] < result["floor"] for result in results if result["floor"]):
        sys.exit(f"A ratio is under {FLOOR}: look at docs/decisions/0002-template-engine.md again.")


def _page(data: str, engine: str) -> Callable[[], str]:
    return lambda: str(engines[engine].get_template("list.html").render(CONTEXTS[data]))


def _fragment(data: str, engine: str) -> Callable[[], str]:
    if engine == "django":
        return lambda: str(engines["django"].get_template("table.html").render(CONTEXTS[data]))
    return lambda: render_block(_jinja_backend().env, "list.html", "table", CONTEXTS[data])


def _jinja_backend() -> Jinja2:
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)  # noqa: S101  # the settings above say so
    return engine


def _refuse_unequal(first: Callable[[], str], second: Callable[[], str]) -> None:
    pages = [re.sub(r"\s+", "", page()) for page in (first, second)]
    if pages[0] != pages[1]:
        sys.exit("The two engines print different pages, so comparing their speed would mean nothing.")


def _compare(measure: str, data: str, jinja: Callable[[], str], own: Callable[[], str]) -> dict[str, Any]:
    rounds = [(_rate(jinja), _rate(own)) for _ in range(ROUNDS)]
    return _result(measure, "pages/s", data, rounds, floor=FLOOR)


def _rate(render: Callable[[], str]) -> float:
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < SECONDS_PER_ROUND:
        render()
        count += 1
    return count / elapsed


def _result(
    measure: str, unit: str, data: str, rounds: list[tuple[float, float]], *, floor: float | None
) -> dict[str, Any]:
    return {
        "measure": measure,
        "value": round(statistics.median(jinja for jinja, _ in rounds)),
        "unit": unit,
        "floor": floor,
        "peer": round(statistics.median(own for _, own in rounds)),
        "ratio": round(statistics.median(jinja / own for jinja, own in rounds), 2),
        "data": f"{data}, {len(rounds)} rounds in turns",
    }


def _over_http() -> list[dict[str, Any]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface=wsgi", f"--port={port}", "templates:application"]
    server = subprocess.Popen(
        command, cwd=Path(__file__).parent, env={**os.environ, "PYTHONPATH": "."}, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        results = []
        for data in CONTEXTS:
            rounds = [
                (_http_rate(port, f"/bench/jinja2/{data}"), _http_rate(port, f"/bench/django/{data}"))
                for _ in range(HTTP_ROUNDS)
            ]
            measure = f"the page over granian, one worker, {CLIENTS} clients"
            results.append(_result(measure, "requests/s", data, rounds, floor=None))
        return results
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("granian did not start within 20 seconds.")


def _http_rate(port: int, address: str) -> float:
    counts = [0] * CLIENTS
    until = time.perf_counter() + HTTP_SECONDS

    def ask(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while time.perf_counter() < until:
            connection.request("GET", address)
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.HTTPStatus.OK:
                raise SystemExit(f"{address} answered {answer.status}.")
            counts[client] += 1
        connection.close()

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / HTTP_SECONDS


if __name__ == "__main__":
    main()
else:
    application = get_wsgi_application()
