"""Pages of staff: the mail that came in, one mail with what came of it, its bytes, and reading it again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.refused import say
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden
from liaison.mail import actions
from liaison.mail.access import incoming_mail_for, require_incoming_mail
from liaison.mail.listing import listing, row_for
from liaison.mail.wording import SHOWN
from liaison.web.pages import redirect_to, render_page

Rest = ParamSpec("Rest")


def for_mail_staff(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Let those in who look after incoming mail, before anything else is said of the request."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        require_incoming_mail(identity_of(request))
        return view(request, *args, **kwargs)

    return signed_in(guarded)


@for_mail_staff
@require_safe
def incoming_mail(request: HttpRequest) -> HttpResponse:
    """List what came in, the newest first, by what came of it."""
    show = request.GET.get("show", "")
    found = listing(show, request.GET.get("before", ""))
    context = {
        "rows": found.rows,
        "older": found.older,
        "is_first": not request.GET.get("before"),
        "show": show if show in SHOWN else "",
        "choices": [(key, state.label) for key, state in SHOWN.items()],
    }
    return render_page(request, "mail/incoming_mail.html", context)


@for_mail_staff
@require_safe
def one_mail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what is known of one mail, and never its contents."""
    mail = incoming_mail_for(identity_of(request), public_id)
    return render_page(request, "mail/one_mail.html", {"row": row_for(mail)})


@for_mail_staff
@require_GET
@never_cache
def raw_mail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the bytes as they came, as a file of plain text: they are a stranger's, and no browser shows them."""
    actor = identity_of(request)
    mail = incoming_mail_for(actor, public_id)
    try:
        data = actions.open_incoming_mail(actor=actor, mail=mail, now=utc_now())
    except (Conflict, Forbidden) as refusal:
        say(request, refusal)
        return redirect_to(request, "one_incoming_mail", public_id=public_id)
    return HttpResponse(
        data,
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{mail.public_id}.txt"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )


@for_mail_staff
@require_POST
def read_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Read a mail once more that broke or is in quarantine."""
    actor = identity_of(request)
    mail = incoming_mail_for(actor, public_id)
    try:
        actions.read_incoming_mail_again(actor=actor, mail=mail, now=utc_now())
        messages.success(request, _("It was read again. What came of it is shown below."))
    except Conflict as refusal:
        say(request, refusal)
    return redirect_to(request, "one_incoming_mail", public_id=public_id)
