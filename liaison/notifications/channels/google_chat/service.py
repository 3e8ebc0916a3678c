"""A message as a card (cardsV2), with the title as text; what belongs to one incident stands in one thread.

https://developers.google.com/workspace/chat/quickstart/webhooks
"""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from liaison.lib.http import Request, Response
from liaison.notifications.channels.answers import meaning_of
from liaison.notifications.channels.chat import Spoken, cut, cut_bytes, rendered, spoken, without_links
from liaison.notifications.channels.contract import Answer, Letter, Outgoing, Rendered
from liaison.notifications.channels.posted_json import PostedJson
from liaison.notifications.endpoints import UsableEndpoint

# A message takes 32,000 bytes as a whole; line ends and JSON may make three bytes of one.
MOST_TEXT_BYTES: Final = 9_000
LONGEST_TITLE: Final = 150
_GONE: Final = (b'"NOT_FOUND"',)  # the space or its webhook was removed
_REPLY: Final = "messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"


class GoogleChat(PostedJson):
    def render(self, letter: Letter) -> Rendered:
        said = spoken(letter)
        return rendered(said, message_of(said))

    def request(self, message: Outgoing, endpoint: UsableEndpoint) -> Request:
        """Return the call; a message of a thread goes into it, or begins it."""
        call = super().request(message, endpoint)
        if "thread" not in json.loads(message.data):
            return call
        joint = "&" if "?" in endpoint.url else "?"
        return replace(call, url=f"{endpoint.url}{joint}{_REPLY}")

    def meaning(self, response: Response, now: datetime) -> Answer:
        return meaning_of(response, now, gone=_GONE)


def message_of(said: Spoken) -> dict[str, Any]:
    """Return text, card and thread. The text is what notices show, so it holds no markup of its own."""
    text = cut_bytes(html.escape(without_links(said.text), quote=False), MOST_TEXT_BYTES)
    widgets: list[dict[str, Any]] = [{"textParagraph": {"text": _whole(text).replace("\n", "<br>")}}] if text else []
    if said.buttons:
        buttons = [{"text": button.label, "onClick": {"openLink": {"url": button.url}}} for button in said.buttons]
        widgets.append({"buttonList": {"buttons": buttons}})
    card: dict[str, Any] = {"header": {"title": cut(said.title, LONGEST_TITLE)}}
    if widgets:
        card["sections"] = [{"widgets": widgets}]
    message: dict[str, Any] = {"text": plain(said.title), "cardsV2": [{"cardId": "liaison", "card": card}]}
    return message | ({"thread": {"threadKey": said.thread}} if said.thread else {})


def plain(text: str) -> str:
    """Return text without the markup of links and mentions (`<users/all>`): there is no way to escape it."""
    return text.replace("<", "‹").replace(">", "›")


def _whole(text: str) -> str:
    """Return escaped text without the half of an entity that a cut left at its end."""
    head, ampersand, tail = text.rpartition("&")
    return text if not ampersand or ";" in tail else head + tail[tail.find("…") :]
