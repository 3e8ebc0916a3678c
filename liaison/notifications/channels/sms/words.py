"""What a text message says: the title, and where to press. Nothing more is read on a phone at night."""

from __future__ import annotations

from typing import Final

from liaison.notifications.channels.chat import Spoken, cut

# Three messages joined into one: 153 letters of the GSM alphabet in each, 67 of any other.
_LONGEST_PLAIN: Final = 459
_LONGEST: Final = 201
_PLAIN: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


def words_of(said: Spoken) -> str:
    """Return the title, cut, and a whole link on a line of its own: to acknowledge, else to the matter itself."""
    button = said.acknowledge or said.open
    link = f"\n{button.label}: {button.url}" if button else ""
    longest = _LONGEST_PLAIN if _PLAIN.issuperset(said.title + link) else _LONGEST
    return cut(said.title, max(longest - len(link), 1)) + link
