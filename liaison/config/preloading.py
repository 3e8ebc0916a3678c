"""What the parent of all processes loads before it forks them, so that its pages are in memory once.

Nothing here opens a connection or starts a thread: neither would survive a fork.
"""

from __future__ import annotations

import gc
from types import ModuleType

import django
from django.conf import settings
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import get_resolver
from django.utils.translation import override

_OBJECTS_BETWEEN_COLLECTIONS = 20_000


def preload() -> ModuleType:
    """Load the whole application, with its addresses, templates and translations; return the module of its parts."""
    django.setup()
    # After the rooms: it imports models.
    from liaison.config import parts  # noqa: PLC0415

    _addresses()
    _templates()
    _translations()
    gc.collect()
    # A collection in a child would otherwise write into every object here, and so copy its page.
    gc.freeze()
    # A page makes some thousand objects and hardly a circle: looking after every 700 takes a twentieth of its time.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    return parts


def _addresses() -> None:
    """Import the pages and build the table of their addresses."""
    get_resolver().url_patterns  # noqa: B018  # imports them
    get_resolver()._populate()  # noqa: SLF001  # else the first `reverse` of every process does it for itself


def _templates() -> None:
    """Compile the pages and mails; each is kept in the environment."""
    for engine in engines.all():
        if isinstance(engine, Jinja2):
            for name in engine.env.list_templates():
                engine.env.get_template(name)


def _translations() -> None:
    for code, _name in settings.LANGUAGES:
        with override(code):
            pass
