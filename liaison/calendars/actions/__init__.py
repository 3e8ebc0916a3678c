"""The verbs of this room."""

from __future__ import annotations

from liaison.calendars.actions.holidays import correct_holiday, import_holidays, remove_holiday_correction
from liaison.calendars.actions.layers import add_layer, change_layer, delete_layer
from liaison.calendars.actions.overrides import add_override, remove_override, take_over
from liaison.calendars.actions.rotas import change_rota, create_rota, delete_rota
from liaison.calendars.actions.swaps import accept_swap, ask_for_swap, decline_swap, withdraw_swap

__all__ = [
    "accept_swap",
    "add_layer",
    "add_override",
    "ask_for_swap",
    "change_layer",
    "change_rota",
    "correct_holiday",
    "create_rota",
    "decline_swap",
    "delete_layer",
    "delete_rota",
    "import_holidays",
    "remove_holiday_correction",
    "remove_override",
    "take_over",
    "withdraw_swap",
]
