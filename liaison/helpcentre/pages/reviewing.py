"""Pages of the review: what changes and the decision, all versions with their differences, taking a text back (H1)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.refused import say
from liaison.helpcentre import access, actions
from liaison.helpcentre.comparing import Line, compare, without_same
from liaison.helpcentre.forms import SendBackForm
from liaison.helpcentre.models import Version
from liaison.helpcentre.overview import title_of
from liaison.helpcentre.pages.articles import WORDS
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.vocabulary import OPEN_STATES, VersionState
from liaison.helpcentre.words import Words, words_of
from liaison.lib.clock import utc_now
from liaison.lib.languages import language_for
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.web.pages import redirect_to, render_page

_SHIPPED: Final = 0
_LONG_NUMBER: Final = 9
# Versions that readers saw at some time, and those that are being written.
_SEEN: Final = (VersionState.PUBLISHED, VersionState.REPLACED)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Show what a text would change for readers; publish it, or send it back."""
    actor = identity_of(request)
    version = access.open_version(actor, slug, language)
    if version is None or version.state != VersionState.IN_REVIEW:
        if request.method != "POST":
            return redirect_to(request, "help_manage", slug=slug)
        messages.error(request, _("This text does not wait for a review, or it was changed meanwhile."))
        return redirect_to(request, "help_manage", slug=slug)
    if request.method == "POST":
        return _decide(request, actor, version)
    published = access.published_version(actor, slug, language)
    context = {
        "slug": slug,
        "article_title": title_of(slug),
        "language": language_for(language),
        "version": version,
        "form": SendBackForm(),
        "may_publish": access.may_publish(actor, version),
        "is_own": access.is_own_text(actor, version),
        "parts": _parts(_words(published, slug, language), _words(version, slug, language)),
        "is_new": published is None and slug not in shipped(),
        **WORDS,
    }
    return render_page(request, "helpcentre/desk/review.html", context)


@signed_in
@require_safe
def versions(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """List all versions of a text, and show what is different between two of them: `old` and `new` (0: shipped)."""
    actor = identity_of(request)
    kept = access.history_of(actor, slug, language)
    ships = shipped().get(slug)
    numbers = [one.number for one in kept] + ([_SHIPPED] if ships else [])
    by_number = {one.number: one for one in kept}
    new = _number(request.GET.get("new"), numbers, numbers[0] if numbers else _SHIPPED)
    old = _number(request.GET.get("old"), numbers, _before(new, kept, has_shipped=ships is not None))
    parts = _parts(_words(by_number.get(old), slug, language), _words(by_number.get(new), slug, language))
    context = {
        "slug": slug,
        "article_title": title_of(slug),
        "language": language_for(language),
        "versions": kept,
        "numbers": numbers,
        "old": old,
        "new": new,
        "parts": parts if numbers else (),
        "has_shipped": ships is not None,
        **WORDS,
    }
    return render_page(request, "helpcentre/desk/versions.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Ask before a published text is taken back, say what readers then see, and do it."""
    actor = identity_of(request)
    published = access.published_version(actor, slug, language)
    if request.method == "POST":
        try:
            actions.withdraw_article(actor=actor, slug=slug, language=language, now=utc_now())
            messages.success(request, _("The text is taken back."))
        except Conflict as refusal:
            say(request, refusal)
        return redirect_to(request, "help_manage", slug=slug)
    if published is None:
        raise Missing
    then = (
        _("Readers see the text that comes with the product again, at once.")
        if slug in shipped()
        else _("Readers do not find it in this language any more, at once.")
    )
    context = {
        "title": _("Take the text back?"),
        "question": _("Take this text back: %(title)s?") % {"title": published.title},
        "consequences": [then, _("It stays in the history, and can be published again after a new review.")],
        "button": _("Take it back"),
        "back": reverse("help_manage", kwargs={"slug": slug}),
    }
    return render_page(request, "web/confirm.html", context)


def _decide(request: HttpRequest, actor: Identity, version: Version) -> HttpResponse:
    slug = version.article.slug
    # What was read is what is published: another revision has other words.
    if request.POST.get("stamp") != version.stamp:
        messages.error(request, _("The text was changed while you read it. Read it again."))
        return redirect_to(request, "help_review", slug=slug, language=version.language)
    try:
        if "publish" in request.POST:
            actions.publish_version(actor=actor, version=version, now=utc_now())
            messages.success(request, _("The text is published."))
        else:
            note = request.POST.get("note", "")
            actions.send_back(actor=actor, version=version, note=note, now=utc_now())
            messages.success(request, _("The text is a draft again."))
    except (Conflict, Forbidden, Invalid) as refusal:
        say(request, refusal)
        return redirect_to(request, "help_review", slug=slug, language=version.language)
    return redirect_to(request, "help_manage", slug=slug)


def _words(version: Version | None, slug: str, language: str) -> Words:
    """Return the words of a version, for None of the shipped text, if there is one."""
    if version is not None:
        return Words(version.title, version.lead, version.body, tuple(version.keywords))
    ships = shipped().get(slug)
    return words_of(ships.texts.get(language) if ships else None)


def _parts(before: Words, after: Words) -> list[tuple[str, tuple[Line | None, ...]]]:
    """Return the name of each part that differs, with its lines."""
    pairs: tuple[tuple[Any, str, str], ...] = (
        (_("Title"), before.title, after.title),
        (_("First paragraph"), before.lead, after.lead),
        (_("Sections"), before.body, after.body),
        (_("Search should also find it by"), "\n".join(before.keywords), "\n".join(after.keywords)),
    )
    return [(name, without_same(compare(old, new))) for name, old, new in pairs if old != new]


def _number(wanted: str | None, numbers: list[int], default: int) -> int:
    if wanted is None or not (wanted.isascii() and wanted.isdigit() and len(wanted) < _LONG_NUMBER):
        return default
    return int(wanted) if int(wanted) in numbers else default


def _before(number: int, kept: list[Version], *, has_shipped: bool) -> int:
    """Return what readers saw before this version: the newest older one, else the shipped text, else itself."""
    older = [one.number for one in kept if one.number < number and one.state in (*_SEEN, *OPEN_STATES)]
    if older:
        return max(older)
    return _SHIPPED if has_shipped else number
