from __future__ import annotations

from django.urls import path

from liaison.health import enqueue, escalation_pages, incident_pages, intake, pages

urlpatterns = [
    path("in/alertmanager", intake.alertmanager, name="intake_alertmanager"),
    path("v2/enqueue", enqueue.enqueue, name="events_enqueue"),
    path("v2/change/enqueue", enqueue.enqueue_change, name="events_enqueue_change"),
    path("incidents/", pages.incidents, name="incidents"),
    path("incidents/<slug:public_id>/", incident_pages.incident, name="incident"),
    path("incidents/<slug:public_id>/comments/", incident_pages.comment, name="comment_incident"),
    path("incidents/<slug:public_id>/owner/", incident_pages.give, name="give_incident"),
    path("incidents/<slug:public_id>/note/", incident_pages.note, name="note_incident"),
    path("escalations/<slug:public_id>/", escalation_pages.escalation, name="escalation"),
    path("escalations/<slug:public_id>/acknowledge/", escalation_pages.acknowledge, name="acknowledge_escalation"),
    path("acknowledge/<str:token>/", escalation_pages.acknowledge_link, name="acknowledge"),
    path("who-would-be-told/", pages.who_would_be_told, name="who_would_be_told"),
]
