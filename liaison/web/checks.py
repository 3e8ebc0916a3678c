"""Boot checks of the settings that the pages show."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from liaison.web.colours import is_colour


@register()
def check_operator(**kwargs: Any) -> list[CheckMessage]:
    """Refuse an operator's colour that no stylesheet can use, and an empty name."""
    found: list[CheckMessage] = []
    if not is_colour(settings.OPERATOR_COLOUR):
        found.append(
            Error(
                f"OPERATOR_COLOUR={settings.OPERATOR_COLOUR!r} is not a colour.",
                hint="Write it as #rrggbb, for example #1f6feb.",
                id="web.E001",
            )
        )
    if not settings.OPERATOR_NAME:
        found.append(Error("OPERATOR_NAME is empty.", hint="Set the name your partners know you by.", id="web.E002"))
    return found
