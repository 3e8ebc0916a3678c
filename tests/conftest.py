"""What crosses rooms: the house of the demo as test data, and a real Chromium."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.conf import settings

from liaison.lib.clock import utc_now
from tests.house import House, build_house

# Playwright's own event loop runs in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture
def house(db: None) -> House:
    """The demo's operator, partners and people, with an alert of each kind taken in."""
    return build_house(now=utc_now())


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium; Playwright never downloads one of its own."""
    return {
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def portal(live_server: Any) -> str:
    """The address of a running portal, without a slash at its end."""
    settings.PORTAL_URL = live_server.url
    return str(live_server.url)
