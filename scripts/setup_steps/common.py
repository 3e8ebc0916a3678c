"""What every step of set-up shares: where things are, how a step remembers that it is done, how it fails."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

CHECKOUT = Path(__file__).resolve().parents[2]
ENVIRONMENT = CHECKOUT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def once(name: str, inputs: Iterable[Path | str], outputs: Iterable[Path], work: Callable[[], None]) -> None:
    """Do `work` unless it was done with the same inputs (files or words) and its outputs are there."""
    stamp = ENVIRONMENT / "stamps" / name
    digest = digest_of(inputs)
    if stamp.exists() and stamp.read_text() == digest and all(path.exists() for path in outputs):
        return
    stamp.unlink(missing_ok=True)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)


def digest_of(inputs: Iterable[Path | str]) -> str:
    sum_of_all = hashlib.sha256()
    for item in inputs:
        content = item.read_bytes() if isinstance(item, Path) else item.encode()
        sum_of_all.update(len(content).to_bytes(8, "big") + content)
    return sum_of_all.hexdigest()


def run(*command: str | Path, mend: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command in the checkout, quietly; when it fails show what it said and raise with `mend`."""
    words = [str(word) for word in command]
    try:
        answer = subprocess.run(
            words,
            cwd=CHECKOUT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            env=env,
        )
    except OSError as problem:
        raise SetupError(f"{words[0]} does not run: {problem.strerror}. {mend}") from problem
    if answer.returncode:
        say(answer.stdout.rstrip())
        raise SetupError(f"`{' '.join(words[:4])} …` ended with {answer.returncode}. {mend}")
