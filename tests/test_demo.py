"""The demo's story holds, and it fails when a part is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liaison.config import demo
from liaison.config.running import is_free
from liaison.demo.steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """A folder of its own, so that a demo that somebody runs in this checkout is left alone."""
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


def play(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LIAISON_VAR": str(var)}
    command = [sys.executable, "-m", "liaison", "demo", "--once", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.parametrize(("words", "is_usual"), [([], True), (["--port", "0"], False), (["--once"], False)])
def test_the_portal_has_the_usual_port_only_where_no_other_is_wanted(words: list[str], is_usual: bool) -> None:
    found = demo.port_for(demo.options_of(words))
    assert found > 0
    assert not is_usual or found == 8000 or not is_free("127.0.0.1", 8000)
    assert is_usual or found != 8000


@pytest.mark.slow
def test_every_step_of_the_story_holds(var: Path) -> None:
    played = play(var)
    assert played.returncode == 0, played.stdout + played.stderr
    assert f"All {len(STEPS)} steps held" in played.stdout
    for language in ("en", "ko", "zh-Hans", "it", "pl"):
        assert f"[{language}] " in played.stdout
    assert "@operator.test>" in played.stdout
    refused = "night-desk@gone.test by email: failed; refused 550 5.7.1 This mailbox takes no mail from outside"
    assert refused in played.stdout
    assert "acknowledged by Paolo Neri, via link" in played.stdout
    assert "bartek@left.test is unreachable" in played.stdout
    assert "answered: 2 of 2 answered; no emergency contact was told" in played.stdout
    assert "duty-desk@wisla.test: one mail" in played.stdout
    assert "request 5: unanswered, 5 in a row" in played.stdout
    assert "the integration is live again, by itself" in played.stdout
    assert "messages not sent, because: paused" in played.stdout
    assert "nobody is told of what went wrong during the pause" in played.stdout
    assert "the signature is right for these bytes" in played.stdout
    assert "the next request of the reseller finds nothing, though it filed the case" in played.stdout
    assert "Aiuto Digitale: The customer handed the case over to it, and granted it access." in played.stdout
    proofs = re.findall(r"(?:kept|says|got): +([0-9a-f]{64})$", played.stdout, re.MULTILINE)
    assert len(proofs) == 3
    assert len(set(proofs)) == 1


@pytest.mark.slow
def test_the_story_fails_without_a_worker(var: Path) -> None:
    played = play(var, "--without", "worker")
    assert played.returncode == 1, played.stdout + played.stderr
    assert "does a worker run?" in played.stdout
