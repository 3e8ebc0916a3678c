"""What the uploader of a form asks: JSON in the reader's language, under the session of the form's page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from liaison.accounts.access import account_for
from liaison.accounts.guards import identity_of, lead_to_sign_in
from liaison.files import access, actions
from liaison.files.bodies import bytes_of, number_of
from liaison.files.limits import PIECE_BYTES
from liaison.files.models import StoredFile, Upload
from liaison.files.vocabulary import Purpose
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid, Missing, Refusal
from liaison.lib.sizes import format_size
from liaison.web import wording
from liaison.web.gate import open_at_the_gate

_SIGNED_OUT: Final = HTTPStatus.UNAUTHORIZED
View = Callable[..., HttpResponse]


def for_the_uploader(view: View) -> View:
    """Answer the script in JSON: refusals with their words, and 401 where nobody is signed in any more."""

    @never_cache
    @open_at_the_gate
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            is_script = "json" in request.headers.get("Accept", "")
            return JsonResponse({"code": "signed_out"}, status=_SIGNED_OUT) if is_script else lead_to_sign_in(request)
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return JsonResponse(_problem(refusal), status=refusal.status, content_type="application/problem+json")

    return answered


@for_the_uploader
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Announce a file: `name`, `size`, `purpose`, and `account` where it is not one's own."""
    actor, sent = identity_of(request), request.POST
    slug = sent.get("account", "").replace("\x00", "")
    upload = actions.begin_upload(
        actor=actor,
        purpose=purpose_of(sent.get("purpose", "")),
        account=account_for(actor, slug) if slug else actor.account,
        name=sent.get("name", ""),
        size=number_of(sent.get("size", "")) or 0,
        now=utc_now(),
    )
    return JsonResponse(shown_upload(upload), status=HTTPStatus.CREATED)


@for_the_uploader
@require_safe
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say how far an upload is, and whether its file can still be used."""
    return JsonResponse(shown_upload(access.upload_for(identity_of(request), public_id)))


@for_the_uploader
@require_POST
def piece(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the bytes from `offset` on: the body, whose length is looked at before it is read."""
    actor = identity_of(request)
    found = access.upload_for(actor, public_id)
    taken = actions.append_piece(
        actor=actor,
        upload=found,
        offset=number_of(request.GET.get("offset", "")) or 0,
        data=bytes_of(request),
        now=utc_now(),
    )
    return JsonResponse(shown_upload(taken))


@for_the_uploader
@require_POST
def finish(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    file = actions.finish_upload(actor=actor, upload=access.upload_for(actor, public_id), now=utc_now())
    return JsonResponse(shown_file(file))


@for_the_uploader
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    actions.cancel_upload(actor=actor, upload=access.upload_for(actor, public_id), now=utc_now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def purpose_of(sent: str) -> Purpose:
    try:
        return Purpose(sent)
    except ValueError:
        raise Missing from None


def shown_upload(upload: Upload) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": upload.public_id, "name": upload.name, "size": upload.size}
    shown |= {"received": upload.received, "piece_bytes": PIECE_BYTES}
    shown |= {"is_finished": upload.file_id is not None, "file": None}
    file = upload.file
    if file is not None and not file.is_used and file.removed_at is None:
        shown["file"] = shown_file(file)
    return shown


def shown_file(file: StoredFile) -> dict[str, Any]:
    return {
        "id": file.public_id,
        "name": file.name,
        "size": file.size,
        "size_shown": format_size(file.size, get_language() or "en"),
    }


def _problem(refusal: Refusal) -> dict[str, Any]:
    problems = refusal.problems if isinstance(refusal, Invalid) else (FieldProblem("", refusal.code, refusal.facts),)
    first = problems[0]
    words = " ".join(wording.text(problem.code, problem.facts) for problem in problems)
    return {"code": first.code.value, "detail": words, "facts": dict(first.facts)}
