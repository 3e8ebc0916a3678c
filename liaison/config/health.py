"""`/healthz` and `/readyz`: what a load balancer asks. Words for machines, no session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from liaison.web.gate import public

if TYPE_CHECKING:
    from django.http import HttpRequest

_migrated: list[bool] = []


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while this process lives."""
    return _plain("alive\n", 200)


@public
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers too and has the tables that this version needs, else 503.

    An older version stays ready when a newer one has migrated: what it needs is still there.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        is_migrated = _is_migrated()
    except DatabaseError:
        return _plain("the database does not answer\n", 503)
    return _plain("ready\n", 200) if is_migrated else _plain("the database is not up to date\n", 503)


def _is_migrated() -> bool:
    """Say whether every migration of this version was applied. It is asked until it is so, and then remembered."""
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.append(True)
    return True


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
