"""What processes cost, as the kernel counts it: processor time and memory, by tree of processes. Linux only."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_END_SECONDS = 30
_TICKS = os.sysconf("SC_CLK_TCK")
_MEBI = 1024.0


@dataclass(frozen=True)
class Memory:
    """One process: what it is, and its share of memory in MiB (PSS: shared pages count by parts)."""

    name: str
    mebibytes: float


def end(running: subprocess.Popen[bytes]) -> None:
    """End a process that was started here: asked first, killed where it does not go."""
    running.terminate()
    try:
        running.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


def children(parent: int) -> dict[str, int]:
    """Return the processes that one started itself, by what they are called."""
    found = {}
    for process in tree(parent):
        fields = _stat(process)
        if fields and int(fields[1]) == parent:
            found[_name(_words(process))] = process
    return found


def tree(root: int) -> list[int]:
    """Return the process and everything that it started, directly or not, parents first."""
    children: dict[int, list[int]] = {}
    for folder in _PROC.glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields:
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for process in found:
        found += sorted(children.get(process, []))
    return found


def seconds_of(*roots: int) -> float:
    """Return the processor time, in seconds, of these processes and all they started, the dead included."""
    total = 0
    for process in {process for root in roots for process in tree(root)}:
        fields = _stat(process)
        if fields:
            # utime, stime, and both of the children that ended and were waited for.
            total += sum(int(value) for value in fields[11:15])
    return total / _TICKS


def memory_of(root: int) -> list[Memory]:
    """Return the memory of each process of a tree. Nothing for one that may not be read or has ended."""
    found = []
    for process in tree(root):
        try:
            lines = (_PROC / str(process) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kibibytes = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
        found.append(Memory(_name(_words(process)), kibibytes / _MEBI))
    return found


def _words(process: int) -> list[str]:
    """Return the command line; one word for a process that has given itself a title."""
    try:
        return (_PROC / str(process) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _name(words: list[str]) -> str:
    """Return what a process is called here: the words after `-m`, else the last ones."""
    words = [word for word in words if word]
    if "-m" in words:
        return " ".join(words[words.index("-m") + 1 :][:2])
    return " ".join(words[-2:])[:60]


def _stat(process: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat after the name (state first), or nothing when it is gone."""
    try:
        return (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
