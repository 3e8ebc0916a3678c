from __future__ import annotations

from django.urls import path

from liaison.health import intake

urlpatterns = [
    path("in/alertmanager", intake.alertmanager, name="intake_alertmanager"),
]
