"""The help centre and the way to the support team. For everybody: in an identity slot or signed out (C3, C4, H1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from liaison.accounts.models import Identity
from liaison.accounts.slots import slot_of
from liaison.helpcentre import actions
from liaison.helpcentre.articleview import article_view, rows_of
from liaison.helpcentre.library import articles
from liaison.helpcentre.search import LONGEST_QUESTION, search
from liaison.helpcentre.support import support_letter
from liaison.helpcentre.texts import Article
from liaison.lib.clock import utc_now
from liaison.lib.languages import is_language, language_for
from liaison.lib.refusals import Missing, Refusal
from liaison.web import wording
from liaison.web.addresses import is_same_origin, public_url
from liaison.web.environment import url
from liaison.web.gate import public
from liaison.web.middleware import request_id_of
from liaison.web.pages import render_page, wants_fragment


@public
@require_safe
def help_centre(request: HttpRequest) -> HttpResponse:
    """List the articles, or those that fit the question `q`."""
    question = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION]
    context = {
        "question": question,
        "found": search(question, _language()) if question else (),
        "rows": () if question else rows_of(articles().values(), _language()),
        "longest_question": LONGEST_QUESTION,
    }
    return _page(request, "helpcentre/help.html", context)


@public
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article; as a part of another page for htmx and for `?fragment=1`, as in the gate's modal.

    `in` names a language that is not the reader's; the words of `q` are marked.
    """
    known = articles()
    is_fragment = wants_fragment(request) or request.GET.get("fragment") == "1"
    shown_in = request.GET.get("in", "")
    view = article_view(
        _article(known.get(slug)),
        _language(),
        in_slot=_reader(request) is not None,
        is_fragment=is_fragment,
        question=request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUESTION],
        shown_in=shown_in if is_language(shown_in) else "",
    )
    others = [row for row in rows_of(known.values(), _language()) if row.slug != slug]
    context = {"article": view, "others": others, "is_fragment": is_fragment, "answer": ""}
    if is_fragment:
        response = render_page(request, "helpcentre/article_fragment.html", _known(request, context))
    else:
        response = _page(request, "helpcentre/article.html", context)
    patch_vary_headers(response, ("HX-Request",))
    return response


@public
@csrf_exempt
@require_POST
def feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep "Was this helpful?", then what could be better. No session is needed, so the origin is checked instead."""
    if not is_same_origin(request):
        raise PermissionDenied
    context: dict[str, Any] = {"problem": "", "ticket": "", "typed": "", "answer": "thanks", "wants_answer": False}
    status = HTTPStatus.OK
    try:
        if "ticket" in request.POST:
            context |= {"ticket": request.POST["ticket"], "typed": request.POST.get("text", "")}
            context |= {"wants_answer": "wants_answer" in request.POST}
            asker = _reader(request) if context["wants_answer"] else None
            kept = actions.explain_feedback(ticket=context["ticket"], text=context["typed"], asker=asker, now=utc_now())
            context |= {"answer_is_coming": kept.wants_answer}
        else:
            context |= {"answer": "explain", "ticket": _give(request, slug)}
    except Missing:
        raise
    except Refusal as refusal:
        problems = getattr(refusal, "problems", ())
        text = wording.text(problems[0].code, problems[0].facts) if problems else wording.text_of(refusal)
        context |= {"problem": text, "answer": "explain" if problems else "thanks"}
        status = HTTPStatus(refusal.status)
    shown = _article(articles().get(slug))
    context["article"] = article_view(shown, _language(), in_slot=_reader(request) is not None, is_fragment=False)
    context["may_ask"] = _may_ask(request)
    # htmx shows no error but 422; the sentence is all that matters here.
    if wants_fragment(request) and status != HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(request, "helpcentre/feedback.html", context, status=status, fragment="feedback")


@public
@require_safe
def contact_support(request: HttpRequest) -> HttpResponse:
    """Say how to reach the support team, and whom the account knows there (C4)."""
    reader = _reader(request)
    manager = reader.account.partner_manager if reader else None
    context = {
        "letter": support_letter(reader, request_id_of(request)),
        "reader": reader,
        "manager": manager if manager is not None and manager.is_active else None,
    }
    return _page(request, "helpcentre/contact_support.html", context)


def _give(request: HttpRequest, slug: str) -> str:
    return actions.give_feedback(
        sender=get_adapter().get_client_ip(request),
        slug=slug,
        language=language_for(_language()).code,
        is_helpful=request.POST.get("helpful") == "yes",
        now=utc_now(),
    )


def _may_ask(request: HttpRequest) -> bool:
    """Say whether an answer can be mailed: the reader is signed in here and has a mailbox."""
    reader = _reader(request)
    return reader is not None and bool(reader.mailbox)


def _article(found: Article | None) -> Article:
    if found is None:
        raise Missing
    return found


def _page(request: HttpRequest, template: str, context: dict[str, Any], **more: Any) -> HttpResponse:
    return render_page(request, template, _known(request, context), **more)


def _known(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the layout: that of the portal for somebody signed in here, else the plain one, and links to match."""
    in_slot = _reader(request) is not None
    layout = "web/base.html" if in_slot else "web/plain.html"
    return {**context, "layout": layout, "in_slot": in_slot, "help_url": url if in_slot else public_url}


def _reader(request: HttpRequest) -> Identity | None:
    user = getattr(request, "user", None)
    return user if slot_of(request) is not None and isinstance(user, Identity) else None


def _language() -> str:
    return get_language() or "en"
