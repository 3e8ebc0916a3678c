"""Take screenshots of every page into var/shots. `SHOTS_ONLY=gate SHOTS_LANGUAGES=pl` takes fewer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    command = [sys.executable, "-m", "pytest", "tests/looks/take_screenshots.py", "-q", "-p", "no:xdist"]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
