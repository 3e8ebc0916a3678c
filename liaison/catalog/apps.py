from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from liaison.catalog.checks import check_catalog


class CatalogConfig(AppConfig):
    name = "liaison.catalog"
    label = "catalog"

    def ready(self) -> None:
        register(check_catalog, "catalog")
