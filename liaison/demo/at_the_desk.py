"""What waits for staff besides cases: an expression of interest, an article in review, what a reader asks (S1, H1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from liaison.helpcentre import actions as help_centre
from liaison.helpcentre.actions.writing import NOTHING_YET
from liaison.helpcentre.words import Words
from liaison.support.actions import confirm_interest, express_interest
from liaison.support.links import token_of
from liaison.support.requests import NewInterest

if TYPE_CHECKING:
    from datetime import datetime

    from liaison.demo.seed import Stage

_INTEREST: Final = NewInterest(
    company="한식당 마루",
    website="https://www.maru.test",
    name="정하늘",
    address="haneul@maru.test",
    kinds=("reservations_end_to_end",),
    message="서울과 부산에 매장이 열두 곳 있습니다. 예약부터 연결하고 싶습니다.",
    language="ko",
)
_SLUG: Final = "public-holidays"
_ARTICLE: Final = Words(
    title="Święta i dni wolne",
    lead="W dni wolne od pracy zespół pomocy zajmuje się tylko pilnymi zgłoszeniami.",
    body=(
        "## Kiedy odpowiadamy\n\n"
        "Zwykłe zgłoszenie przesłane w święto jest czytane następnego dnia roboczego. "
        "[Pilne czy niepilne](article:urgent-or-not) wyjaśnia, co nie może czekać.\n\n"
        "## Twoje własne święta\n\n"
        "Dodaj je do godzin obsługi na stronie [Informacje kontaktowe](page:contact_information)."
    ),
    keywords=("święto", "dzień wolny", "długi weekend"),
    note="Nowy artykuł: partnerzy pytają o to przed każdym długim weekendem.",
)
_ASKED: Final = "Come faccio a sapere se la pausa finisce da sola?"
_BEFORE: Final = timedelta(hours=2)


def leave_at_the_desk(stage: Stage, now: datetime) -> None:
    """Let a stranger, a writer and a reader leave something for staff, two hours ago."""
    moment = now - _BEFORE
    interest = express_interest(actor=None, new=_INTEREST, now=moment)
    if interest is not None:
        confirm_interest(token=token_of(interest), now=moment)
    writer = stage.people["agent"]
    help_centre.create_article(actor=writer, slug=_SLUG, now=moment)
    draft = help_centre.save_draft(
        actor=writer, slug=_SLUG, language=writer.language, words=_ARTICLE, expected=NOTHING_YET, now=moment
    )
    help_centre.ask_for_review(actor=writer, version=draft, now=moment)
    ticket = help_centre.give_feedback(
        sender="", slug="pause-an-integration", language="it", is_helpful=False, now=moment
    )
    help_centre.explain_feedback(ticket=ticket, text=_ASKED, asker=stage.people["sara"], now=moment)
