"""The table and the file that a run leaves behind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from faults.places import REPORT

_COLUMNS = (
    ("fault", 26), ("offset", 7), ("alerts", 7), ("owed", 6), ("accepted", 9), ("lost", 5),
    ("repeats (allowed)", 18), ("worst delay", 12), ("verdict", 8),
)  # fmt: skip


def heading() -> str:
    return "".join(f"{name:<{width}}" if name == "fault" else f"{name:>{width}}" for name, width in _COLUMNS)


def line(row: Mapping[str, Any]) -> str:
    """Return one line of the table, with what is wrong below it."""
    cells = (
        row["fault"], f"{row['offset']:.2f}", row["alerts"], row["owed"], row["accepted"], row["lost"],
        f"{row['repeats']} ({row['allowed_repeats']})", f"{row['worst_delay']:.1f} s", row["verdict"],
    )  # fmt: skip
    shown = "".join(
        f"{cell!s:<{width}}" if name == "fault" else f"{cell!s:>{width}}"
        for cell, (name, width) in zip(cells, _COLUMNS, strict=True)
    )
    return "\n".join([shown, *(f"    {problem}" for problem in row["problems"])])


def write(seed: str, rows: Sequence[Mapping[str, Any]], **more: Any) -> None:
    """Write var/faults/report.json."""
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps({"seed": seed, **more, "rounds": list(rows)}, indent=2, ensure_ascii=False) + "\n")
