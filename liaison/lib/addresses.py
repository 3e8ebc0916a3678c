"""E-mail addresses and one-line texts that may stand in a mail header: cleaned, or refused with a reason."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Final

from email_validator import EmailNotValidError, EmailSyntaxError, validate_email

from liaison.lib.text import nfc

LONGEST_ADDRESS: Final = 254

_CONTROL_CATEGORIES: Final = frozenset(("Cc", "Cs", "Zl", "Zp"))
_DIRECTION_CHANGES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class AddressProblem(StrEnum):
    """Why an address is refused; the words for it are made where they are shown."""

    EMPTY = "empty"
    CONTROL_CHARACTER = "control_character"
    SEVERAL_AT_SIGNS = "several_at_signs"
    TOO_LONG = "too_long"
    NON_ASCII_LOCAL_PART = "non_ascii_local_part"
    INVALID = "invalid"


class AddressError(ValueError):
    """An address that cannot be kept; `code` says why."""

    def __init__(self, code: AddressProblem) -> None:
        super().__init__(code.value)
        self.code = code


class LineProblem(StrEnum):
    """Why a one-line text is refused."""

    CONTROL_CHARACTER = "control_character"
    TOO_LONG = "too_long"


class LineError(ValueError):
    """A one-line text that cannot be kept; `code` says why."""

    def __init__(self, code: LineProblem) -> None:
        super().__init__(code.value)
        self.code = code


def clean_address(text: str) -> str:
    """Return the one address in `text` (at most 254 characters): its domain in lower-case ASCII (IDNA).

    The part before the @ is kept as typed and must be ASCII, for many servers deliver nothing else.
    Spaces around it are dropped; a line break anywhere is refused, even at the end. Raises AddressError.
    """
    if holds_control_characters(text):
        raise AddressError(AddressProblem.CONTROL_CHARACTER)
    address = text.strip()
    if not address:
        raise AddressError(AddressProblem.EMPTY)
    if len(address) > LONGEST_ADDRESS:
        raise AddressError(AddressProblem.TOO_LONG)
    if address.count("@") > 1:
        raise AddressError(AddressProblem.SEVERAL_AT_SIGNS)
    if not address.partition("@")[0].isascii():
        raise AddressError(AddressProblem.NON_ASCII_LOCAL_PART)
    return _validated(address)


def mailbox_key(address: str) -> str:
    """Return the key by which cleaned addresses are compared: two that differ in case reach one mailbox."""
    return address.casefold()


def same_mailbox(one: str, other: str) -> bool:
    """Say whether two cleaned addresses reach the same mailbox as far as can be told from outside."""
    return mailbox_key(one) == mailbox_key(other)


def clean_line(text: str, max_length: int) -> str:
    """Return a name or subject: composed letters, no spaces around it, at most `max_length` characters.

    Raises LineError for line breaks (also U+2028 and U+2029), NUL and other control characters, halves of
    surrogate pairs, characters that turn the direction of writing, and for what is too long. An empty line
    stays empty: whether one is needed is the caller's question.
    """
    if holds_control_characters(text):
        raise LineError(LineProblem.CONTROL_CHARACTER)
    line = nfc(text).strip()
    if len(line) > max_length:
        raise LineError(LineProblem.TOO_LONG)
    return line


def holds_control_characters(text: str) -> bool:
    """Say whether a character in the text could end a header line, or show the text as another one."""
    return any(
        unicodedata.category(character) in _CONTROL_CATEGORIES or character in _DIRECTION_CHANGES for character in text
    )


def _validated(address: str) -> str:
    try:
        found = validate_email(
            address,
            check_deliverability=False,
            test_environment=True,
            allow_smtputf8=False,
            strict=True,
        )
    except EmailSyntaxError as error:
        too_long = "too long" in str(error)
        raise AddressError(AddressProblem.TOO_LONG if too_long else AddressProblem.INVALID) from error
    except EmailNotValidError as error:
        raise AddressError(AddressProblem.INVALID) from error
    cleaned = f"{found.local_part}@{found.ascii_domain.lower()}"
    if len(cleaned) > LONGEST_ADDRESS:
        raise AddressError(AddressProblem.TOO_LONG)
    return cleaned
