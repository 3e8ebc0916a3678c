"""What stands around every mail, and the templates of both parts put into words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import css_inline
import jinja2
from django.conf import settings
from django.template import engines
from django.utils import translation

from liaison.catalog import loader
from liaison.lib.languages import language_for
from liaison.notifications.channels.contract import Letter
from liaison.notifications.channels.email.headers import address_value, one_line
from liaison.notifications.facts import Because
from liaison.notifications.wording import WHY_YOU
from liaison.web.colours import Palette, palette

LONGEST_NAME: Final = 100

_BLANK_LINES: Final = re.compile(r"\n{3,}")
# What has no place in a text: what `splitlines` does not end a line at, and halves of surrogate pairs.
_NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class WhyLine:
    """One line of the answer to "Why did I get this message?"."""

    topic: str
    sentence: str


@dataclass(frozen=True)
class Frame:
    """What `mail_frame` needs, as `mail` in every mail template."""

    operator_name: str
    logo_url: str
    colours: Palette
    portal_url: str
    support_address: str
    language_tag: str
    recipient_name: str
    subject: str
    why: tuple[WhyLine, ...]
    is_bare: bool = False  # the message alone, without greeting, reasons and sender: for chats and phones


def frame_of(letter: Letter, *, subject: str, recipient_name: str, is_bare: bool = False) -> Frame:
    logo = settings.OPERATOR_LOGO_URL
    return Frame(
        operator_name=settings.OPERATOR_NAME,
        logo_url=f"{settings.PORTAL_URL}{logo}" if logo.startswith("/") else logo,
        colours=_palette(settings.OPERATOR_COLOUR),
        portal_url=settings.PORTAL_URL,
        support_address=settings.OPERATOR_SUPPORT_EMAIL,
        language_tag=language_tag(),
        recipient_name=recipient_name,
        subject=subject,
        why=_why(letter.because),
        is_bare=is_bare,
    )


def frame_settings() -> tuple[str, ...]:
    """Return every setting that a mail shows: with others, it looks otherwise."""
    return (
        settings.OPERATOR_NAME,
        settings.OPERATOR_LOGO_URL,
        settings.OPERATOR_COLOUR,
        settings.PORTAL_URL,
        settings.OPERATOR_SUPPORT_EMAIL,
        settings.DEFAULT_FROM_EMAIL,
    )


def reader_name(letter: Letter) -> str:
    """Return the reader's name as headers and greeting show it, empty where there is none."""
    return one_line(letter.recipient.name, LONGEST_NAME)


def address_of(letter: Letter) -> str:
    return letter.address or letter.recipient.address


def sender_header() -> bytes:
    """Return the line that says whom the mail comes from."""
    operator = one_line(settings.OPERATOR_NAME, LONGEST_NAME)
    return b"From: " + address_value(operator, envelope_sender(), column=6) + b"\r\n"


def standing_headers() -> str:
    """Return the lines that are the same in every mail of a language."""
    return f"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nContent-Language: {language_tag()}\r\n"


def language_tag() -> str:
    return language_for(translation.get_language()).html_lang


def envelope_sender() -> str:
    """Return the bare address that the operator's mail comes from."""
    return str(settings.DEFAULT_FROM_EMAIL)


def text_body(template: str, context: Mapping[str, Any]) -> str:
    return tidy(_text_environment().get_template(f"{template}.txt").render(context))


def html_body(template: str, context: Mapping[str, Any]) -> str:
    """Return the page with its styles beside each element, as mail programs want them."""
    return _inliner().inline(_environment().get_template(f"{template}.html").render(context))


def clean_slots(slots: Mapping[str, str]) -> dict[str, str]:
    """Return the words of slots: their lines end with a line feed; of other control characters there are but tabs."""
    return {
        name: words if type(words) is str and words.isprintable() else _clean(words) for name, words in slots.items()
    }


def tidy(text: str) -> str:
    """Return the text with a line's end after its last word, and at most one empty line at a time."""
    lines = "\n".join([line.rstrip() for line in text.strip().splitlines()])
    return _BLANK_LINES.sub("\n\n", lines) + "\n"


def _clean(words: str) -> str:
    # A translation that is still to be made and words marked as HTML become plain text, as their type says.
    return _NO_TEXT.sub("", "\n".join(str(words).splitlines()))


def _why(because: tuple[Because, ...]) -> tuple[WhyLine, ...]:
    """Return one line per topic and place that counts; what was withheld is no reason of this message."""
    language = translation.get_language() or ""
    topics = loader.topics()
    return tuple(
        dict.fromkeys(
            WhyLine(topics[one.topic].name(language), str(WHY_YOU[one.reason]))
            for one in because
            if one.withheld is None
        )
    )


def _environment() -> jinja2.Environment:
    made = engines["jinja2"].env  # type: ignore[attr-defined]  # the stubs know only the common base
    if not isinstance(made, jinja2.Environment):
        raise TypeError("the first template engine is Jinja2")
    return made


@cache
def _text_environment() -> jinja2.Environment:
    # The same environment, only that nothing is escaped: `&amp;` has no place in plain text.
    return _environment().overlay(autoescape=False)


@cache
def _palette(colour: str) -> Palette:
    return palette(colour)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
