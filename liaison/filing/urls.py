"""Routes of filing a case."""

from __future__ import annotations

from django.urls import URLPattern, path

from liaison.filing.pages import beginning, draft

urlpatterns: list[URLPattern] = [
    path("cases/new", beginning.new_case, name="new_case"),
    path("cases/new/<str:draft>", draft.case_draft, name="case_draft"),
    path("cases/new/<str:public_id>/discard", beginning.discard_case_draft, name="discard_case_draft"),
    path("cases/<str:number>/filed", beginning.case_filed, name="case_filed"),
]
