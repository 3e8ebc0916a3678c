"""Faults that no test can notice, each with the reason: what is gone decides nothing that anybody sees."""

from __future__ import annotations

from typing import Final

JUSTIFIED: Final[dict[str, str]] = {}
