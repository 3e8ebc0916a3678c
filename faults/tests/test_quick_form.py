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


def test_the_judge_can_be_believed_and_finds_nothing_lost_and_nothing_repeated_beyond_what_a_crash_may_repeat() -> None:
    """Invariant 1. One stack serves both, for its start takes as long as three faults."""
    played = play(QUICK="1", SELFTEST="1")
    assert played.returncode == 0, played.stdout + played.stderr
    assert "the judge can be believed" in played.stdout
    rounds = json.loads(REPORT.read_text())["rounds"]
    assert len(rounds) >= 10
    assert sum(one["owed"] for one in rounds) > 100
