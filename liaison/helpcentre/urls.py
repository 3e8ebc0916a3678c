"""Routes of the help centre. Those of readers work in an identity slot and without one; those of staff need one."""

from __future__ import annotations

from django.urls import path

from liaison.helpcentre.pages import articles, feedback, pictures, public, reviewing, writing

_TEXT = "desk/help/<slug:slug>/<slug:language>"

urlpatterns = [
    path("help", public.help_centre, name="help"),
    path("help/pictures/<slug:public_id>", pictures.added, name="help_picture"),
    path(
        "help/pictures/<slug:slug>/<slug:picture>.<slug:language>.<slug:mark>.png",
        pictures.shipped,
        name="help_shipped_picture",
    ),
    path("help/<slug:slug>", public.article, name="help_article"),
    path("help/<slug:slug>/feedback", public.feedback, name="help_feedback"),
    path("contact-support", public.contact_support, name="contact_support"),
    # The writers' pages.
    path("desk/help", articles.help_desk, name="help_desk"),
    path("desk/help/new", articles.new_article, name="help_new"),
    path("desk/help/<slug:slug>", articles.manage_article, name="help_manage"),
    path("desk/help/<slug:slug>/move", articles.move_article, name="help_move"),
    path("desk/help/<slug:slug>/hide", articles.hide_article, name="help_hide"),
    path("desk/help/<slug:slug>/show", articles.show_article, name="help_show"),
    path("desk/help/<slug:slug>/pictures", pictures.add, name="help_add_picture"),
    path("desk/help/pictures/<slug:public_id>/remove", pictures.remove, name="help_remove_picture"),
    path(_TEXT, writing.write, name="help_write"),
    path(f"{_TEXT}/preview", writing.preview, name="help_preview"),
    path(f"{_TEXT}/discard", writing.discard, name="help_discard"),
    path(f"{_TEXT}/review", reviewing.review, name="help_review"),
    path(f"{_TEXT}/versions", reviewing.versions, name="help_versions"),
    path(f"{_TEXT}/withdraw", reviewing.withdraw, name="help_withdraw"),
    path("desk/help-answers", feedback.help_answers, name="help_answers"),
    path("desk/help-answers/<int:key>", feedback.help_answer, name="help_answer"),
]
