from __future__ import annotations

from django.urls import path

from liaison.monitoring.pages import account, environment, overview

urlpatterns = [
    path("monitoring/", account.monitoring, name="monitoring"),
    path("monitoring/overview/", overview.overview, name="monitoring_overview"),
    path("accounts/<slug:slug>/monitoring/", account.monitoring, name="monitoring_of_account"),
    path(
        "integrations/<slug:public_id>/monitoring/<slug:environment>/",
        environment.environment,
        name="monitoring_environment",
    ),
]
