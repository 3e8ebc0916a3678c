"""Mails at speed: a whole message is laid out once, with gaps, and each mail is set into them.

While a form is laid out, an unguessable word stands for each slot. The layout is cut at these words once; what is
set into the gaps later is never searched, so a value can be no other slot, and every value is escaped for the place
where it stands. Nothing between the gaps depends on who reads or what happened.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import AnyStr, Final, Generic

from django.utils import translation
from markupsafe import escape

from liaison.notifications.channels.contract import Letter
from liaison.notifications.channels.email.frame import (
    address_of,
    frame_of,
    frame_settings,
    html_body,
    sender_header,
    standing_headers,
    text_body,
    tidy,
)
from liaison.notifications.channels.email.headers import reader_headers

LONGEST_BODY_LINE: Final = 998  # octets, RFC 5321, 4.5.3.1.6
MOST_FORMS: Final = 256

# No slot of a handler has such a name, for no template could say it.
_SUBJECT: Final = "mail.subject"
_NAME: Final = "mail.recipient_name"
_APART: Final = "\0"  # no clean value holds one
_NEVER_ESCAPED: Final = re.compile(r"<(style|script)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Gapped(Generic[AnyStr]):
    """Words with a gap between each two of them; the gaps have names, and a name may come several times."""

    standing: tuple[AnyStr, ...]
    gaps: tuple[str, ...]

    def filled(self, values: Mapping[str, AnyStr]) -> AnyStr:
        parts = [self.standing[0]] * (2 * len(self.gaps) + 1)
        parts[::2] = self.standing
        parts[1::2] = [values[name] for name in self.gaps]
        return self.standing[0][:0].join(parts)


@dataclass(frozen=True)
class Form:
    """A message with gaps: `head` is what precedes the reader's headers, `skeleton` what all its messages share."""

    head: bytes
    text: Gapped[str]
    html: Gapped[bytes]
    boundary: str
    between: tuple[bytes, bytes, bytes]  # before the text, between text and HTML, after the HTML
    skeleton: bytes


def form_of(letter: Letter, *, has_name: bool) -> Form:
    """Return the form of a letter whose content has one, in the active language; laid out at its first letter."""
    content = letter.content
    because = tuple([(one.topic, one.reason) for one in letter.because if one.withheld is None])
    # The slots' names follow from the form; they stand in the key so that a mistake there leaves no gap empty.
    slots = tuple(content.slots)
    look = (translation.get_language(), frame_settings())
    return _forms.get(
        (content.template, content.form, slots, has_name, because, look), lambda: _lay_out(letter, has_name)
    )


def spliced(letter: Letter, form: Form, *, subject: str, name: str, slots: Mapping[str, str]) -> bytes | None:
    """Return the bytes of the letter: CRLF, 8bit. None when these words cannot stand in a form.

    `subject` and `name` come from `one_line`, `slots` from `clean_slots`. Raises AddressError.
    """
    values = {**slots, _SUBJECT: subject, _NAME: name}
    together = _APART.join(values.values())
    if form.boundary in together or together.count(_APART) >= len(values):
        return None
    # One call for all of them: each costs more than its work.
    parts = str(escape(together)).replace("\n", "\r\n").encode().split(_APART.encode())
    escaped = dict(zip(values, parts, strict=True))
    before, between, after = form.between
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
    text = tidy(form.text.filled(values)).replace("\n", "\r\n").encode()
    data = b"".join((form.head, head, before, text, between, form.html.filled(escaped), after))
    return None if _has_a_line_too_long(data) else data


def forget_forms() -> None:
    """Forget every form, for tests that exchange words or templates."""
    _forms.clear()


class _Forms:
    """The forms used last, for all threads of a process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._forms: OrderedDict[Hashable, Form] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, lay_out: Callable[[], Form]) -> Form:
        with self._lock:
            found = self._forms.get(key)
            if found is not None:
                self._forms.move_to_end(key)
                return found
        made = lay_out()
        with self._lock:
            self._forms[key] = made
            if len(self._forms) > self._most:
                self._forms.popitem(last=False)
        return made

    def clear(self) -> None:
        with self._lock:
            self._forms.clear()

    def __len__(self) -> int:
        return len(self._forms)


_forms = _Forms(MOST_FORMS)


def _lay_out(letter: Letter, has_name: bool) -> Form:
    content = letter.content
    tokens = {name: f"gap{secrets.token_hex(16)}" for name in (*content.slots, _SUBJECT, _NAME)}
    slots = {name: tokens[name] for name in content.slots}
    frame = frame_of(letter, subject=tokens[_SUBJECT], recipient_name=tokens[_NAME] if has_name else "")
    context = {**content.context, **slots, "slots": slots, "mail": frame}
    names = {token: name for name, token in tokens.items()}
    text = _cut(text_body(content.template, context), names)
    page = "".join([line + "\r\n" for line in re.split("\r\n|\r|\n", html_body(content.template, context).rstrip())])
    _refuse_unescaped(page, names)
    cut = _cut(page, names)
    return _form(text, Gapped(tuple([words.encode() for words in cut.standing]), cut.gaps))


def _form(text: Gapped[str], html: Gapped[bytes]) -> Form:
    """Put the parts together. All processes make the same form from the same words, its boundary too."""
    head = sender_header()
    standing = head + "".join(text.standing).encode() + b"".join(html.standing)
    boundary = "=_" + hashlib.sha256(standing).hexdigest()[:32]
    before, between, after = (words.replace(b"BOUNDARY", boundary.encode("ascii")) for words in _structure())
    body = "".join(text.standing).replace("\n", "\r\n").encode()
    gaps = b"To: \r\nSubject: \r\nDate: \r\nMessage-ID: "
    skeleton = b"".join((head, gaps, before, body, between, b"".join(html.standing), after))
    return Form(head, text, html, boundary, (before, between, after), skeleton)


def _structure() -> tuple[bytes, bytes, bytes]:
    """Return what makes the parts one message, with BOUNDARY where it belongs."""
    part = 'Content-Type: text/{}; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    before = (
        f"\r\n{standing_headers()}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="BOUNDARY"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        f"--BOUNDARY\r\n{part.format('plain')}"
    )
    between = f"\r\n--BOUNDARY\r\n{part.format('html')}"
    return before.encode("ascii"), between.encode("ascii"), b"\r\n--BOUNDARY--\r\n"


def _cut(laid_out: str, names: Mapping[str, str]) -> Gapped[str]:
    parts = re.split(f"({'|'.join(names)})", laid_out)
    return Gapped(tuple(parts[::2]), tuple([names[token] for token in parts[1::2]]))


def _refuse_unescaped(page: str, tokens: Mapping[str, str]) -> None:
    for found in _NEVER_ESCAPED.finditer(page):
        if any(token in found.group() for token in tokens):
            raise ValueError("A slot of a mail stands in a style, a script or a comment, where nothing is escaped.")


def _has_a_line_too_long(data: bytes) -> bool:
    """Say so by leaping from one line's end to the last one that a line's length away, at most."""
    leap = LONGEST_BODY_LINE + 2
    start = 0
    while len(data) - start > leap:
        start = data.rfind(b"\n", start, start + leap) + 1
        if start == 0:
            return True
    return False
