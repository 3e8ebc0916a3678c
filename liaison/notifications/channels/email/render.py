"""From a letter to the bytes that are sent: text and HTML, in the reader's language and time zone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from typing import Any, Final

import css_inline
import jinja2
from django.conf import settings
from django.template import engines
from django.utils import timezone, translation

from liaison.catalog import loader
from liaison.lib.addresses import AddressError, clean_address
from liaison.lib.languages import language_for
from liaison.lib.zones import is_zone
from liaison.notifications.channels.contract import Letter, Rendered, UndeliverableError
from liaison.notifications.facts import Because
from liaison.notifications.wording import WHY_YOU
from liaison.web.colours import Palette, palette

# Every server takes seven bits; nobody has to promise 8BITMIME.
_POLICY: Final = SMTP.clone(cte_type="7bit")
_LONGEST_SUBJECT: Final = 200
_LONGEST_NAME: Final = 100
_BREAKING: Final = frozenset(("Cc", "Cs", "Zl", "Zp"))


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


def render_letter(letter: Letter) -> Rendered:
    """Return the letter's subject and bytes (CRLF, ASCII only).

    Called with the reader's language and zone active. Raises UndeliverableError for an address that cannot
    stand in a header, and whatever a template of the handler's room raises.
    """
    subject = one_line(letter.content.subject, _LONGEST_SUBJECT)
    context = {**letter.content.context, "mail": _frame(letter, subject)}
    message = EmailMessage(policy=_POLICY)
    _set_headers(message, letter, subject)
    message.set_content(_text_body(letter.content.template, context))
    message.add_alternative(_html_body(letter.content.template, context), subtype="html")
    # After the parts: the library moves headers that start with Content- into the first of them.
    message["Content-Language"] = language_for(translation.get_language()).html_lang
    return Rendered(subject, message.as_bytes())


def reader_language(language: str) -> translation.override:
    """Return a context manager in which words come in the reader's language."""
    return translation.override(language_for(language).code)


def reader_zone(zone: str) -> timezone.override:
    """Return a context manager in which times are shown in the reader's zone, UTC for an unknown one."""
    return timezone.override(zone if is_zone(zone) else "UTC")


def envelope_sender() -> str:
    """Return the bare address that the operator's mail comes from."""
    return str(settings.DEFAULT_FROM_EMAIL)


def one_line(text: str, longest: int) -> str:
    """Return text that cannot end a header line: breaks and control characters become spaces."""
    spaced = "".join(" " if unicodedata.category(letter) in _BREAKING else letter for letter in text)
    return " ".join(spaced.split())[:longest].rstrip()


def _set_headers(message: EmailMessage, letter: Letter, subject: str) -> None:
    name = one_line(letter.recipient.name, _LONGEST_NAME)
    try:
        to = Address(display_name=name, addr_spec=clean_address(letter.recipient.address))
    except AddressError as error:
        raise UndeliverableError(f"no address for a mail: {error.code}") from error
    operator = one_line(settings.OPERATOR_NAME, _LONGEST_NAME)
    message["From"] = Address(display_name=operator, addr_spec=envelope_sender())
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"


def _frame(letter: Letter, subject: str) -> Frame:
    logo = settings.OPERATOR_LOGO_URL
    return Frame(
        operator_name=settings.OPERATOR_NAME,
        logo_url=f"{settings.PORTAL_URL}{logo}" if logo.startswith("/") else logo,
        colours=_palette(settings.OPERATOR_COLOUR),
        portal_url=settings.PORTAL_URL,
        support_address=settings.OPERATOR_SUPPORT_EMAIL,
        language_tag=language_for(translation.get_language()).html_lang,
        recipient_name=one_line(letter.recipient.name, _LONGEST_NAME),
        subject=subject,
        why=_why(letter.because),
    )


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


def _text_body(template: str, context: Mapping[str, Any]) -> str:
    text = _text_environment().get_template(f"{template}.txt").render(context)
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def _html_body(template: str, context: Mapping[str, Any]) -> str:
    page = _environment().get_template(f"{template}.html").render(context)
    return _inliner().inline(page)


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
