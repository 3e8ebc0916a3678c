"""What a writer writes of an article in one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from liaison.helpcentre.texts import Text, words_of_keywords
from liaison.lib.text import nfc, one_line


@dataclass(frozen=True, slots=True)
class Words:
    """`lead` and `body` are Markdown, `keywords` help search, `note` tells the reviewer and the history what is new."""

    title: str = ""
    lead: str = ""
    body: str = ""
    keywords: tuple[str, ...] = ()
    note: str = ""

    def clean(self) -> Words:
        """Return the words as they are kept: composed, without NUL, each line ended by a line feed."""
        return Words(
            title=one_line(self.title),
            lead=_kept(self.lead),
            body=_kept(self.body),
            keywords=words_of_keywords(_kept(keyword) for keyword in self.keywords),
            note=one_line(self.note),
        )


def words_of(text: Text | None) -> Words:
    """Return a text to begin a new version with."""
    return Words() if text is None else Words(text.title, text.lead, text.body, text.keywords)


def _kept(text: str) -> str:
    lines = nfc(text).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip()
