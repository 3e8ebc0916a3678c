"""`liaison compare_access`: do lists and the rule agree about who sees whose cases? And if not, mend the lists."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from liaison.delegation.comparing import all_customers, differs, mend
from liaison.lib.clock import utc_now


class Command(BaseCommand):
    help = "Compares the rows by which lists know who sees whose cases with the rule, for every customer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write the rows of those that disagree anew")

    def handle(self, *args: Any, **options: Any) -> None:
        now = utc_now()
        compared, wrong = 0, []
        for customer in all_customers().iterator():
            compared += 1
            if differs(customer.pk, now):
                wrong.append(customer)
                self.stdout.write(f"{customer.slug}: lists disagree with the rule")
        self.stdout.write(f"{compared} customers compared, {len(wrong)} disagree")
        if wrong and options["mend"]:
            wrong = [one for one in mend(wrong, now) if differs(one.pk, now)]
            self.stdout.write("mended" if not wrong else f"{len(wrong)} disagree still")
        if wrong:
            sys.exit(1)
