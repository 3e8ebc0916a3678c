"""Pages of the staff: what readers say about articles, and dealing with it (H1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.refused import mark, say
from liaison.helpcentre import access, actions
from liaison.helpcentre.forms import DealForm
from liaison.helpcentre.library import articles
from liaison.helpcentre.models import Feedback
from liaison.lib.clock import utc_now
from liaison.lib.languages import LANGUAGES, is_language, language_for
from liaison.lib.refusals import Conflict, Invalid
from liaison.web.pages import redirect_to, render_page

PER_PAGE: Final = 25
_LONG_NUMBER: Final = 18
_FILTERS: Final = ("show", "article", "language", "helpful", "before")
_SHOWS: Final = {
    "open": Q(dealt_at=None) & ~Q(text=""),
    "asked": Q(wants_answer=True, dealt_at=None),
    "dealt": Q(dealt_at__isnull=False),
    "words": ~Q(text=""),
}


@signed_in
@require_safe
def help_answers(request: HttpRequest) -> HttpResponse:
    """Show how helpful readers find each article, and what they would improve; filters stand in the address."""
    reader = identity_of(request)
    access.require_staff(reader)
    known, language = articles(with_hidden=True), get_language()
    titles = {slug: one.text(language).title for slug, one in known.items()}
    chosen, counts = _chosen(request), _counts()
    rows = list(_filtered(chosen).order_by("-pk")[: PER_PAGE + 1])
    context = {
        "counts": [(title, slug, counts.get(slug)) for slug, title in titles.items()],
        "rows": rows[:PER_PAGE],
        "older": _query(chosen, before=str(rows[PER_PAGE - 1].pk)) if len(rows) > PER_PAGE else "",
        "newest": _query(chosen, before=""),
        "chosen": chosen,
        "shows": _show_words(),
        "titles": titles,
        "languages": LANGUAGES,
        "language_of": lambda code: language_for(code).native_name,
        "may_deal": access.may_write(reader),
    }
    return render_page(request, "helpcentre/help_answers.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def help_answer(request: HttpRequest, key: int) -> HttpResponse:
    """Show what one reader said; mark it as dealt with, and answer where an answer was asked for."""
    actor = identity_of(request)
    found = access.feedback_for(actor, key)
    may_answer = found.wants_answer and found.identity is not None and found.dealt_at is None
    form = DealForm(request.POST or None, may_answer=may_answer)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data.get(name, "") for name in ("note", "answer")}
        try:
            actions.deal_with_feedback(actor=actor, feedback=found, **values, now=utc_now())
        except Invalid as refusal:
            mark(form, refusal)
        except Conflict as refusal:
            say(request, refusal)
            return redirect_to(request, "help_answer", key=key)
        else:
            sent = bool(values["answer"].strip())
            messages.success(request, _("The answer is on its way.") if sent else _("It is marked as dealt with."))
            return redirect_to(request, "help_answers")
    shown = articles(with_hidden=True).get(found.article)
    context: dict[str, Any] = {
        "feedback": found,
        "lines": found.text.split("\n"),
        "form": form,
        "may_answer": may_answer,
        "title": shown.text(get_language()).title if shown else found.article,
        "language_name": language_for(found.language).native_name,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "helpcentre/help_answer.html", context, status=status)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Return the filters by name; empty is what was not chosen or means nothing."""
    asked = {name: request.GET.get(name, "").replace("\x00", "") for name in _FILTERS}
    if not is_language(asked["language"]):
        asked["language"] = ""
    if asked["helpful"] not in {"yes", "no"}:
        asked["helpful"] = ""
    if asked["show"] not in _SHOWS:
        asked["show"] = "open"
    before = asked["before"]
    if not (before.isascii() and before.isdigit() and len(before) <= _LONG_NUMBER):
        asked["before"] = ""
    return asked


def _filtered(chosen: dict[str, str]) -> QuerySet[Feedback]:
    found = Feedback.objects.select_related("identity__domain__account", "dealt_by").filter(_SHOWS[chosen["show"]])
    if chosen["article"]:
        found = found.filter(article=chosen["article"])
    if chosen["language"]:
        found = found.filter(language=chosen["language"])
    if chosen["helpful"]:
        found = found.filter(is_helpful=chosen["helpful"] == "yes")
    if chosen["before"]:
        found = found.filter(pk__lt=int(chosen["before"]))
    return found


def _query(chosen: dict[str, str], **other: str) -> str:
    return urlencode({name: value for name, value in (chosen | other).items() if value})


def _counts() -> dict[str, dict[str, Any]]:
    rows = (
        Feedback.objects.order_by()
        .values("article")
        .annotate(
            yes=Count("pk", filter=Q(is_helpful=True)),
            no=Count("pk", filter=Q(is_helpful=False)),
            open=Count("pk", filter=_SHOWS["open"]),
        )
    )
    return {row["article"]: dict(row) for row in rows}


def _show_words() -> list[tuple[str, str]]:
    return [
        ("open", _("To deal with")),
        ("asked", _("An answer is wanted")),
        ("dealt", _("Dealt with")),
        ("words", _("Everything with a text")),
    ]
