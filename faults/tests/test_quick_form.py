"""The short form of `make faults` against the real stack (invariant 1), and the test of its judge."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from faults.places import REPORT, ROOT

pytestmark = pytest.mark.slow


def play(**choice: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"SEED", "ONLY", "QUICK", "SELFTEST"}}
    return subprocess.run(
        [sys.executable, "-m", "faults"],
        cwd=ROOT, env={**kept, **choice}, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


def test_nothing_accepted_is_lost_and_nothing_repeated_beyond_what_a_crash_may_repeat() -> None:
    """Invariant 1."""
    played = play(QUICK="1")
    assert played.returncode == 0, played.stdout + played.stderr
    rounds = json.loads(REPORT.read_text())["rounds"]
    assert len(rounds) >= 10
    assert sum(one["owed"] for one in rounds) > 100


def test_the_judge_reports_exactly_the_one_mail_that_was_dropped_and_the_one_that_was_repeated() -> None:
    played = play(SELFTEST="1")
    assert played.returncode == 0, played.stdout + played.stderr
