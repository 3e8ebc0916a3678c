from __future__ import annotations

from django.urls import path

from liaison.web import preferences, theme

urlpatterns = [
    path("preferences/language", preferences.set_language, name="set_language"),
    path("preferences/theme", preferences.set_theme, name="set_theme"),
    path("theme.css", theme.theme_stylesheet, name="theme_stylesheet"),
    path("icon.svg", theme.operator_icon, name="operator_icon"),
]
