"""Writes down anew by which words cases are found: after an import, or when the words are made in another way."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from liaison.cases.search.rebuilding import rebuild


class Command(BaseCommand):
    help = "Write the words of cases into the search index anew, batch by batch, while everything runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("numbers", nargs="*", help="Case numbers; without any, all cases.")

    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild(options["numbers"])
        self.stdout.write(f"{count} cases")
