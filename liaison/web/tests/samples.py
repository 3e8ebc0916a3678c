"""Pages that show every component, for the tests of this room and for looking at it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.functional import lazystr

from liaison.lib.refusals import Missing
from liaison.web import navigation
from liaison.web.identity_menu import IdentityMenu, OtherSignIn
from liaison.web.navigation import NavigationGroup, NavigationItem
from liaison.web.pages import redirect_to, render_page

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).parent / "jinja2"],
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "liaison.web.environment.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "liaison.web.context.portal",
            ],
        },
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]

LONG = {
    "en": (
        "Technical emergency contacts",
        "Somebody answers here at any hour, when orders cannot be placed.",
    ),
    "pl": (
        "Osoby kontaktowe ds. technicznych (sytuacje awaryjne)",
        "Ktoś odbierze tu wiadomość o każdej porze, gdy użytkownicy nie mogą składać zamówień. Żółć, gęś, jaźń.",
    ),
    "ko": (
        "기술 관련 긴급 연락처",
        "사용자가 주문할 수 없는 문제가 생기면 언제든지 이 연락처로 알림을 보냅니다. 팀 별칭을 사용해도 됩니다.",
    ),
}


class SampleForm(forms.Form):
    name = forms.CharField(max_length=20)
    address = forms.EmailField(required=False)
    hours = forms.ChoiceField(choices=[("a", "Europe/Warsaw"), ("b", "Asia/Seoul")])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    shared = forms.BooleanField(required=False)
    role = forms.ChoiceField(widget=forms.RadioSelect, choices=[("editor", "Editor"), ("reader", "Reader")])
    draft = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, label: str = "Name", help_text: str = "Help <b>here</b>", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = label
        self.fields["name"].help_text = help_text


def menu() -> IdentityMenu:
    other = OtherSignIn("Kim Min-jun", "minjun@baram.test", "Baram", "/u/1/")
    return IdentityMenu(
        "Zofia Wiśniewska",
        "zofia@pierogi.test",
        "Pierogi Polska",
        "/sign-out",
        "/settings",
        "/add",
        domain="pierogi.test",
        others=(other,),
    )


def sample_context(request: HttpRequest, language: str) -> dict[str, Any]:
    label, help_text = LONG.get(language, LONG["en"])
    data = {"name": "x" * 30, "hours": "a"} if request.GET.get("errors") else None
    return {
        "form": SampleForm(data, label=label, help_text=help_text),
        "long": (label, help_text),
        "moment": datetime(2026, 11, 5, 13, 5, tzinfo=UTC),
        "page": Paginator(range(95), 10).page(2),
        "identity_menu": menu(),
    }


def base(request: HttpRequest) -> HttpResponse:
    if request.GET.get("say"):
        messages.success(request, "Said <once>.")
    context = sample_context(request, request.LANGUAGE_CODE or "en")
    return render_page(request, "samples/base.html", context, fragment="rows")


def plain(request: HttpRequest) -> HttpResponse:
    return render_page(request, "samples/plain.html", sample_context(request, request.LANGUAGE_CODE or "en"))


def dialog(request: HttpRequest) -> HttpResponse:
    return render_page(request, "samples/dialog.html", sample_context(request, request.LANGUAGE_CODE or "en"))


def missing(request: HttpRequest) -> HttpResponse:
    raise Missing


def moved(request: HttpRequest) -> HttpResponse:
    return redirect_to(request, "sample_base")


def broken(request: HttpRequest) -> HttpResponse:
    return render_page(request, "samples/broken.html")


def everyone(request: HttpRequest) -> bool:
    return True


def register_navigation() -> None:
    """Fill the registry as rooms do; tests empty it again."""
    entries = [
        ("home", "Overview", "sample_base", "home", NavigationGroup.MAIN),
        ("incidents", "Incidents", "sample_plain", "alert-triangle", NavigationGroup.MAIN),
        ("contacts", "Contact information", "sample_dialog", "users", NavigationGroup.CONFIGURATION),
        ("plan", "Who would be told?", "sample_missing", "message-question", NavigationGroup.CONFIGURATION),
        ("help", "How to get help", "sample_moved", "lifebuoy", NavigationGroup.HELP),
    ]
    for order, (key, label, url_name, icon, group) in enumerate(entries):
        public = group == NavigationGroup.HELP
        item = NavigationItem(key, lazystr(label), url_name, icon, order, everyone, group, is_public=public)
        navigation.register(item)


urlpatterns = [
    path("", base, name="home"),
    path("base", base, name="sample_base"),
    path("plain", plain, name="sample_plain"),
    path("dialog", dialog, name="sample_dialog"),
    path("missing", missing, name="sample_missing"),
    path("moved", moved, name="sample_moved"),
    path("broken", broken, name="sample_broken"),
    path("", include("liaison.web.urls")),
]
handler400 = "liaison.web.errors.bad_request"
handler403 = "liaison.web.errors.forbidden"
handler404 = "liaison.web.errors.not_found"
handler500 = "liaison.web.errors.server_error"
