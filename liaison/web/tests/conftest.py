from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from liaison.web import banners, navigation, preferences
from liaison.web.tests import samples


@pytest.fixture
def portal(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser on a site of only this room: sample pages, no database, no room from above."""
    settings.TEMPLATES = samples.TEMPLATES
    settings.ROOT_URLCONF = "liaison.web.tests.samples"
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.OPERATOR_NAME = "Baram <Test> Platform"
    settings.OPERATOR_COLOUR = "#1f6feb"
    settings.OPERATOR_LOGO_URL = ""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MIDDLEWARE = [
        "liaison.web.middleware.RequestIdMiddleware",
        "liaison.web.middleware.PolicyMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "liaison.web.language.LanguageMiddleware",
        "liaison.web.middleware.DatabaseMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
        "liaison.web.middleware.RefusalMiddleware",
    ]
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(preferences, "_keepers", [])
    monkeypatch.setattr(banners, "_questions", [])
    samples.register_navigation()
    return Client(raise_request_exception=False)
