"""`liaison migrate`: Django's, but an empty database starts from the file that holds what all migrations make."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from liaison.config import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

_ASKS_FOR_LESS: Final = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "prune")
_MADE_BETWEEN_LOOKS: Final = 100_000


class Command(Migrate):
    def handle(self, *words: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with _little_looking_for_garbage():
            if not any(options[name] for name in _ASKS_FOR_LESS) and schema.is_for(connection):
                schema.make(connection)
            super().handle(*words, **options)


@contextmanager
def _little_looking_for_garbage() -> Iterator[None]:
    """Migrating makes every model again a hundred times; looking for what can be thrown away took a quarter of it."""
    before = gc.get_threshold()
    gc.set_threshold(_MADE_BETWEEN_LOOKS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
