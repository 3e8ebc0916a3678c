"""Routes of this room, all in an identity slot and for the operator's staff."""

from __future__ import annotations

from django.urls import path

from liaison.signals import pages

urlpatterns = [
    path("signals/sources/", pages.sources, name="signal_sources"),
    path("signals/sources/new/", pages.add_source, name="add_signal_source"),
    path("signals/sources/<slug:public_id>/", pages.source, name="signal_source"),
    path("signals/sources/<slug:public_id>/switch/", pages.switch_source, name="switch_signal_source"),
    path("signals/sources/<slug:public_id>/remove/", pages.remove_source, name="remove_signal_source"),
]
