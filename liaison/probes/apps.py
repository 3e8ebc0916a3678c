"""Signs of life: health checks that we make, and heartbeats that a partner sends."""

from __future__ import annotations

from django.apps import AppConfig

from liaison.probes import wording
from liaison.web import wording as web_wording


class ProbesConfig(AppConfig):
    name = "liaison.probes"
    label = "probes"

    def ready(self) -> None:
        web_wording.register(wording.WORDS)
