from __future__ import annotations

from django.urls import path

from liaison.health import intake, pages

urlpatterns = [
    path("in/alertmanager", intake.alertmanager, name="intake_alertmanager"),
    path("incidents/", pages.incidents, name="incidents"),
    path("incidents/<slug:public_id>/", pages.incident, name="incident"),
    path("who-would-be-told/", pages.who_would_be_told, name="who_would_be_told"),
]
