"""Inventory feeds: what a partner must deliver, and each run of it."""

from __future__ import annotations

from django.apps import AppConfig

from liaison.feeds import wording
from liaison.web import wording as web_wording


class FeedsConfig(AppConfig):
    name = "liaison.feeds"
    label = "feeds"

    def ready(self) -> None:
        web_wording.register(wording.WORDS)
