"""The floor of a page: Django with nothing but one view, one query of fifty rows, and a table made of them.

Served by `granian bare:application` with the address of the database in DATABASE_URL.
"""

from __future__ import annotations

import os
from urllib.parse import parse_qs, unquote, urlsplit

import django
from django.conf import settings

_PARTS = urlsplit(os.environ["DATABASE_URL"])
_QUERY = "SELECT slug, name FROM accounts_account ORDER BY id LIMIT 50"

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _PARTS.path.lstrip("/"),
            "USER": unquote(_PARTS.username or ""),
            "PASSWORD": unquote(_PARTS.password or ""),
            "HOST": parse_qs(_PARTS.query).get("host", [_PARTS.hostname or ""])[0],
            "PORT": str(_PARTS.port or ""),
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 4}},
        }
    },
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="bench",  # noqa: S106  # nothing is signed
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402  # after the set-up
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.html import format_html_join  # noqa: E402


def page(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        rows = cursor.fetchall()
    return HttpResponse("<table>" + format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", rows) + "</table>")


urlpatterns = [path("", page)]
application = WSGIHandler()
