"""The Jinja2 environment of all pages and mails (`docs/decisions/0002-template-engine.md`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import jinja2
from django.templatetags.static import static
from django.utils import timezone, translation
from jinja2.runtime import Context
from markupsafe import Markup, escape

from liaison.lib.dates import format_date, format_duration, format_moment, format_names, format_number
from liaison.lib.remembered import remembered
from liaison.lib.sizes import format_size
from liaison.web import fields, states
from liaison.web.addresses import address_of, public_root, public_url
from liaison.web.compiled import KeptTemplates, folder_for

COMPONENTS = "web/components.html"
SPRITE = "vendor/icons.svg"


def environment(**options: Any) -> jinja2.Environment:
    """Return an environment that escapes everything, refuses unknown names and translates while it renders."""
    options |= {"undefined": jinja2.StrictUndefined, "autoescape": True}
    options.setdefault("extensions", []).append("jinja2.ext.i18n")
    options.setdefault("bytecode_cache", KeptTemplates(folder_for(__file__)))
    made = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  # autoescape is on, above
    _install_translation(made)
    made.globals.update(
        url=url,
        public_url=public_url,
        public_root=public_root,
        static=static_address,
        icon=icon,
        said=said,
        ui=Components(made),
        state_of=states.state_of,
        field_kind=fields.field_kind,
        field_widget=fields.field_widget,
        field_help_id=fields.field_help_id,
        field_error_id=fields.field_error_id,
    )
    made.filters.update(
        moment=moment, date=date, number=number, duration=duration, listed=listed, utc=utc, filesize=filesize
    )
    return made


class Components:
    """The macros of `web/components.html` as `ui.…`, in every template.

    A global, not an import: a block that is rendered alone for htmx does not see what its template imports.
    """

    def __init__(self, made: jinja2.Environment) -> None:
        self._environment = made

    def __getattr__(self, name: str) -> Any:
        return getattr(self._environment.get_template(COMPONENTS).module, name)

    @staticmethod
    def time(value: datetime) -> Markup:
        """Return a moment as the reader reads it, and exactly for machines and for who points at it."""
        return _time(value.replace(microsecond=0), _language(), timezone.get_current_timezone_name())


def url(name: str, **kwargs: Any) -> str:
    """Return the address of a route; inside an identity slot it stays in the slot."""
    return address_of(name, **kwargs)


@remembered(1024)
def static_address(path: str) -> str:
    """Return the address of a static file, which holds the hash of what is in it."""
    return static(path)


@remembered(4096)
def icon(name: str, label: str | None = None) -> Markup:
    """Return an icon of the sprite. Without a label it is decoration and hidden from screen readers."""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {} focusable="false"><use href="{}#icon-{}"></use></svg>').format(
        spoken, static(SPRITE), name
    )


# The filters take the context so that Jinja2 does not work them out once, in the language of the first reader, when
# they stand behind a constant.
@jinja2.pass_context
def moment(context: Context, value: datetime) -> str:
    """Return date, time and zone in the reader's language and zone."""
    return format_moment(value, _language(), timezone.get_current_timezone_name())


@jinja2.pass_context
def date(context: Context, value: datetime) -> str:
    """Return the date of an aware moment in the reader's language and zone."""
    return format_date(timezone.localtime(value).date(), _language())


@jinja2.pass_context
def number(context: Context, value: float) -> str:
    """Return a number with the separators of the reader's language."""
    return format_number(value, _language())


@jinja2.pass_context
def duration(context: Context, milliseconds: float) -> str:
    """Return a length of time in the reader's language, in its two largest units."""
    return format_duration(timedelta(milliseconds=milliseconds), _language())


@jinja2.pass_context
def filesize(context: Context, size: int) -> str:
    """Return the size of a file, given in bytes, as the reader's language writes it."""
    return format_size(size, _language())


@jinja2.pass_context
def listed(context: Context, names: Iterable[str]) -> str:
    """Return names as the reader's language lists them."""
    return format_names(names, _language())


def said(label: str, value: object) -> str:
    """Return a fact on one line of text, with the colon of the reader's language."""
    return translation.gettext("%(label)s: %(value)s") % {"label": label, "value": value}


def utc(value: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, for machines and for the hint that appears on the readable one."""
    return str(escape(value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")))


@remembered(4096)
def _time(value: datetime, language: str, zone: str) -> Markup:
    shown = format_moment(value, language, zone)
    return Markup('<time datetime="{utc}" title="{utc}">{shown}</time>').format(utc=utc(value), shown=shown)


def _language() -> str:
    return translation.get_language() or "en"


def _install_translation(made: jinja2.Environment) -> None:
    # They are looked up when a page is rendered, not now: tests replace them to find unmarked text.
    def late(name: str) -> Callable[..., str]:
        return lambda *arguments: str(getattr(translation, name)(*arguments))

    names = ("gettext", "ngettext", "pgettext", "npgettext")
    install: Callable[..., None] = made.install_gettext_callables  # type: ignore[attr-defined]  # by the extension
    install(**{name: late(name) for name in names}, newstyle=True)
