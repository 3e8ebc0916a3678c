"""`liaison prepare`: database, translations and static files, up to date. Safe to run twice at once."""

from __future__ import annotations

import sys
from typing import Any

import psycopg
from django.core.management import BaseCommand, call_command
from django.db import DatabaseError, connection

from liaison.config import locks
from liaison.config.messages.catalogues import LANGUAGES, compile_catalogue
from liaison.config.running import TRY_AGAIN
from liaison.config.static_files import collect_if_changed


class Command(BaseCommand):
    help = "Brings the database, the translations and the static files up to date."

    def handle(self, *words: Any, **options: Any) -> None:
        try:
            with locks.held(locks.Lock.PREPARE):
                call_command("migrate", interactive=False, verbosity=0)
                call_command("createcachetable", verbosity=0)
                for language in LANGUAGES:
                    compile_catalogue(language)
                if collect_if_changed():
                    self.stderr.write("liaison: the static files are collected")
        except psycopg.OperationalError as problem:  # of our own connection, before anything was changed
            self.stderr.write(f"liaison: the database does not answer: {problem}")
            sys.exit(TRY_AGAIN)
        except DatabaseError as problem:
            self.stderr.write(f"liaison: the database cannot be brought up to date: {problem}")
            sys.exit(1)
        finally:
            connection.close()
