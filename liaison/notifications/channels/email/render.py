"""From a letter to the bytes that are sent: text and HTML, in the reader's language and time zone."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Final

from django.utils import timezone, translation

from liaison.lib.addresses import AddressError
from liaison.lib.languages import language_for
from liaison.lib.zones import is_zone
from liaison.notifications.channels.contract import Letter, Rendered, UndeliverableError
from liaison.notifications.channels.email.forms import form_of, spliced
from liaison.notifications.channels.email.frame import (
    address_of,
    clean_slots,
    envelope_sender,
    frame_of,
    html_body,
    reader_name,
    sender_header,
    standing_headers,
    text_body,
)
from liaison.notifications.channels.email.headers import one_line, reader_headers

# Every server takes seven bits; nobody has to promise 8BITMIME.
_POLICY: Final = SMTP.clone(cte_type="7bit")
_LONGEST_SUBJECT: Final = 200


def render_letter(letter: Letter, *, eight_bits: bool = True) -> Rendered:
    """Return the letter's subject and bytes (CRLF; ASCII only where `eight_bits` is false).

    Called with the reader's language and zone active. Content with a form is set into it. The body of other content,
    and of words that fit into no form, is written by the library; both ways say the same. Raises UndeliverableError
    for an address that cannot stand in a header, and whatever a template of the handler's room raises.
    """
    subject = one_line(letter.content.subject, _LONGEST_SUBJECT)
    name = reader_name(letter)
    slots = clean_slots(letter.content.slots)
    try:
        if letter.content.form:
            form = form_of(letter, has_name=bool(name))
            data = spliced(letter, form, subject=subject, name=name, slots=slots)
            if data is not None and (eight_bits or data.isascii()):
                return Rendered(subject, data, form.skeleton)
        return Rendered(subject, _written(letter, subject, name, slots))
    except AddressError as error:
        raise UndeliverableError(f"no address for a mail: {error.code}") from error


def reader_language(language: str) -> translation.override:
    """Return a context manager in which words come in the reader's language."""
    return translation.override(language_for(language).code)


def reader_zone(zone: str) -> timezone.override:
    """Return a context manager in which times are shown in the reader's zone, UTC for an unknown one."""
    return timezone.override(zone if is_zone(zone) else "UTC")


def _written(letter: Letter, subject: str, name: str, slots: Mapping[str, str]) -> bytes:
    """Return the bytes of one letter, made for it alone."""
    frame = frame_of(letter, subject=subject, recipient_name=name)
    context: dict[str, Any] = {**letter.content.context, **slots, "slots": slots, "mail": frame}
    head = reader_headers(
        name=name,
        address=address_of(letter),
        subject=subject,
        at=letter.at,
        message_id=letter.message_id,
        answer_to=letter.content.answer_to,
        thread=letter.content.thread,
        unsubscribe=letter.content.unsubscribe,
    )
    message = EmailMessage(policy=_POLICY)
    message.set_content(text_body(letter.content.template, context))
    message.add_alternative(html_body(letter.content.template, context), subtype="html")
    return b"".join((sender_header(), head, b"\r\n", standing_headers().encode("ascii"), message.as_bytes()))


__all__ = ["envelope_sender", "reader_language", "reader_zone", "render_letter"]
