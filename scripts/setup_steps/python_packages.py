"""The virtual environment and what is installed in it: pinned, and refused when a hash differs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from setup_steps.common import CHECKOUT, ENVIRONMENT, PYTHON, once, run, say

if TYPE_CHECKING:
    from pathlib import Path

REQUIREMENTS = CHECKOUT / "requirements"
NO_NETWORK = "Is the network there? Set-up goes on where it stopped when you run it again."
SETS = {"run": ("setup", "base"), "s3": ("setup", "s3"), "dev": ("setup", "dev")}


def make_environment() -> None:
    """Make `.venv`, anew when its Python is gone or the checkout has moved."""
    if PYTHON.exists() and _works() and _belongs_here():
        return
    say(f"Making a virtual environment with Python {sys.version_info[0]}.{sys.version_info[1]} …")
    if ENVIRONMENT.exists():
        shutil.rmtree(ENVIRONMENT)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    run(
        sys.executable, "-m", "venv", ENVIRONMENT,
        mend=f"Python's module venv is not whole. On Debian and Ubuntu: apt-get install python{version}-venv",
    )  # fmt: skip


def install(purpose: str) -> None:
    """Install the hashed packages for `run`, `s3` or `dev`, and Liaison itself as an editable package."""
    files = [REQUIREMENTS / f"{name}.txt" for name in SETS[purpose]]
    liaison = ENVIRONMENT / "bin" / "liaison"
    once(f"python-{purpose}", [*files, *_facts()], [PYTHON], lambda: _install_files(purpose, files))
    once("python-liaison", [CHECKOUT / "pyproject.toml", *_facts()], [liaison], _install_liaison)


def _install_files(purpose: str, files: list[Path]) -> None:
    say("Installing the Python packages …")
    words = [word for file in files for word in ("-r", str(file))]
    run(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        *words,
        env=pip_environment(),
        mend=NO_NETWORK,
    )


def _install_liaison() -> None:
    run(
        PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".",
        env=pip_environment(), mend="Please report this with the lines above.",
    )  # fmt: skip


def pip_environment() -> dict[str, str]:
    return {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


def _facts() -> tuple[str, str]:
    return str(CHECKOUT), (ENVIRONMENT / "pyvenv.cfg").read_text()


def _works() -> bool:
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-c", question], capture_output=True, check=False).returncode == 0


def _belongs_here() -> bool:
    """Tell whether the programs in `.venv/bin` name this environment in their first lines."""
    pip = ENVIRONMENT / "bin" / "pip"
    return pip.exists() and f"{ENVIRONMENT}/bin/" in pip.read_text(errors="replace")[:1000]
