"""From a letter to what chats, phones and other services say: a title, a text, and where to press."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from liaison.notifications.channels.contract import Letter, Rendered, UndeliverableError
from liaison.notifications.channels.email.frame import clean_slots, frame_of, language_tag, reader_name, text_body
from liaison.notifications.channels.email.headers import one_line

LONGEST_TITLE: Final = 200
_SCHEMES: Final = ("https://", "http://")
_CUT: Final = "…"


@dataclass(frozen=True)
class Button:
    """Somewhere to press: a label in the reader's language, and where it leads."""

    label: str
    url: str


@dataclass(frozen=True)
class Spoken:
    """A message for people, in their language: the subject of the mail, its text without greeting and signature.

    `acknowledge` is there for those who are called one after the other. `open` leads to the matter itself. `thread`
    is the same for everything about one subject, None where there is none.
    """

    title: str
    text: str
    language: str
    acknowledge: Button | None = None
    open: Button | None = None
    thread: str | None = None

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for button in (self.acknowledge, self.open) if button is not None)


def spoken(letter: Letter) -> Spoken:
    """Return what the letter says. Called with the reader's language and zone active.

    A content names its links `acknowledge_link` and `link`, among its slots or in its context. Raises
    UndeliverableError for links that sign somebody in: those go to a person's own mailbox alone.
    """
    content = letter.content
    if content.goes_by_mail_alone:
        raise UndeliverableError("what is confidential goes by mail alone")
    title = one_line(content.subject, LONGEST_TITLE)
    slots = clean_slots(content.slots)
    frame = frame_of(letter, subject=title, recipient_name=reader_name(letter), is_bare=True)
    text = text_body(content.template, {**content.context, **slots, "slots": slots, "mail": frame}).strip()
    links = {**content.context, **slots}
    return Spoken(
        title=title,
        text=text,
        language=language_tag(),
        acknowledge=_button(_("Acknowledge"), links.get("acknowledge_link")),
        open=_button(_("Open in the portal"), links.get("link") or _first_link(text)),
        thread=_thread_of(letter),
    )


def without_links(text: str) -> str:
    """Return the text without the lines that lead somewhere: buttons stand for them, and nobody can say them."""
    lines = [line for line in text.splitlines() if not any(scheme in line for scheme in _SCHEMES)]
    return "\n".join(lines).strip()


def cut(text: str, longest: int) -> str:
    """Return at most `longest` characters; what was cut ends with "…"."""
    return text if len(text) <= longest else text[: longest - len(_CUT)].rstrip() + _CUT


def cut_bytes(text: str, most: int) -> str:
    """Return the text cut so that its UTF-8 takes at most `most` bytes, never within a character."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return text
    return data[: most - len(_CUT.encode())].decode("utf-8", "ignore").rstrip() + _CUT


def rendered(said: Spoken, body: dict[str, Any]) -> Rendered:
    """Return the message in its final form, JSON in UTF-8."""
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Rendered(said.title, data.encode("utf-8", "replace"))


def _button(label: str, url: object) -> Button | None:
    return Button(label, url) if isinstance(url, str) and url.startswith(_SCHEMES) else None


def _first_link(text: str) -> str | None:
    """Return the first address of the portal in a text, for contents that name none."""
    return next((word for word in _words(text) if word.startswith(f"{settings.PORTAL_URL}/")), None)


def _words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from line.split()


def _thread_of(letter: Letter) -> str | None:
    """Return the id of the incident, for contents whose facts name one."""
    incident = letter.content.data.get("incident")
    found = incident.get("id") if isinstance(incident, dict) else None
    return found if isinstance(found, str) else None
