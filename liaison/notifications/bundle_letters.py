"""The letter of a bundle: how many messages there are, the first subjects one by one, and exactly how many more."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import get_language, ngettext

from liaison.catalog import loader
from liaison.catalog.vocabulary import Topic
from liaison.lib.dates import format_moment
from liaison.notifications.channels.contract import Letter
from liaison.notifications.links import public_link
from liaison.notifications.registry import Content, Headline
from liaison.notifications.statements import DATABASE_IS_AWAY
from liaison.notifications.together import Bundle, Line

logger: Final = logging.getLogger(__name__)


def bundle_letter(bundle: Bundle, *, now: datetime) -> Letter:
    """Return the letter of a bundle of two messages or more, in the language and zone that are active."""
    first = bundle.first
    return Letter(
        message_id=bundle.claim.message_id,
        at=now,
        recipient=first.recipient,
        content=_content(bundle),
        because=bundle.because,
        address=bundle.claim.address,
        public_id=first.owed.public_id,
    )


def _content(bundle: Bundle) -> Content:
    headlines = [_headline(line) for line in bundle.lines]
    more = bundle.count - sum(line.count for line in bundle.lines)
    rows = [{"number": number, "has_link": bool(headline.link)} for number, headline in enumerate(headlines)]
    list_link = next((headline.list_link for headline in headlines if headline.list_link), "") or public_link("/")
    slots = {"intro": _intro(bundle.count), "list_link": list_link}
    for number, (line, headline) in enumerate(zip(bundle.lines, headlines, strict=True)):
        slots[f"words_{number}"], slots[f"when_{number}"] = headline.words, _when(line)
        if headline.link:
            slots[f"link_{number}"] = headline.link
    if more:
        slots["more"] = _more(more)
    links = "".join(str(int(bool(headline.link))) for headline in headlines)
    return Content(
        subject=_subject(bundle, headlines[0].words),
        template="notifications/bundle",
        context={"rows": rows, "has_more": bool(more)},
        is_confidential=any(headline.is_confidential for headline in headlines),
        form=f"bundle:{links}:{int(bool(more))}",
        slots=slots,
        data=_data(bundle, headlines, more),
        thread=headlines[0].thread if len({headline.thread for headline in headlines}) == 1 and not more else "",
        unsubscribe="" if more else _unsubscribe(headlines),
    )


def _unsubscribe(headlines: list[Headline]) -> str:
    """Return the narrowest way out that all of them have in common."""
    common = (one for one in headlines[0].unsubscribe if all(one in other.unsubscribe for other in headlines))
    return next(common, "")


def _headline(line: Line) -> Headline:
    """Return what stands for a subject; one that cannot be put into words is named by its topic."""
    standing = line.standing
    try:
        return standing.handler.headline(standing.owed.subject, standing.recipient)
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        logger.exception("A line of message %s could not be made.", standing.claim.message_id)
        return Headline(loader.topics()[standing.topics[0]].name(get_language() or ""))


def _subject(bundle: Bundle, first: str) -> str:
    named = {"count": bundle.count, "first": first}
    if {one.topic for one in bundle.because} == {Topic.PRODUCTION_ALERT}:
        words = ngettext(
            "%(count)s production alert: %(first)s", "%(count)s production alerts: %(first)s", bundle.count
        )
    else:
        words = ngettext("%(count)s message: %(first)s", "%(count)s messages: %(first)s", bundle.count)
    return words % named


def _intro(count: int) -> str:
    words = ngettext(
        "This %(count)s message was kept for you to be sent together with others.",
        "These %(count)s messages were kept for you and are sent together.",
        count,
    )
    return words % {"count": count}


def _more(count: int) -> str:
    words = ngettext("and %(count)s more message", "and %(count)s more messages", count)
    return words % {"count": count}


def _when(line: Line) -> str:
    """Return when it happened; of something that came and went, how often and between which moments."""
    last = _moment(line.last_at)
    if line.count == 1:
        return last
    words = ngettext(
        "%(count)s message, from %(first)s to %(last)s", "%(count)s messages, from %(first)s to %(last)s", line.count
    )
    return words % {"count": line.count, "first": _moment(line.first_at), "last": last}


def _moment(moment: datetime) -> str:
    return format_moment(moment, get_language() or "en", timezone.get_current_timezone_name())


def _data(bundle: Bundle, headlines: list[Headline], more: int) -> dict[str, object]:
    messages = [
        {"headline": headline.words, "link": headline.link, "count": line.count, "at": line.last_at}
        for line, headline in zip(bundle.lines, headlines, strict=True)
    ]
    return {"type": "messages.bundled", "count": bundle.count, "messages": messages, "more": more}
