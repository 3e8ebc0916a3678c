from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from liaison.accounts.testing import sign_in
from liaison.lib.clock import utc_now
from tests.house import House, build_house


@pytest.fixture
def running_house(transactional_db: None) -> House:
    """The house for a portal that runs: its rows are committed, so that the server's threads see them."""
    return build_house(now=utc_now())


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
