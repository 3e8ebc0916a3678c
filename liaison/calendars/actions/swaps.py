"""Two people exchange two turns: one asks, the other accepts, and from then on both know."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.models import Identity
from liaison.audit.vocabulary import Happened
from liaison.calendars.access import may_manage, require_staff
from liaison.calendars.actions.telling import lock_rota, moment, note
from liaison.calendars.codes import SwapCode
from liaison.calendars.held import HeldTurn, held_turn
from liaison.calendars.letters import SUBJECT_KIND
from liaison.calendars.models import Layer, Override, Swap, SwapState
from liaison.calendars.rota_facts import OverrideKind
from liaison.catalog.vocabulary import Topic
from liaison.lib.refusals import CommonCode, Conflict, FieldProblem, Forbidden, Invalid, Missing
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject


def ask_for_swap(
    *, actor: Identity, own: Layer, own_starts_at: datetime, other: Layer, other_starts_at: datetime, now: datetime
) -> Swap:
    """Ask who holds the other turn to exchange it for one's own. A turn is named by its layer and its first moment.

    Raises Invalid where one of them is no turn ahead that one person holds as a whole, Conflict when asked already.
    """
    with transaction.atomic():
        require_staff(actor)
        if own.rota_id != other.rota_id:
            raise Invalid((FieldProblem("other", SwapCode.NO_SUCH_TURN),))
        rota = lock_rota(own.rota_id)
        mine, theirs = _held(own, own_starts_at, "own", now), _held(other, other_starts_at, "other", now)
        if mine.person != actor.pk:
            raise Invalid((FieldProblem("own", SwapCode.NOT_YOUR_TURN),))
        if theirs.person == actor.pk:
            raise Invalid((FieldProblem("other", SwapCode.YOUR_OWN_TURN),))
        turns = {
            "asker": actor,
            "asker_layer": own,
            "asker_starts_at": mine.starts_at,
            "other_id": theirs.person,
            "other_layer": other,
            "other_starts_at": theirs.starts_at,
            "state": SwapState.ASKED,
        }
        if Swap.objects.filter(**turns).exists():
            raise Conflict(SwapCode.ALREADY_ASKED)
        swap = Swap.objects.create(**turns, asker_ends_at=mine.ends_at, other_ends_at=theirs.ends_at, asked_at=now)
        _note(Happened.SWAP_ASKED, swap, rota.pk, actor, now)
    return swap


def accept_swap(*, actor: Identity, swap: Swap, now: datetime) -> Swap:
    """Exchange the turns. Raises Forbidden for anybody but the one who was asked, Conflict where it is too late."""
    with transaction.atomic():
        current, rota = _open_swap(actor, swap)
        if current.other_id != actor.pk:
            raise Forbidden(CommonCode.NOT_ALLOWED)
        asked, given = (
            (current.asker_starts_at, current.asker_ends_at),
            (current.other_starts_at, current.other_ends_at),
        )
        _require_held(current.asker_layer, asked, current.asker_id, now)
        _require_held(current.other_layer, given, current.other_id, now)
        _close(current, SwapState.ACCEPTED, now)
        _take(current, current.asker_layer, current.other_id, current.asker_starts_at, current.asker_ends_at)
        _take(current, current.other_layer, current.asker_id, current.other_starts_at, current.other_ends_at)
        _note(Happened.SWAP_ACCEPTED, current, rota, actor, now)
    return current


def decline_swap(*, actor: Identity, swap: Swap, now: datetime) -> Swap:
    """Leave the turns as they are. Raises Forbidden for anybody but the one who was asked."""
    with transaction.atomic():
        current, rota = _open_swap(actor, swap)
        if current.other_id != actor.pk:
            raise Forbidden(CommonCode.NOT_ALLOWED)
        _close(current, SwapState.DECLINED, now)
        _note(Happened.SWAP_DECLINED, current, rota, actor, now)
    return current


def withdraw_swap(*, actor: Identity, swap: Swap, now: datetime) -> Swap:
    """Take the question back: who asked may, and who draws up the rotas."""
    with transaction.atomic():
        current, rota = _open_swap(actor, swap)
        if current.asker_id != actor.pk and not may_manage(actor):
            raise Forbidden(CommonCode.NOT_ALLOWED)
        _close(current, SwapState.WITHDRAWN, now)
        _note(Happened.SWAP_WITHDRAWN, current, rota, actor, now)
    return current


def _open_swap(actor: Identity, swap: Swap) -> tuple[Swap, int]:
    """Lock and return a swap that waits for an answer, and the key of its rota."""
    require_staff(actor)
    rota = lock_rota(swap.asker_layer.rota_id)
    current = Swap.objects.select_related("asker_layer", "other_layer").filter(pk=swap.pk).first()
    if current is None:
        raise Missing
    if current.state != SwapState.ASKED:
        raise Conflict(SwapCode.ALREADY_ANSWERED)
    return current, rota.pk


def _held(layer: Layer, starts_at: datetime, field: str, now: datetime) -> HeldTurn:
    found = held_turn(layer, starts_at)
    if found is None:
        raise Invalid((FieldProblem(field, SwapCode.NO_SUCH_TURN),))
    if found.starts_at <= now:
        raise Invalid((FieldProblem(field, SwapCode.HAS_BEGUN),))
    if found.person is None:
        raise Invalid((FieldProblem(field, SwapCode.IS_SHARED),))
    return found


def _require_held(layer: Layer, stretch: tuple[datetime, datetime], person: int, now: datetime) -> None:
    """Raise Conflict unless the turn is still as it was when it was asked for, and its person's as a whole."""
    starts_at, ends_at = stretch
    found = held_turn(layer, starts_at)
    if found is None or found.ends_at != ends_at:
        raise Conflict(SwapCode.NO_SUCH_TURN)
    if found.starts_at <= now:
        raise Conflict(SwapCode.HAS_BEGUN)
    if found.person != person:
        raise Conflict(SwapCode.IS_SHARED)


def _close(swap: Swap, state: SwapState, now: datetime) -> None:
    swap.state, swap.answered_at = state, now
    swap.save(update_fields=["state", "answered_at"])


def _take(swap: Swap, layer: Layer, person: int, starts_at: datetime, ends_at: datetime) -> None:
    Override.objects.create(
        layer=layer,
        identity_id=person,
        kind=OverrideKind.SWAP,
        starts_at=starts_at,
        ends_at=ends_at,
        swap=swap,
        made_at=swap.answered_at or swap.asked_at,
        made_by_id=swap.asker_id,
    )


def _note(happened: Happened, swap: Swap, rota: int, actor: Identity, now: datetime) -> None:
    facts = {
        "rota": rota,
        "asker": swap.asker_id,
        "asker_turn": [swap.asker_layer_id, moment(swap.asker_starts_at), moment(swap.asker_ends_at)],
        "other": swap.other_id,
        "other_turn": [swap.other_layer_id, moment(swap.other_starts_at), moment(swap.other_ends_at)],
    }
    note(happened, "rota_swap", swap.pk, actor=actor, facts=facts, now=now)
    if swap.state != SwapState.WITHDRAWN:
        # Who asked knows that they took it back; everybody else concerned is told by mail.
        subject = Subject(SUBJECT_KIND, str(swap.pk), actor.account.pk, {"state": str(swap.state)})
        announce((Topic.ACCOUNT_MAIL,), subject, now=now)
