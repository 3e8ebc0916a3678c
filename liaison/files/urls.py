"""Routes of files on their way in."""

from __future__ import annotations

from django.urls import URLPattern, path

from liaison.files import pages

urlpatterns: list[URLPattern] = [
    path("files/uploads/", pages.begin, name="begin_upload"),
    path("files/uploads/<slug:public_id>/", pages.upload, name="upload"),
    path("files/uploads/<slug:public_id>/piece/", pages.piece, name="upload_piece"),
    path("files/uploads/<slug:public_id>/finish/", pages.finish, name="finish_upload"),
    path("files/uploads/<slug:public_id>/cancel/", pages.cancel, name="cancel_upload"),
]
