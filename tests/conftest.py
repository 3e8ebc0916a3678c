"""What crosses rooms: the house of the demo as test data, and a real Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from liaison.accounts.testing import sign_in
from tests.house import House, recent_house

# Playwright's own event loop runs in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture
def house(db: None) -> House:
    """The demo's operator, partners and people, with an alert of each kind taken in."""
    return recent_house()


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
def portal(live_server: Any, settings: LazySettings) -> str:
    """The address of a running portal, without a slash at its end."""
    settings.PORTAL_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def running_house(transactional_db: None) -> House:
    """The house for a portal that runs: its rows are committed, so that the server's threads see them."""
    return recent_house()


@pytest.fixture
def signed_in_browser(browser: Browser, portal: str, running_house: House) -> Iterator[Any]:
    """Return `open(person, **options)`: a browser context in which somebody of the house holds slot 0."""
    contexts: list[BrowserContext] = []

    def open_as(person: str, **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=portal, **options)
        contexts.append(context)
        if person:
            client = sign_in(Client(), running_house.people[person])
            context.add_cookies(
                [{"name": name, "value": cookie.value, "url": portal} for name, cookie in client.cookies.items()]
            )
        return context

    yield open_as
    for context in contexts:
        context.close()
