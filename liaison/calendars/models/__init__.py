"""The rows of this room: corrected holidays, and who is on call."""

from __future__ import annotations

from liaison.calendars.models.holidays import DayKind, HolidayOverride
from liaison.calendars.models.rotas import (
    LONGEST_ROTA_NAME,
    Layer,
    LayerHours,
    LayerMember,
    Override,
    Rota,
    Swap,
    SwapState,
)

__all__ = [
    "LONGEST_ROTA_NAME",
    "DayKind",
    "HolidayOverride",
    "Layer",
    "LayerHours",
    "LayerMember",
    "Override",
    "Rota",
    "Swap",
    "SwapState",
]
