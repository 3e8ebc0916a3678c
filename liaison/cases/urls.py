"""Routes of cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from liaison.cases.pages import (
    case,
    case_access,
    case_files,
    case_live,
    case_staff,
    contact_hand_over,
    hand_over,
    lists,
    lists_views,
    mails,
    sharing,
)

urlpatterns: list[URLPattern] = [
    path("cases", lists.cases, name="cases"),
    path("cases/export", lists.export, name="cases_export"),
    path("cases/customers", lists.customers, name="case_customers"),
    path("cases/close", lists.close_many, name="close_cases"),
    path("cases/views", lists_views.views, name="case_views"),
    path("cases/views/<str:public_id>", lists_views.rename, name="rename_case_view"),
    path("cases/views/<str:public_id>/delete", lists_views.delete, name="delete_case_view"),
    path("cases/mails/<str:token>/", mails.mails, name="case_mails"),
    path("cases/shares/<str:public_id>", sharing.change, name="change_case_share"),
    path("cases/shares/<str:public_id>/end", sharing.end, name="end_case_share"),
    path("cases/hand-over", hand_over.hand_over, name="hand_over"),
    path("contact-links/hand-over/<str:token>/", contact_hand_over.decide_hand_over, name="contact_link_hand_over"),
    path("cases/<str:number>", case.case, name="case"),
    path("cases/<str:number>/send", case.send, name="send_case_update"),
    path("cases/<str:number>/reopen", case.reopen, name="reopen_case"),
    path("cases/<str:number>/presence", case_live.presence, name="case_presence"),
    path("cases/<str:number>/draft", case_live.draft, name="case_draft_reply"),
    path("cases/<str:number>/notes", case_staff.add_note, name="add_case_note"),
    path("cases/<str:number>/notes/draft", case_live.note_draft, name="case_draft_note"),
    path("cases/<str:number>/links", case_staff.link, name="link_case"),
    path("cases/<str:number>/links/remove", case_staff.unlink, name="unlink_case"),
    path("cases/<str:number>/attachments/<slug:public_id>", case_files.attachment, name="case_attachment"),
    path(
        "cases/<str:number>/attachments/<slug:public_id>/delete",
        case_files.delete_attachment,
        name="delete_case_attachment",
    ),
    path("cases/<str:number>/access", case_access.case_access, name="case_access"),
    path("cases/<str:number>/take-back", hand_over.take_back, name="take_case_back"),
    path("cases/<str:number>/people", sharing.people, name="case_people"),
    path("cases/<str:number>/follow", sharing.follow, name="follow_case"),
    path("cases/<str:number>/unfollow", sharing.unfollow, name="unfollow_case"),
    path("cases/<str:number>/shares", sharing.share, name="share_case"),
]
