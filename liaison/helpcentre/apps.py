from __future__ import annotations

from django.apps import AppConfig


class HelpcentreConfig(AppConfig):
    name = "liaison.helpcentre"
    label = "helpcentre"
