"""Try it: what a changed rule would have found in the last seven days, before anything is saved."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in
from liaison.detection import access
from liaison.detection.forms import RuleForm
from liaison.detection.pages.rules import address_of, mark, place_of_address, rule_context
from liaison.detection.parameters import with_parameters
from liaison.detection.replaying import can_be_tried
from liaison.detection.ruleplaces import effective_at
from liaison.detection.trying import MOST_INTEGRATIONS, try_rule
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid
from liaison.web.pages import redirect_to_address, render_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def try_rule_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show the form again as it was filled in, with what it would have done; nothing is saved."""
    actor = identity_of(request)
    found = access.rule_for(actor, key)
    access.require_manage(actor)
    place = place_of_address(actor, found, request)
    if request.method != "POST" or not can_be_tried(found):
        return redirect_to_address(request, address_of(found, place))
    form = RuleForm(request.POST, rule=found)
    more: dict[str, Any] = {}
    if form.is_valid():
        try:
            wanted = with_parameters(found, form.parameters())
        except Invalid as invalid:
            mark(form, invalid)
        else:
            held, is_on = effective_at(found, place)
            trial = try_rule(
                actor, held if is_on else None, wanted if form.cleaned_data["is_on"] else None, place, utc_now()
            )
            more = {"trial": trial, "kind_name": kind_name, "most_integrations": MOST_INTEGRATIONS}
    context = rule_context(request, found, place, form=form, **more)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "detection/rule.html", context, status=status, address=address_of(found, place))
