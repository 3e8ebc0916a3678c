"""Routes of the desk, all in an identity slot. What other rooms show of an account has its routes there."""

from __future__ import annotations

from django.urls import path

from liaison.desk import delivery_pages, pages

urlpatterns = [
    path("desk", pages.desk, name="desk"),
    path("desk/accounts/new", pages.open_account, name="open_account"),
    path("desk/deliveries", delivery_pages.deliveries, name="desk_deliveries"),
    path("desk/deliveries/again", delivery_pages.send_failed_again, name="send_failed_again"),
    path("accounts/<slug:slug>", pages.account, name="account"),
    path("accounts/<slug:slug>/partner-manager", pages.assign_partner_manager, name="assign_partner_manager"),
    path("accounts/<slug:slug>/support-tier", pages.set_support_tier, name="set_support_tier"),
    path("accounts/<slug:slug>/history", pages.account_history, name="account_history"),
]
