"""Routes of the support page and of expressions of interest. Those under `desk` are for staff."""

from __future__ import annotations

from django.urls import URLPattern, path

from liaison.support.pages import desk, interest, support

urlpatterns: list[URLPattern] = [
    path("support", support.support, name="support"),
    path("support/interest", interest.express, name="express_interest"),
    path("support/interest/sent", interest.sent, name="interest_sent"),
    path("support/interest/<str:token>/", interest.confirm, name="confirm_interest"),
    path("desk/interests", desk.interests, name="interests"),
    path("desk/interests/<slug:public_id>", desk.interest, name="interest"),
    path("desk/interests/<slug:public_id>/accept", desk.accept, name="accept_interest"),
    path("desk/interests/<slug:public_id>/decline", desk.decline, name="decline_interest"),
]
