"""The order of set-up's steps."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from setup_steps import database, frontend, python_packages, system_packages
from setup_steps.common import CHECKOUT, PYTHON, SetupError, once, run, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USAGE = (
    "usage: bootstrap.py run | s3 | dev | test    "
    "(run: the portal; s3: also storage elsewhere; dev: also checks; test: also system packages)"
)
LOCALE = CHECKOUT / "liaison" / "locale"


def prepare(words: Sequence[str]) -> int:
    """Do what is not done yet; return an exit code."""
    purpose = words[0] if words else "run"
    if purpose not in {"run", "s3", "dev", "test"} or len(words) > 1:
        say(USAGE)
        return 2
    try:
        with _one_at_a_time():
            _prepare(purpose)
    except (SetupError, OSError) as problem:
        say(f"\nSet-up stopped: {problem}")
        return 1
    return 0


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let a second set-up of the same checkout wait for the first."""
    folder = CHECKOUT / "var"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare(purpose: str) -> None:
    python_packages.make_environment()
    python_packages.install(purpose if purpose in python_packages.SETS else "dev")
    frontend.bring()
    database.bring(purpose)
    _compile_translations()
    if purpose == "test":
        system_packages.bring()


def _compile_translations() -> None:
    catalogues = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
    if catalogues:
        compiled = [file.with_suffix(".mo") for file in catalogues]
        once("translations", catalogues, compiled, _compile)


def _compile() -> None:
    run(
        PYTHON, "-m", "liaison.config.messages", "compile",
        mend="A catalogue in liaison/locale is broken; the lines above name it.",
    )  # fmt: skip
