"""Routes of the help centre. They work in an identity slot and without one, signed in or not."""

from __future__ import annotations

from django.urls import path

from liaison.helpcentre import pages

urlpatterns = [
    path("help", pages.help_centre, name="help"),
    path("help/<slug:slug>", pages.article, name="help_article"),
    path("help/<slug:slug>/feedback", pages.feedback, name="help_feedback"),
    path("contact-support", pages.contact_support, name="contact_support"),
]
