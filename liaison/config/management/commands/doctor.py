"""`liaison doctor`: a line for each thing it looks at, and how to mend it. Exit code 1 on a problem."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management import BaseCommand

from liaison.config.doctor import examine


class Command(BaseCommand):
    help = "Says what is wrong with this installation, and how to mend it."
    requires_system_checks: list[str] = []  # it runs them itself, as one of its examinations

    def handle(self, *words: Any, **options: Any) -> None:
        problems = 0
        for finding in examine():
            self.stdout.write(f"{'PROBLEM' if finding.is_problem else 'OK':<8} {finding.about}: {finding.what}")
            if finding.is_problem:
                problems += 1
                self.stdout.write(f"{'':<8} → {finding.mend}")
        self.stdout.write(f"\n{problems} problems." if problems else "\nEverything is as it should be.")
        if problems:
            sys.exit(1)
