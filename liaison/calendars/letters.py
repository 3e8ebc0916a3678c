"""What is mailed about a swap: the question to who is asked, and the answer to who asked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from liaison.accounts import queries
from liaison.accounts.letters import AccountLetter
from liaison.accounts.models import Identity
from liaison.calendars.models import Swap, SwapState
from liaison.lib.clock import utc_now
from liaison.notifications.facts import Person
from liaison.notifications.links import portal_link
from liaison.notifications.registry import Content, Recipient, Subject

SUBJECT_KIND = "rota_swap"


class SwapLetter(AccountLetter):
    """`subject.id` is the key of a swap; `facts["state"]` the state that it tells of."""

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        swap = _swap(subject)
        return () if swap is None else (queries.person(_reader(swap, subject)),)

    def still_relevant(self, subject: Subject) -> bool:
        swap = _swap(subject)
        if swap is None or swap.state != subject.facts["state"]:
            return False
        return swap.state != SwapState.ASKED or min(swap.asker_starts_at, swap.other_starts_at) > utc_now()

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        swap = _swap(subject)
        if swap is None:
            raise LookupError("the swap that this mail is about is gone")
        reader = _reader(swap, subject)
        return Content(
            subject=_title(swap),
            template="calendars/mail/swap",
            context={
                "state": swap.state,
                "rota": swap.asker_layer.rota.name,
                "asker": swap.asker.name,
                "other": swap.other.name,
                "asker_turn": (swap.asker_starts_at, swap.asker_ends_at),
                "other_turn": (swap.other_starts_at, swap.other_ends_at),
                "address": portal_link(f"/calendars/swaps/{swap.public_id}/", reader.public_id),
            },
        )


def _title(swap: Swap) -> str:
    if swap.state == SwapState.ACCEPTED:
        return _("%(name)s accepted to swap turns") % {"name": swap.other.name}
    if swap.state == SwapState.DECLINED:
        return _("%(name)s declined to swap turns") % {"name": swap.other.name}
    return _("%(name)s asks you to swap turns") % {"name": swap.asker.name}


def _reader(swap: Swap, subject: Subject) -> Identity:
    return swap.other if subject.facts["state"] == SwapState.ASKED else swap.asker


def _swap(subject: Subject) -> Swap | None:
    people = ("asker__domain__account", "other__domain__account", "asker_layer__rota")
    return Swap.objects.select_related(*people).filter(pk=subject.id or 0).first()
