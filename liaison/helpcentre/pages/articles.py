"""Pages of the writers: all articles, one article, a new one; moved in the list, and hidden from readers (H1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.refused import mark, say
from liaison.helpcentre import access, actions
from liaison.helpcentre.forms import ArticleForm, PictureForm
from liaison.helpcentre.models import Picture
from liaison.helpcentre.overview import all_lines, one_line, title_of, waiting_for_review
from liaison.helpcentre.wording import STATE_LOOKS, STATES
from liaison.lib.clock import utc_now
from liaison.lib.languages import language_for
from liaison.lib.refusals import Conflict, Invalid
from liaison.web.addresses import public_url
from liaison.web.pages import redirect_to, render_page

WORDS: Final = {"states": STATES, "looks": STATE_LOOKS}


@signed_in
@require_safe
def help_desk(request: HttpRequest) -> HttpResponse:
    """List all articles with how they stand in each language, and what waits for a review."""
    reader = identity_of(request)
    access.require_writer(reader)
    waiting = [(one, language_for(one.language), access.is_own_text(reader, one)) for one in waiting_for_review()]
    context = {"lines": all_lines(get_language()), "waiting": waiting, **WORDS}
    return render_page(request, "helpcentre/desk/articles.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_article(request: HttpRequest) -> HttpResponse:
    """Begin an article of the operator's own: its address first, then a text in the reader's language."""
    actor = identity_of(request)
    access.require_writer(actor)
    form = ArticleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_article(actor=actor, slug=form.cleaned_data["slug"], now=utc_now())
        except Invalid as refusal:
            mark(form, refusal)
        else:
            language = language_for(get_language()).code
            return redirect_to(request, "help_write", slug=made.slug, language=language)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "helpcentre/desk/new_article.html", {"form": form}, status=status)


@signed_in
@require_safe
def manage_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how an article stands in each language, with its pictures."""
    access.entry_for(identity_of(request), slug)
    context = {
        "line": one_line(slug, get_language()),
        "pictures": Picture.objects.filter(article__slug=slug).order_by("pk"),
        "picture_form": PictureForm(),
        "help_picture_url": lambda public_id: public_url("help_picture", public_id=public_id),
        **WORDS,
    }
    return render_page(request, "helpcentre/desk/article.html", context)


@signed_in
@require_POST
def move_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Move an article one place up or down in the list."""
    step = -1 if request.POST.get("to") == "up" else 1
    actions.move_article(actor=identity_of(request), slug=slug, by=step, now=utc_now())
    return redirect_to(request, "help_desk")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hide_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask before a shipped article is hidden, say what follows, and do it."""
    actor = identity_of(request)
    access.entry_for(actor, slug)
    if request.method == "POST":
        try:
            actions.hide_article(actor=actor, slug=slug, now=utc_now())
            messages.success(request, _("Readers do not find the article any more."))
        except Conflict as refusal:
            say(request, refusal)
        return redirect_to(request, "help_manage", slug=slug)
    context = {
        "title": _("Hide the article?"),
        "question": _("Hide this article from readers: %(title)s?") % {"title": title_of(slug)},
        "consequences": [
            _("Readers find it neither in the list nor by search, in no language, at once."),
            _("Links that lead to it lead to “not found”."),
            _("Its texts stay, and it can be brought back at any time."),
        ],
        "button": _("Hide the article"),
        "back": reverse("help_manage", kwargs={"slug": slug}),
    }
    return render_page(request, "web/confirm.html", context)


@signed_in
@require_POST
def show_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring a hidden article back."""
    try:
        actions.show_article(actor=identity_of(request), slug=slug, now=utc_now())
        messages.success(request, _("Readers find the article again."))
    except Conflict as refusal:
        say(request, refusal)
    return redirect_to(request, "help_manage", slug=slug)
