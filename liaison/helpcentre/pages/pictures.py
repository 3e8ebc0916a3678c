"""The pictures of articles: for everybody, under addresses that never show anything else."""

from __future__ import annotations

from typing import Any, BinaryIO, Final, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.refused import say
from liaison.files.serving import picture_response
from liaison.helpcentre import actions
from liaison.helpcentre.access import picture_for, require_writer
from liaison.helpcentre.models import Picture
from liaison.helpcentre.overview import title_of
from liaison.helpcentre.picturing import shipped_picture
from liaison.helpcentre.vocabulary import HelpCode
from liaison.lib.clock import utc_now
from liaison.lib.languages import is_language
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing
from liaison.web.addresses import public_url
from liaison.web.gate import public
from liaison.web.pages import redirect_to, render_page

_HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


@public
@require_safe
def shipped(request: HttpRequest, slug: str, picture: str, language: str, mark: str) -> HttpResponse:
    """Give a picture that comes with the product; `mark` is the hash of its content."""
    found = shipped_picture(slug, picture, language) if is_language(language) else None
    if found is None or found[1] != mark:
        raise Missing
    return HttpResponse(found[0], content_type="image/png", headers=_HEADERS)


@public
@require_safe
def added(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Give a picture that staff added, while it is kept and was not found infected."""
    found = Picture.objects.select_related("file").filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return picture_response(request, found.file)


@signed_in
@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a picture to an article; its page then shows the line to put into the text."""
    actor = identity_of(request)
    require_writer(actor)
    try:
        _add(actor, slug, request.FILES.get("picture"))
        messages.success(request, _("The picture is added."))
    except (Conflict, Invalid) as refusal:
        say(request, refusal)
    return redirect_to(request, "help_manage", slug=slug)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask before a picture is removed for ever, and do it."""
    actor = identity_of(request)
    picture = picture_for(actor, public_id)
    slug = picture.article.slug
    if request.method == "POST":
        try:
            actions.remove_picture(actor=actor, public_id=public_id, now=utc_now())
            messages.success(request, _("The picture is removed."))
        except Conflict as refusal:
            say(request, refusal)
        return redirect_to(request, "help_manage", slug=slug)
    context = {
        "slug": slug,
        "article_title": title_of(slug),
        "picture": picture,
        "address": public_url("help_picture", public_id=public_id),
        "is_shown": actions.is_shown(picture),
        "back": reverse("help_manage", kwargs={"slug": slug}),
    }
    return render_page(request, "helpcentre/desk/remove_picture.html", context)


def _add(actor: Identity, slug: str, sent: UploadedFile[Any] | None) -> None:
    if sent is None or sent.file is None:
        raise Invalid((FieldProblem("picture", HelpCode.PICTURE_MISSING),))
    content = cast("BinaryIO", sent.file)
    actions.add_picture(
        actor=actor, slug=slug, name=sent.name or "", size=sent.size or 0, content=content, now=utc_now()
    )
