"""Routes of cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from liaison.cases.pages import case, case_live, case_staff

urlpatterns: list[URLPattern] = [
    path("cases/<str:number>", case.case, name="case"),
    path("cases/<str:number>/send", case.send, name="send_case_update"),
    path("cases/<str:number>/reopen", case.reopen, name="reopen_case"),
    path("cases/<str:number>/presence", case_live.presence, name="case_presence"),
    path("cases/<str:number>/draft", case_live.draft, name="case_draft_reply"),
    path("cases/<str:number>/notes", case_staff.add_note, name="add_case_note"),
    path("cases/<str:number>/notes/draft", case_live.note_draft, name="case_draft_note"),
    path("cases/<str:number>/links", case_staff.link, name="link_case"),
    path("cases/<str:number>/links/remove", case_staff.unlink, name="unlink_case"),
]
