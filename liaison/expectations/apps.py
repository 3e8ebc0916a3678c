from __future__ import annotations

from django.apps import AppConfig


class ExpectationsConfig(AppConfig):
    name = "liaison.expectations"
    label = "expectations"
