"""Swapping turns: one asks, the other answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.calendars import access, actions
from liaison.calendars.forms import Choice, Group, SwapForm
from liaison.calendars.held import HeldTurn, turns_ahead
from liaison.calendars.loading import load_rotas
from liaison.calendars.models import Layer, Rota, Swap, SwapState
from liaison.calendars.pages.saying import refuse_in, words_of
from liaison.calendars.shown import Names
from liaison.calendars.wording import SWAP_STATES
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_moment
from liaison.lib.refusals import Conflict, Invalid
from liaison.web.pages import redirect_to, render_page

_AHEAD: Final = timedelta(days=240)
_MOST_TURNS: Final = 120
_ANSWERS: Final = {
    "accept": actions.accept_swap,
    "decline": actions.decline_swap,
    "withdraw": actions.withdraw_swap,
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_swap(request: HttpRequest, public_id: str) -> HttpResponse:
    """Choose one of one's own turns ahead and one of somebody else's."""
    actor, now = identity_of(request), utc_now()
    rota = access.rota_for(actor, public_id)
    turns, order = _turns(rota, now)
    own, others = (_choices(turns, order, actor, own=is_own) for is_own in (True, False))
    form = SwapForm(own, others, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        mine, theirs = (turns[form.cleaned_data[name]][0] for name in ("own", "other"))
        layers = {layer.public_id: layer for layer in Layer.objects.filter(rota=rota)}
        try:
            swap = actions.ask_for_swap(
                actor=actor,
                own=layers[mine.layer],
                own_starts_at=mine.starts_at,
                other=layers[theirs.layer],
                other_starts_at=theirs.starts_at,
                now=now,
            )
        except (Invalid, Conflict) as refusal:
            refuse_in(form, refusal)
        else:
            said = _("Your question stands. The turns change once %(name)s has accepted.")
            messages.success(request, said % {"name": swap.other.name})
            return redirect_to(request, "rota", public_id=public_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "rota": rota, "has_own": bool(own), "has_others": bool(others)}
    return render_page(request, "calendars/swap_form.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def swap(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a swap with both turns; who was asked accepts or declines, who asked takes it back."""
    actor = identity_of(request)
    found = access.swap_for(actor, public_id)
    if request.method == "POST":
        return _answer(request, actor, found)
    is_open = found.state == SwapState.ASKED
    context = {
        "swap": found,
        "rota": found.asker_layer.rota,
        "state": SWAP_STATES[SwapState(found.state)],
        "may_answer": is_open and found.other_id == actor.pk,
        "may_withdraw": is_open and (found.asker_id == actor.pk or access.may_manage(actor)),
    }
    return render_page(request, "calendars/swap.html", context)


def _answer(request: HttpRequest, actor: Identity, found: Swap) -> HttpResponse:
    verb = _ANSWERS.get(request.POST.get("answer", ""))
    if verb is not None:
        try:
            answered = verb(actor=actor, swap=found, now=utc_now())
            accepted = answered.state == SwapState.ACCEPTED
            messages.success(request, _("The turns are swapped.") if accepted else _("The turns stay as they are."))
        except Conflict as conflict:
            messages.error(request, words_of(conflict))
    return redirect_to(request, "swap", public_id=found.public_id)


def _turns(rota: Rota, now: datetime) -> tuple[dict[str, tuple[HeldTurn, str]], list[str]]:
    """Return the turns ahead by a key for the form, each with the name of who holds it, and the layers in order."""
    rotas = load_rotas(now, now + 3 * _AHEAD, pk=rota.pk)
    names = Names(rotas)
    found = sorted(
        (turn for one in rotas for turn in turns_ahead(one.facts, now, now + _AHEAD)), key=lambda turn: turn.starts_at
    )
    turns = {f"{turn.layer}/{turn.starts_at:%Y%m%d%H%M}": (turn, names.of(turn.person)) for turn in found[:_MOST_TURNS]}
    return turns, [layer.key for one in rotas for layer in one.facts.layers]


def _choices(
    turns: Mapping[str, tuple[HeldTurn, str]], layers: Sequence[str], actor: Identity, *, own: bool
) -> Sequence[Choice | Group]:
    """Return one's own turns, or those of others with their names; by layer, where the rota has several."""
    said = {
        key: (turn.layer, _words(turn, "" if own else name))
        for key, (turn, name) in turns.items()
        if turn.person is not None and (turn.person == actor.pk) == own
    }
    if len(layers) == 1:
        return [(key, words) for key, (_layer, words) in said.items()]
    groups = [
        (
            _("Layer %(number)s") % {"number": number},
            [(key, words) for key, (of_layer, words) in said.items() if of_layer == layer],
        )
        for number, layer in enumerate(layers, 1)
    ]
    return [(label, choices) for label, choices in groups if choices]


def _words(turn: HeldTurn, name: str) -> str:
    language, zone = get_language() or "en", timezone.get_current_timezone_name()
    said = _("%(name)s: from %(start)s until %(end)s") if name else _("From %(start)s until %(end)s")
    return said % {
        "name": name,
        "start": format_moment(turn.starts_at, language, zone),
        "end": format_moment(turn.ends_at, language, zone),
    }
