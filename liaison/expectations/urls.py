from __future__ import annotations

from django.urls import path

from liaison.expectations import link_page, pages

urlpatterns = [
    path("expectations/", pages.expectations, name="expectations"),
    path("expectations/<slug:public_id>/", pages.expectation, name="expectation"),
    path("expectations/<slug:public_id>/answer/", pages.answer, name="answer_expectation"),
    path("expectations/<slug:public_id>/change/", pages.change_expectation, name="change_expectation"),
    path("expectations/<slug:public_id>/close/", pages.close_expectation, name="close_expectation"),
    path("expected/<str:token>/", link_page.answer_by_link, name="answer_by_link"),
]
