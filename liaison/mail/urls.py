from __future__ import annotations

from django.urls import path

from liaison.mail import pages

urlpatterns = [
    path("incoming-mail/", pages.incoming_mail, name="incoming_mail"),
    path("incoming-mail/<slug:public_id>/", pages.one_mail, name="one_incoming_mail"),
    path("incoming-mail/<slug:public_id>/raw", pages.raw_mail, name="raw_incoming_mail"),
    path("incoming-mail/<slug:public_id>/again", pages.read_again, name="read_incoming_mail_again"),
]
