"""Pages of the writers: the text of an article in one language, with its preview (H1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.refused import mark, say
from liaison.helpcentre import access, actions
from liaison.helpcentre.actions.writing import NOTHING_YET
from liaison.helpcentre.articleview import text_view
from liaison.helpcentre.comparing import compare, without_same
from liaison.helpcentre.forms import DraftForm
from liaison.helpcentre.library import article as article_of
from liaison.helpcentre.models import Picture, Version
from liaison.helpcentre.overview import title_of
from liaison.helpcentre.pages.articles import WORDS
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.texts import Text
from liaison.helpcentre.vocabulary import OPEN_STATES, HelpCode, VersionState
from liaison.helpcentre.words import Words, words_of
from liaison.lib.clock import utc_now
from liaison.lib.languages import LANGUAGES, language_for
from liaison.lib.refusals import Conflict, Invalid
from liaison.web import wording
from liaison.web.pages import redirect_to, render_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Write the text of one language; what is typed is saved by itself as a draft."""
    actor = identity_of(request)
    newest = access.newest_version(actor, slug, language)
    if request.method != "POST":
        return _show(request, slug, language, newest, _form_of(newest, slug, language))
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _unusable(request, slug, language, newest, form)
    try:
        saved = _save(request, slug, language, form)
    except (Conflict, Invalid) as refusal:
        return _refused(request, slug, language, form, refusal)
    if "autosave" in request.POST:
        return _status(request, saved.stamp, saved=saved)
    if "ask" in request.POST:
        messages.success(request, _("The text waits for its review."))
        return redirect_to(request, "help_manage", slug=slug)
    messages.success(request, _("The draft is saved."))
    return redirect_to(request, "help_write", slug=slug, language=language)


