"""The routes of the portal with those of the demo, which the settings of the tests leave out."""

from __future__ import annotations

from django.urls import include, path

from liaison.config.urls import handler429
from liaison.config.urls import urlpatterns as portal

__all__ = ["handler429", "urlpatterns"]

urlpatterns = [*portal, path("", include("liaison.demo.urls"))]
