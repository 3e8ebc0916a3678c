"""What is guessed of somebody of whom only the language is known."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings

from liaison.lib.languages import language_for

_ZONES: Mapping[str, str] = MappingProxyType(
    {"ko": "Asia/Seoul", "zh-hans": "Asia/Shanghai", "it": "Europe/Rome", "pl": "Europe/Warsaw"}
)


def likely_zone(language: str | None) -> str:
    """Return the zone where most readers of a language live; that of the installation for English."""
    return _ZONES.get(language_for(language).code, settings.DEFAULT_TIME_ZONE)
