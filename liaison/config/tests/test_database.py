"""How connections to PostgreSQL are made, whosever it is."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
def test_no_plan_is_compiled() -> None:
    """Whatever the server's own setting: see the comment where it is switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
