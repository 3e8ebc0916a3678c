from __future__ import annotations

from django.urls import path

from liaison.ledger import pages

urlpatterns = [
    path("deliveries/", pages.deliveries, name="deliveries"),
    path("deliveries/export", pages.export, name="export_deliveries"),
    path("deliveries/<slug:public_id>/", pages.delivery, name="delivery"),
    path("deliveries/<slug:public_id>/message", pages.sent_message, name="sent_message"),
    path("deliveries/<slug:public_id>/again", pages.send_again, name="send_again"),
    path("deliveries/<slug:public_id>/now", pages.send_now, name="send_now"),
    path("deliveries/<slug:public_id>/seen", pages.mark_seen, name="mark_seen"),
]
