"""A message as an Adaptive Card in the envelope that Workflows and incoming webhooks share.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
"""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from liaison.lib.http import Response
from liaison.notifications.channels.answers import meaning_of
from liaison.notifications.channels.chat import Spoken, cut, rendered, spoken, without_links
from liaison.notifications.channels.contract import Answer, Letter, Outcome, Rendered
from liaison.notifications.channels.posted_json import PostedJson

# A message takes 28 KB as a whole, and a character up to three bytes.
LONGEST_TEXT: Final = 7_000
_SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
_TYPE: Final = "application/vnd.microsoft.card.adaptive"
# What is answered where the workflow was removed.
_GONE: Final = (b"WorkflowNotFound", b"WorkflowTriggerNotFound", b"WorkflowDisabled")
# Incoming webhooks answer 200 also when they failed, and say so in words: only "1" is a yes.
_FAILED: Final = re.compile(rb"failed with (?:HTTP error|status code)\D{0,20}(\d{3})", re.IGNORECASE)
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]#~])")


class Teams(PostedJson):
    def render(self, letter: Letter) -> Rendered:
        said = spoken(letter)
        return rendered(said, message_of(said))

    def meaning(self, response: Response, now: datetime) -> Answer:
        """Return what the answer means, also where a yes in the status is a no in the words."""
        said = meaning_of(response, now, gone=_GONE)
        failed = _FAILED.search(response.body) if said.outcome is Outcome.ACCEPTED else None
        if failed is None:
            return said
        inner = Response(int(failed.group(1)), response.headers, b"")
        if HTTPStatus.OK <= inner.status < HTTPStatus.MULTIPLE_CHOICES:
            return said
        return meaning_of(inner, now, gone=_GONE)


def message_of(said: Spoken) -> dict[str, Any]:
    """Return the envelope with one card."""
    card: dict[str, Any] = {
        "$schema": _SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": said.language,
        "fallbackText": said.title,
        "msteams": {"width": "Full"},
        "body": [
            {"type": "TextBlock", "text": plain(said.title), "weight": "Bolder", "size": "Medium", "wrap": True},
            *({"type": "TextBlock", "text": line, "wrap": True, "spacing": "Small"} for line in _paragraphs(said)),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": button.label, "url": button.url} for button in said.buttons],
    }
    return {
        "type": "message",
        "summary": said.title,
        "attachments": [{"contentType": _TYPE, "contentUrl": None, "content": card}],
    }


def plain(text: str) -> str:
    """Return text that a card shows as it is: cards know links, lists and stress in Markdown."""
    return _MARKDOWN.sub(r"\\\1", text)


def _paragraphs(said: Spoken) -> list[str]:
    """Return the text, one block for each paragraph; a card makes one line of single line ends, two keep them."""
    text = cut(without_links(said.text), LONGEST_TEXT)
    paragraphs = (plain(part.strip()).replace("\n", "\n\n") for part in text.split("\n\n"))
    return [part for part in paragraphs if part]
