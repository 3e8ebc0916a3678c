"""Routes of this room: one's own account in the identity slot, other accounts by slug, links outside."""

from __future__ import annotations

from django.urls import path

from liaison.drills.pages import drills, proving, public

_ACCOUNT = "accounts/<slug:slug>"

urlpatterns = [
    path("drills/", drills.drills, name="drills"),
    path("drills/new/", drills.start_drill, name="start_drill"),
    path("drills/schedule/", drills.drill_schedule, name="drill_schedule"),
    path("drills/<slug:public_id>/", drills.drill, name="drill"),
    path("drills/<slug:public_id>/end/", drills.end_drill, name="end_drill"),
    path("drills/<slug:public_id>/answer/", drills.answer_drill, name="answer_drill"),
    path("test-messages/", proving.contacts_to_test, name="test_messages"),
    path("test-messages/<slug:public_id>/", proving.sent_test, name="test_message"),
    path(f"{_ACCOUNT}/drills/", drills.drills, name="account_drills"),
    path(f"{_ACCOUNT}/drills/new/", drills.start_drill, name="account_start_drill"),
    path(f"{_ACCOUNT}/drills/schedule/", drills.drill_schedule, name="account_drill_schedule"),
    path(f"{_ACCOUNT}/test-messages/", proving.contacts_to_test, name="account_test_messages"),
    path("drill-answers/<str:token>/", public.drill_answer, name="drill_answer"),
    path("test-arrivals/<str:token>/", public.arrival_of_test, name="test_arrival"),
]
