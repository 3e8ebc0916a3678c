"""Routes of the rules: for staff, and read-only for those who see an integration."""

from __future__ import annotations

from django.urls import path

from liaison.detection.pages import rules, trying

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("rules/<slug:key>/", rules.rule, name="rule"),
    path("rules/<slug:key>/change/", rules.change_rule, name="change_rule"),
    path("rules/<slug:key>/try/", trying.try_rule_page, name="try_rule"),
    path("rules/<slug:key>/reset/", rules.reset_rule, name="reset_rule"),
    path("integrations/<slug:public_id>/rules/", rules.integration_rules, name="integration_rules"),
]
