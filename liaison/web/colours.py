"""Readable colours for an operator's colour that may be anything: contrast as WCAG 2.2 defines it, no Django."""

from __future__ import annotations

import colorsys
import hashlib
import re
from dataclasses import dataclass
from typing import Final

LEAST_CONTRAST_OF_TEXT: Final = 4.5
BLACK: Final = "#000000"
WHITE: Final = "#ffffff"
# The least favourable grounds of `app.css` that words in the operator's colour stand on.
LIGHT_GROUND: Final = "#f1f3f6"
DARK_GROUND: Final = "#262a34"
FALLBACK: Final = "#1f6feb"

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEPS: Final = 50
TONES: Final = 24
_LIGHTNESS: Final = 0.45
_SATURATION: Final = 0.62

Channels = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """What the pages use of the operator's colour, each as `#rrggbb`.

    `fill` lies behind `text_on_fill`; `ink_on_light` and `ink_on_dark` are for words and links.
    """

    fill: str
    text_on_fill: str
    fill_pressed: str
    ink_on_light: str
    ink_on_dark: str


def is_colour(text: str) -> bool:
    """Say whether this is `#rgb` or `#rrggbb`, the two ways a colour may be written in the settings."""
    return _HEX.fullmatch(text) is not None


def palette(colour: str) -> Palette:
    """Return readable companions of a colour; a colour that cannot be read counts as the default blue."""
    fill = _to_hex(_channels(colour if is_colour(colour) else FALLBACK))
    text = max((WHITE, BLACK), key=lambda candidate: contrast(fill, candidate))
    return Palette(
        fill=fill,
        text_on_fill=text,
        fill_pressed=_mix(fill, BLACK if text == WHITE else WHITE, 0.15),
        ink_on_light=readable(fill, on=LIGHT_GROUND),
        ink_on_dark=readable(fill, on=DARK_GROUND),
    )


def tone_of(name: str) -> int:
    """Return which of the TONES a name has: always the same one, for a colour never tells two names apart alone."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % TONES


def tone_fills() -> tuple[str, ...]:
    """Return the ground of each tone as `#rrggbb`: white words on it can be read, whatever lies around it."""
    hues = (colorsys.hls_to_rgb(tone / TONES, _LIGHTNESS, _SATURATION) for tone in range(TONES))
    return tuple(
        readable(_to_hex((round(red * 255), round(green * 255), round(blue * 255))), on=WHITE)
        for red, green, blue in hues
    )


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours, from 1 (equal) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, *, on: str, least: float = LEAST_CONTRAST_OF_TEXT) -> str:
    """Return the colour nearest to `colour` that can be read on the ground `on`: darker or lighter as needed."""
    target = max((WHITE, BLACK), key=lambda candidate: contrast(on, candidate))
    for step in range(_STEPS + 1):
        candidate = _mix(colour, target, step / _STEPS)
        if contrast(candidate, on) >= least:
            return candidate
    return target


def _channels(colour: str) -> Channels:
    digits = colour.removeprefix("#")
    if len(digits) == 3:  # noqa: PLR2004  # the short way of writing it
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _to_hex(channels: Channels) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _mix(colour: str, other: str, share: float) -> str:
    mixed = [round(one + (two - one) * share) for one, two in zip(_channels(colour), _channels(other), strict=True)]
    return _to_hex((mixed[0], mixed[1], mixed[2]))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004  # sRGB
