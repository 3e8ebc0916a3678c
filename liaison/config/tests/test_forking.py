"""Children share what their parent has loaded, and nothing else of it (decision 0009)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")

# Each program below is a parent of its own: the one of the tests has threads, and may not fork.
PARENT = """
import os, signal, sys, time
from pathlib import Path
from liaison.config.forking import fork
folder = Path(sys.argv[1])
"""


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", PARENT + code, str(folder)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("lambda: None", 0),
        ("lambda: 3", 3),
        ("sys.exit", 0),
        ("lambda: sys.exit(4)", 4),
        ("lambda: sys.exit('a sentence')", 1),
        ("lambda: 1 / 0", 1),
        ("os.abort", -signal.SIGABRT),
    ],
)
def test_a_child_ends_with_the_code_of_its_work(what: str, code: int, tmp_path: Path) -> None:
    answer = run(f"print(fork('liaison work', {what}).wait(10))", tmp_path)
    assert answer.stdout.split() == [str(code)]
    assert answer.returncode == 0
    assert ("ZeroDivisionError" in answer.stderr) == ("1 / 0" in what)


def test_a_child_never_runs_what_follows_in_its_parent(tmp_path: Path) -> None:
    code = """
import atexit
atexit.register(lambda: print("the parent's end"))
sys.stdout.write("in the parent's buffer ")
try:
    child = fork("liaison work", lambda: 1 / 0)
finally:
    print("finally")
child.wait(10)
"""
    answer = run(code, tmp_path)
    assert answer.stdout == "in the parent's buffer finally\nthe parent's end\n"


def test_a_child_has_a_title_a_session_and_no_input_of_its_parent(tmp_path: Path) -> None:
    code = """
def look():
    (folder / "seen").write_text("\\n".join([
        Path("/proc/self/cmdline").read_text().rstrip("\\0 "), str(os.getsid(0) == os.getpid()),
        os.readlink("/proc/self/fd/0"),
        str(signal.getsignal(signal.SIGTERM) == signal.SIG_DFL), str(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    ]))
signal.signal(signal.SIGTERM, lambda *_: None)
sys.exit(fork("liaison work 1", look).wait(10))
"""
    assert run(code, tmp_path).returncode == 0
    assert (tmp_path / "seen").read_text().split("\n") == ["liaison work 1", "True", "/dev/null", "True", "set()"]


def test_a_child_lets_go_of_what_is_its_parents_alone(tmp_path: Path) -> None:
    code = """
held = open(folder / "lock", "w")
child = fork("liaison work", lambda: int(any("lock" in os.readlink(f"/proc/self/fd/{fd}")
    for fd in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{fd}"))), held.close)
print(child.wait(10), held.closed)
"""
    assert run(code, tmp_path).stdout.split() == ["0", "False"]


def test_a_child_that_hangs_before_it_listens_to_signals_is_ended_by_one(tmp_path: Path) -> None:
    # A handler of the parent's, copied into the child, would swallow it.
    code = """
signal.signal(signal.SIGTERM, lambda *_: None)
child = fork("liaison work", lambda: time.sleep(60))
child.terminate()
print(child.wait(10))
"""
    assert run(code, tmp_path).stdout.split() == [str(-signal.SIGTERM)]


def test_waiting_for_a_child_has_an_end(tmp_path: Path) -> None:
    code = """
import subprocess
child = fork("liaison work", lambda: time.sleep(60))
try:
    child.wait(0.1)
except subprocess.TimeoutExpired:
    child.kill()
    print(child.wait(10), child.poll())
    child.terminate()
"""
    assert run(code, tmp_path).stdout.split() == [str(-signal.SIGKILL)] * 2


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = """
fork("liaison work", lambda: (folder / "child").write_text(str(os.getpid())) and time.sleep(60))
while not (folder / "child").exists() or not (folder / "child").read_text():
    time.sleep(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert run(code, tmp_path).returncode == -signal.SIGKILL
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}/cmdline").exists() and Path(f"/proc/{child}/cmdline").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_loaded_before_the_fork_starts_no_thread_and_opens_no_connection() -> None:
    """Whatever a parent had open, its children would use at the same time as it and as each other."""
    code = """
import os, socket
from liaison.config.preloading import preload
preload()
from django.db import connections
assert len(os.listdir("/proc/self/task")) == 1, "a thread"
assert not any(one.connection for one in connections.all(initialized_only=True)), "a connection"
paths = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd") if int(fd) > 2]
links = [os.readlink(path) for path in paths if os.path.lexists(path)]
assert not [link for link in links if link.startswith(("socket:", "anon_inode:"))], links
"""
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=os.environ, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
