"""The operator's colour as a stylesheet and an icon: the content security policy forbids styles inside pages."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from liaison.web.addresses import public_url
from liaison.web.colours import palette, tone_fills
from liaison.web.gate import public

_ONE_YEAR_IN_SECONDS = 365 * 24 * 60 * 60


@public
@require_safe
@cache_control(public=True, max_age=_ONE_YEAR_IN_SECONDS, immutable=True)
def theme_stylesheet(request: HttpRequest) -> HttpResponse:
    """Answer the custom properties that `app.css` is written with. Its address changes with its content."""
    return HttpResponse(_stylesheet(), content_type="text/css; charset=utf-8")


@public
@require_safe
@cache_control(public=True, max_age=_ONE_YEAR_IN_SECONDS, immutable=True)
def operator_icon(request: HttpRequest) -> HttpResponse:
    """Answer the icon of the browser's tab: the operator's first letter on its colour."""
    colours = palette(settings.OPERATOR_COLOUR)
    return HttpResponse(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="9" fill="{colours.fill}"/>'
        '<text x="16" y="22.5" text-anchor="middle" font-family="Inter, system-ui, sans-serif" font-weight="700"'
        f' font-size="18" fill="{colours.text_on_fill}">{escape(settings.OPERATOR_NAME[:1])}</text></svg>',
        content_type="image/svg+xml",
    )


def icon_address() -> str:
    """Return the operator's logo, or the address of the icon made from its name and colour."""
    if settings.OPERATOR_LOGO_URL:
        return str(settings.OPERATOR_LOGO_URL)
    wanted = f"{settings.OPERATOR_NAME[:1]}{settings.OPERATOR_COLOUR}"
    return f"{public_url('operator_icon')}?v={_version(wanted)}"


def stylesheet_address() -> str:
    """Return the address of the stylesheet, the same in all identity slots."""
    return f"{public_url('theme_stylesheet')}?v={_version(_stylesheet())}"


def _version(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _stylesheet() -> str:
    colours = palette(settings.OPERATOR_COLOUR)
    tones = "\n".join(f".tone-{tone} {{ --tone: {fill}; }}" for tone, fill in enumerate(tone_fills()))
    return f""":root {{
  --operator-fill: {colours.fill};
  --operator-text: {colours.text_on_fill};
  --operator-pressed: {colours.fill_pressed};
  --operator-ink: {colours.ink_on_light};
}}
[data-bs-theme="dark"] {{
  --operator-ink: {colours.ink_on_dark};
}}
{tones}
"""