@signed_in
@require_safe
def preview(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Show a text as readers will see it: the version of the number `version`, else the newest one."""
    actor = identity_of(request)
    wanted = request.GET.get("version", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < _LONG_NUMBER else 0
    version = (
        access.version_for(actor, slug, language, number) if number else access.newest_version(actor, slug, language)
    )
    text = _text_of(version, slug, language)
    context = {
        "slug": slug,
        "article_title": title_of(slug),
        "language": language_for(language),
        "version": version,
        "article": text_view(slug, text, language, in_slot=True) if text else None,
        "tabs": _tabs("help_preview", slug),
        **WORDS,
    }
    return render_page(request, "helpcentre/desk/preview.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Ask before a draft is given up, say what it means, and do it."""
    actor = identity_of(request)
    version = access.open_version(actor, slug, language)
    if request.method == "POST" and version is not None:
        try:
            actions.discard_draft(actor=actor, version=version, now=utc_now())
            messages.success(request, _("The draft is given up. It stays in the history."))
        except Conflict as refusal:
            say(request, refusal)
    if request.method == "POST" or version is None:
        return redirect_to(request, "help_manage", slug=slug)
    context = {
        "title": _("Give up the draft?"),
        "question": _("Give up this draft: %(title)s?") % {"title": version.title or slug},
        "consequences": [
            _("Readers see what they see now."),
            _("The draft stays in the history, where its words can be read."),
        ],
        "button": _("Give up the draft"),
        "back": reverse("help_write", kwargs={"slug": slug, "language": language}),
    }
    return render_page(request, "web/confirm.html", context)


_LONG_NUMBER: Final = 9


def _form_of(newest: Version | None, slug: str, language: str) -> DraftForm:
    """Return the form with the open version, else with what readers see now in this language."""
    if newest is not None and newest.state in OPEN_STATES:
        words = Words(newest.title, newest.lead, newest.body, tuple(newest.keywords), newest.note)
    else:
        found = article_of(slug, with_hidden=True)
        words = words_of(found.texts.get(language) if found else None)
    values = {
        "title": words.title,
        "lead": words.lead,
        "body": words.body,
        "keywords": "\n".join(words.keywords),
        "note": words.note,
        "stamp": newest.stamp if newest else NOTHING_YET,
    }
    return DraftForm(initial=values)


def _show(
    request: HttpRequest,
    slug: str,
    language: str,
    newest: Version | None,
    form: DraftForm,
    *,
    status: int = HTTPStatus.OK,
    conflict: dict[str, Any] | None = None,
    stamp: str = "",
) -> HttpResponse:
    found = article_of(slug, with_hidden=True)
    opened = newest if newest is not None and newest.state in OPEN_STATES else None
    form.write_in(language_for(language).html_lang)
    context = {
        "slug": slug,
        "article_title": title_of(slug),
        "language": language_for(language),
        "tabs": _tabs("help_write", slug),
        "form": form,
        "stamp": stamp or form["stamp"].value() or NOTHING_YET,
        "version": opened,
        "is_in_review": opened is not None and opened.state == VersionState.IN_REVIEW,
        "is_outdated": _is_outdated(opened, slug, language),
        "english": found.texts.get("en") if found and language != "en" else None,
        "pictures": Picture.objects.filter(article__slug=slug).order_by("pk"),
        "conflict": conflict,
        "problem": "",
        "saved_at": opened.saved_at if opened else None,
        **WORDS,
    }
    return render_page(request, "helpcentre/desk/write.html", context, status=status)


def _unusable(request: HttpRequest, slug: str, language: str, newest: Version | None, form: DraftForm) -> HttpResponse:
    """Answer where what was typed is no text at all, such as a NUL."""
    if "autosave" in request.POST:
        stamp = form["stamp"].value() or NOTHING_YET
        return _status(request, stamp, problem=_("This could not be saved. Save it to see why."))
    return _show(request, slug, language, newest, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _save(request: HttpRequest, slug: str, language: str, form: DraftForm) -> Version:
    """Keep what was typed; ask for its review where the writer does."""
    actor, stamp = identity_of(request), form.cleaned_data["stamp"] or NOTHING_YET
    saved = actions.save_draft(
        actor=actor, slug=slug, language=language, words=form.words(), expected=stamp, now=utc_now()
    )
    if "ask" not in request.POST:
        return saved
    return actions.ask_for_review(actor=actor, version=saved, now=utc_now())


def _refused(
    request: HttpRequest, slug: str, language: str, form: DraftForm, refusal: Conflict | Invalid
) -> HttpResponse:
    """Answer with what was typed, and why it is not kept; by itself the page only says that something is wrong."""
    is_autosave = "autosave" in request.POST
    stamp = form.cleaned_data["stamp"] or NOTHING_YET
    if isinstance(refusal, Conflict):
        if is_autosave:
            return _status(request, stamp, problem=wording.text_of(refusal), is_conflict=True)
        return _conflict(request, slug, language, form, refusal)
    if is_autosave:
        return _status(request, stamp, problem=_("This could not be saved. Save it to see why."))
    mark(form, refusal)
    # The words are kept as a draft already where only the review was refused.
    current = access.newest_version(identity_of(request), slug, language)
    is_kept = "ask" in request.POST and all(problem.code != HelpCode.TOO_LONG for problem in refusal.problems)
    stamp = current.stamp if current is not None and is_kept else stamp
    return _show(request, slug, language, current, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, stamp=stamp)


def _conflict(request: HttpRequest, slug: str, language: str, form: DraftForm, refusal: Conflict) -> HttpResponse:
    """Show what was typed again beside what somebody else saved; the next save then knows of both."""
    newest = access.newest_version(identity_of(request), slug, language)
    conflict: dict[str, Any] = {"words": wording.text_of(refusal), "facts": refusal.facts, "lines": ()}
    if refusal.code == HelpCode.CHANGED_MEANWHILE and newest is not None:
        typed = form.words().clean()
        theirs = _as_markdown(Words(newest.title, newest.lead, newest.body, tuple(newest.keywords)))
        conflict["lines"] = without_same(compare(theirs, _as_markdown(typed)))
        form = DraftForm(initial={**form.cleaned_data, "stamp": newest.stamp})
    return _show(request, slug, language, newest, form, status=refusal.status, conflict=conflict)


def _status(request: HttpRequest, stamp: str, *, saved: Version | None = None, **more: Any) -> HttpResponse:
    context = {"stamp": stamp, "saved_at": saved.saved_at if saved else None, "problem": "", "is_conflict": False}
    return render_page(request, "helpcentre/desk/draft_status.html", {**context, **more})


def _as_markdown(words: Words) -> str:
    return "\n\n".join((words.title, words.lead, words.body, "\n".join(words.keywords)))


def _text_of(version: Version | None, slug: str, language: str) -> Text | None:
    if version is not None and version.state != VersionState.WITHDRAWN:
        return version.as_text()
    if version is not None and version.published_at is None:
        return version.as_text()
    found = article_of(slug, with_hidden=True)
    return found.texts.get(language) if found else None


def _tabs(name: str, slug: str) -> list[tuple[str, str, str]]:
    """Return the tabs of a page that each language has: key, words, address."""
    return [
        (one.code, one.native_name, reverse(name, kwargs={"slug": slug, "language": one.code})) for one in LANGUAGES
    ]


def _is_outdated(version: Version | None, slug: str, language: str) -> bool:
    """Say whether the product brought another text than the one that this version was begun next to."""
    ships = shipped().get(slug)
    return version is not None and ships is not None and version.shipped != ships.texts[language].fingerprint
