"""Routes of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from liaison.delegation.pages import links, own, own_grants, own_partners

_OWN = [
    path("account/access", own.own_access, name="own_access"),
    path("account/access/history", own.own_access_history, name="own_access_history"),
    path("account/access/accounts/<slug:slug>/grant", own_grants.grant, name="own_grant"),
    path("account/access/accounts/<slug:slug>/revoke", own_grants.revoke, name="own_revoke"),
    path("account/access/requests/<slug:public_id>/decline", own_grants.decline, name="own_decline"),
    path("account/access/partners", own_partners.choose, name="own_partners"),
    path("account/access/partners/<slug:slug>/begin", own_partners.begin, name="own_begin_support"),
    path("account/access/partners/<slug:slug>/end", own_partners.end, name="own_end_support"),
    path("customers/<slug:slug>/end-support", own_partners.end_by_partner, name="end_support_by_partner"),
    path("contact-links/access/<str:token>/", links.decide_access, name="contact_link_access"),
    path("contact-links/address/<str:token>/", links.confirm_address, name="contact_link_address"),
]

urlpatterns: list[URLPattern] = [
    *_OWN,
]
