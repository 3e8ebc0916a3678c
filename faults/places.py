"""Where things lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).absolute().parent.parent
"""The checkout whose code runs."""
REPORT = ROOT / "var" / "faults" / "report.json"
