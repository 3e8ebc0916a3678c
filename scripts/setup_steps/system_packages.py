"""The Debian packages that the tests need: installed when allowed, else the one line that installs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from setup_steps.common import CHECKOUT, SetupError, say

LIST = CHECKOUT / "packages.txt"
# What shows that a package, or another system's for it, is there: any one of the programs or files.
PROOFS = {
    "chromium": ("chromium", "chromium-browser"),
    "fonts-noto-cjk": ("/usr/share/fonts/**/NotoSansCJK*", "/usr/local/share/fonts/**/NotoSansCJK*"),
    "prometheus": ("prometheus", "promtool"),
    "prometheus-alertmanager": ("prometheus-alertmanager", "alertmanager"),
    "clamav-daemon": ("clamd",),
    "libmagic1": ("/usr/lib/**/libmagic.so*", "/usr/local/lib/**/libmagic.so*", "/opt/homebrew/lib/libmagic*"),
}
# Debian asks this program before it starts a service, and 101 forbids it. Tests start their own.
_NO_SERVICES = "#!/bin/sh\nexit 101\n"


def bring() -> None:
    """Install the missing packages of packages.txt, or raise with the line to run."""
    missing = [name for name in _names() if not _is_there(name)]
    if not missing:
        return
    prefix = _rights()
    line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"
    if prefix is None or not shutil.which("apt-get"):
        raise SetupError(
            f"The tests need more system packages. Run this line, then try again:\n\n  sudo sh -c '{line}'\n"
        )
    say(f"Installing the system packages {', '.join(missing)} …")
    _install([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", line], prefix)
    still = [name for name in missing if not _is_there(name)]
    if still:
        raise SetupError(f"These packages did not bring their programs: {', '.join(still)}. Run: {line}")


def _names() -> list[str]:
    lines = (line.partition("#")[0].strip() for line in LIST.read_text().splitlines())
    return [line for line in lines if line]


def _is_there(name: str) -> bool:
    proofs = PROOFS.get(name, (name,))
    return any(_found(proof) for proof in proofs)


def _found(proof: str) -> bool:
    if proof.startswith("/"):
        return next(Path("/").glob(proof.lstrip("/")), None) is not None
    return shutil.which(proof, path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/sbin:/usr/local/bin") is not None


def _rights() -> list[str] | None:
    """Return what to put before a command that only root may run; None when this user may not."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _install(command: list[str], prefix: list[str]) -> None:
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
            script.write(_NO_SERVICES)
            script.flush()
            subprocess.run([*prefix, "install", "-m", "755", script.name, str(policy)], check=False)
    try:
        answer = subprocess.run(command, stdout=sys.stderr, check=False)
    finally:
        if ours:
            subprocess.run([*prefix, "rm", "-f", str(policy)], check=False)
    if answer.returncode:
        raise SetupError(f"apt-get ended with {answer.returncode}; its words are above.")
