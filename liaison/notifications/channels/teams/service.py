"""A message as an Adaptive Card in the envelope that Workflows and incoming webhooks share.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from liaison.lib.http import Response
from liaison.notifications.channels.answers import meaning_of
from liaison.notifications.channels.chat import Spoken, cut_bytes, rendered, spoken, without_links
from liaison.notifications.channels.contract import Answer, Letter, Outcome, Rendered
from liaison.notifications.channels.posted_json import PostedJson

# A message takes 28 KB as a whole. Markdown and JSON may make four bytes of one, and each block adds some.
MOST_TEXT_BYTES: Final = 5_500
MOST_BLOCKS: Final = 20
_SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
_TYPE: Final = "application/vnd.microsoft.card.adaptive"
# What is answered where the workflow was removed.
_GONE: Final = (b"WorkflowNotFound", b"WorkflowTriggerNotFound", b"WorkflowDisabled")
# Incoming webhooks answer 200 also when they failed, and say so in words.
_FAILED: Final = re.compile(rb"(?:HTTP error|failed with error)\D{0,80}?([1-5]\d\d)\b", re.IGNORECASE)
_FAILED_SOMEHOW: Final = b"delivery failed"
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]#~])")


class Teams(PostedJson):
    def render(self, letter: Letter) -> Rendered:
        said = spoken(letter)
        return rendered(said, message_of(said))

    def meaning(self, response: Response, now: datetime) -> Answer:
        """Return what the answer means, also where a yes in the status is a no in the words."""
        said = meaning_of(response, now, gone=_GONE)
        if said.outcome is not Outcome.ACCEPTED:
            return said
        failed = _FAILED.search(response.body)
        if failed is not None:
            return meaning_of(Response(int(failed.group(1)), response.headers, b""), now)
        if _FAILED_SOMEHOW in response.body.lower():
            return Answer(Outcome.TEMPORARY, response.status, "the delivery failed")
        return said


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
    text = cut_bytes(without_links(said.text), MOST_TEXT_BYTES)
    paragraphs = (plain(part.strip()).replace("\n", "\n\n") for part in text.split("\n\n", MOST_BLOCKS - 1))
    return [part for part in paragraphs if part]
