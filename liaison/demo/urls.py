"""Routes of the demo, outside the identity slots but for signing in, which ends in one."""

from __future__ import annotations

from django.urls import path

from liaison.demo import pages

urlpatterns = [
    path("demo/", pages.index, name="demo"),
    path("demo/sign-in/<slug:key>", pages.sign_in, name="demo_sign_in"),
    path("demo/mailbox", pages.mailbox, name="demo_mailbox"),
    path("demo/mailbox/<slug:key>", pages.mail, name="demo_mail"),
    path("demo/mailbox/<slug:key>/html", pages.mail_html, name="demo_mail_html"),
]
