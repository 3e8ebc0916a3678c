"""A message as blocks (Block Kit), with the same in plain text for notices and for compatible services.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from liaison.lib.http import Response
from liaison.notifications.channels.answers import meaning_of
from liaison.notifications.channels.chat import Button, Spoken, cut, rendered, spoken, without_links
from liaison.notifications.channels.contract import Answer, Letter, Rendered
from liaison.notifications.channels.posted_json import PostedJson

# The limits of Block Kit, in characters after escaping: a header, the text of a section, a label, the address of a
# button. Escaping makes one character five at most.
LONGEST_HEADER: Final = 150
LONGEST_SECTION: Final = 3_000
LONGEST_LABEL: Final = 75
LONGEST_URL: Final = 3_000
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# The address was revoked, or its channel or workspace is no more.
_GONE: Final = (b"no_service", b"no_team", b"channel_not_found", b"no_active_hooks", b"team_disabled")


class Slack(PostedJson):
    def render(self, letter: Letter) -> Rendered:
        said = spoken(letter)
        return rendered(said, message_of(said))

    def meaning(self, response: Response, now: datetime) -> Answer:
        return meaning_of(response, now, gone=_GONE)


def message_of(said: Spoken) -> dict[str, Any]:
    """Return blocks and the plain text that stands for them."""
    body = escaped(without_links(said.text) or said.title, LONGEST_SECTION)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(said.title, LONGEST_HEADER)},
        # As it is: names and titles of others must not become links, mentions or stress.
        {"type": "section", "text": {"type": "mrkdwn", "text": body, "verbatim": True}},
    ]
    buttons = [_button(button) for button in said.buttons if len(button.url) <= LONGEST_URL]
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return {"text": escaped(said.title, LONGEST_SECTION), "blocks": blocks, "unfurl_links": False}


def escaped(text: str, longest: int) -> str:
    """Return text in which nothing is markup (`<!channel>`, `<https://…|…>`), at most `longest` characters."""
    safe = text.translate(_ESCAPED)
    if len(safe) <= longest:
        return safe
    room = longest - 1
    while len(short := text[:room].translate(_ESCAPED)) > longest - 1:
        room -= max(1, (len(short) - longest) // 5)
    return short.rstrip() + "…"


def _button(button: Button) -> dict[str, Any]:
    return {"type": "button", "text": _plain(button.label, LONGEST_LABEL), "url": button.url}


def _plain(text: str, longest: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(text, longest), "emoji": False}
