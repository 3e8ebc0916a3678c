"""Rows of results: measured again and again, compared, printed as a table, and kept as JSON."""

from __future__ import annotations

import json
import math
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

_DASH = "–"


@dataclass(frozen=True)
class Measured:
    """One number and how it was found: the median of rounds, with the least and the most in words."""

    value: float
    data: str = ""

    @classmethod
    def of(cls, values: list[float], data: str = "") -> Self:
        """Return the median of `values`."""
        spread = f"{len(values)} rounds, {rounded(min(values))} to {rounded(max(values))}" if len(values) > 1 else ""
        return cls(statistics.median(values), ", ".join(word for word in (data, spread) if word))


@dataclass
class Row:
    """One measure of Liaison next to the floor and the peer, where these were measured as well."""

    measure: str
    unit: str
    value: Measured | None = None
    floor: Measured | None = None
    peer: Measured | None = None

    def as_data(self) -> dict[str, Any]:
        """Return the row as it is kept. `ratio` is value by peer where there is one, else value by floor."""
        against = self.peer or self.floor
        ratio = self.value.value / against.value if self.value and against and against.value else None
        said = {"Liaison": self.value, "floor": self.floor, "peer": self.peer}
        return {
            "measure": self.measure,
            "value": rounded(self.value.value) if self.value else None,
            "unit": self.unit,
            "floor": rounded(self.floor.value) if self.floor else None,
            "peer": rounded(self.peer.value) if self.peer else None,
            "ratio": rounded(ratio) if ratio is not None else None,
            "data": "; ".join(f"{name}: {one.data}" for name, one in said.items() if one and one.data),
        }


@dataclass
class Report:
    """All rows, in the order in which they were first spoken of."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)

    def row(self, measure: str, unit: str) -> Row:
        return self.rows.setdefault((measure, unit), Row(measure, unit))

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        data = [row.as_data() for row in self.rows.values()]
        file.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")

    def table(self, *, peer: str) -> str:
        """Return the rows as lines of equal columns."""
        lines = [["", "Liaison", "floor", peer, "unit"]]
        for row in self.rows.values():
            numbers = [str(rounded(one.value)) if one else _DASH for one in (row.value, row.floor, row.peer)]
            lines.append([row.measure, *numbers, row.unit])
        widths = [max(len(line[column]) for line in lines) for column in range(5)]
        return "\n".join(
            f"{line[0]:<{widths[0]}}  "
            + "  ".join(f"{cell:>{width}}" for cell, width in zip(line[1:4], widths[1:4], strict=True))
            + f"  {line[4]}"
            for line in lines
        )


def rounded(value: float) -> float | int:
    """Return a number with three digits that say something."""
    if value == 0 or not math.isfinite(value):
        return value
    digits = 2 - math.floor(math.log10(abs(value)))
    return round(value, digits) if digits > 0 else round(value)


def share(values: list[float], hundredths: float) -> float:
    """Return the value that so many hundredths of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * hundredths / 100) - 1)]
