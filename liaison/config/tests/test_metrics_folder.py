"""Each start counts in a folder of its own; what a killed one left is removed, what lives is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from liaison.config import metrics_folder

_BEGIN = (
    "import sys, pathlib; from liaison.config import metrics_folder; "
    "print(metrics_folder.begin(pathlib.Path(sys.argv[1])), flush=True); sys.stdin.read()"
)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a test begins end with it."""
    monkeypatch.setenv(metrics_folder.ENVIRONMENT_NAME, "")
    monkeypatch.setattr(metrics_folder, "_held", [])


def _start(var: Path) -> tuple[subprocess.Popen[str], Path]:
    started = subprocess.Popen(
        [sys.executable, "-c", _BEGIN, str(var)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    return started, Path(started.stdout.readline().strip())


def _kill(started: subprocess.Popen[str]) -> None:
    started.kill()
    started.communicate()


def test_the_folder_of_a_killed_start_goes_and_of_a_living_one_stays(tmp_path: Path) -> None:
    killed, old = _start(tmp_path)
    living, other = _start(tmp_path)
    _kill(killed)
    own = metrics_folder.begin(tmp_path)
    try:
        assert metrics_folder.folders(tmp_path) == sorted([other, own])
        assert not old.exists()
        assert os.environ[metrics_folder.ENVIRONMENT_NAME] == str(own)
    finally:
        _kill(living)


def test_the_files_of_all_living_starts_count_and_of_no_other(tmp_path: Path) -> None:
    own = metrics_folder.begin(tmp_path)
    killed, old = _start(tmp_path)
    (old / "counter_1.db").touch()
    (own / "counter_2.db").touch()
    assert metrics_folder.files(tmp_path) == sorted([str(old / "counter_1.db"), str(own / "counter_2.db")])
    _kill(killed)
    assert metrics_folder.files(tmp_path) == [str(own / "counter_2.db")]


def test_what_counts_only_while_a_process_lives_goes_with_it(tmp_path: Path) -> None:
    own = metrics_folder.begin(tmp_path)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for pid in (os.getpid(), ended.pid):
        (own / f"gauge_livesum_{pid}.db").touch()
        (own / f"counter_{pid}.db").touch()
    kept = {Path(one).name for one in metrics_folder.files(tmp_path)}
    pids = (os.getpid(), ended.pid)
    assert kept == {f"gauge_livesum_{os.getpid()}.db", *(f"counter_{pid}.db" for pid in pids)}
