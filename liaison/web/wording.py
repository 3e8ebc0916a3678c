"""From refusal codes to sentences: each room registers the words for its own codes; pages and API read them here."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.lib.refusals import CommonCode, Refusal

# By class and value: members of two rooms' enums that share a value are equal, and their words differ.
_words: dict[tuple[type[StrEnum], str], Promise] = {}


def register(words: Mapping[StrEnum, Promise]) -> None:
    """Add the sentences of one room. Placeholders are named, `%(name)s`, and filled from a refusal's facts."""
    _words.update({(type(code), code.value): sentence for code, sentence in words.items()})


def text(code: StrEnum, facts: Mapping[str, Any] | None = None) -> str:
    """Return the sentence for a code in the active language. A code without words is a mistake of ours."""
    sentence = str(_words[type(code), code.value])
    return sentence % facts if facts else sentence


def text_of(refusal: Refusal) -> str:
    return text(refusal.code, refusal.facts)


def has_words(code: StrEnum) -> bool:
    return (type(code), code.value) in _words


register(
    {
        CommonCode.MISSING: _("There is nothing here, or you cannot see it."),
        CommonCode.NOT_ALLOWED: _("Your role does not allow this. Ask an administrator of your account."),
        CommonCode.INVALID: _("Some of what was entered cannot be used. Correct the fields marked below."),
    }
)
