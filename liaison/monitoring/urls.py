from __future__ import annotations

from django.urls import path

from liaison.monitoring.pages import account, environment, overview, setup, setup_parts

_SETUP = "account/integrations/<slug:public_id>/signs-of-life/"
_SETUP_OF = f"{_SETUP}<slug:environment>/"

urlpatterns = [
    path(_SETUP, setup.setup, name="monitoring_setup"),
    path(_SETUP_OF, setup.setup, name="monitoring_setup"),
    path(f"{_SETUP_OF}try/", setup.try_health_check, name="try_health_check"),
    path(f"{_SETUP_OF}remove/", setup.remove_health_check, name="remove_health_check"),
    path(f"{_SETUP_OF}heartbeats/<str:heartbeat>/", setup_parts.change_heartbeat, name="change_heartbeat"),
    path(f"{_SETUP_OF}heartbeats/<str:heartbeat>/remove/", setup_parts.remove_heartbeat, name="remove_heartbeat"),
    path("feeds/<slug:feed_id>/", setup_parts.change_feed, name="change_feed"),
    path("monitoring/", account.monitoring, name="monitoring"),
    path("monitoring/overview/", overview.overview, name="monitoring_overview"),
    path("accounts/<slug:slug>/monitoring/", account.monitoring, name="monitoring_of_account"),
    path(
        "integrations/<slug:public_id>/monitoring/<slug:environment>/",
        environment.environment,
        name="monitoring_environment",
    ),
]
