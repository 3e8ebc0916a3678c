from __future__ import annotations

from django.urls import path

from liaison.notices import pages

urlpatterns = [
    path("notices/", pages.notices, name="notices"),
    path("notices/<slug:public_id>/", pages.notice, name="notice"),
    path("notices/<slug:public_id>/withdraw/", pages.withdraw_notice, name="withdraw_notice"),
    path("accounts/<slug:slug>/notices/new/", pages.write_notice, name="write_notice"),
]
