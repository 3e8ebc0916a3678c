"""Words to search for, taken out of the texts themselves; each found case is compared with what a slow scan finds."""

from __future__ import annotations

import random
import re
import sys
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from django.db import connection

from liaison.accounts.models import Identity
from liaison.cases.lists.asking import Reader, everything, reader_of
from liaison.cases.lists.statements import MOST_COUNTED
from liaison.cases.lists.wanted import Wanted

LATIN: Final = "search, Latin letters"
CJK: Final = "search, Korean and Chinese"
BY_STAFF: Final = "search in all accounts, by staff"
_OF_STAFF: Final = 5
_LATIN_WORD: Final = re.compile(r"(?<![^\W\d_])[a-z]{4,}(?= )")
_RUN: Final = re.compile(r"[\uac00-\ud7a3]{2,}|[\u4e00-\u9fff]{2,}")
_TEXTS: Final = """
SELECT kept.text FROM cases_caseupdate AS kept JOIN cases_case AS one ON one.id = kept.case_id
WHERE one.account_id = %s ORDER BY kept.id DESC LIMIT 40
"""
# Everything that people wrote, each text read from its beginning to its end: slow, and sure. Internal notes have all of
# the words, or all else has: the search mixes them no more than this.
_SCANNED: Final = """
SELECT one.number FROM cases_case AS one
WHERE (%(account)s::bigint IS NULL OR one.account_id = %(account)s) AND (
  NOT EXISTS (
    SELECT FROM unnest(%(words)s::text[]) AS word WHERE one.title !~* word AND NOT EXISTS (
      SELECT FROM cases_caseupdate AS kept WHERE kept.case_id = one.id AND (
        kept.text ~* word OR EXISTS (
          SELECT FROM jsonb_array_elements(kept.changes) AS change
          WHERE concat_ws(' ', change->>'reason', change->>'justification', change->>'text') ~* word
        )
      )
    ) AND NOT EXISTS (
      SELECT FROM jsonb_each_text(one.answers) AS answer WHERE answer.value ~* word
    )
  ) OR %(reads_notes)s AND NOT EXISTS (
    SELECT FROM unnest(%(words)s::text[]) AS word WHERE NOT EXISTS (
      SELECT FROM cases_internalnote AS note WHERE note.case_id = one.id AND note.text ~* word
    )
  )
)
LIMIT %(most)s
"""
_MARKS: Final = "[\u0300-\u036f]*"
# Letters that Unicode does not take apart, and which the search reads as these.
_READ_AS: Final = {"l": "ł", "d": "đ", "o": "ø", "t": "ŧ", "h": "ħ", "i": "ı"}
_READ_AS_TWO: Final = {"ss": "ß", "ae": "æ", "oe": "œ"}


@dataclass(frozen=True)
class Search:
    """Who searches (a key), for what, and how many cases the page tells of."""

    reader: int
    query: str
    count: int


@dataclass
class Checked:
    searches: dict[str, list[Search]] = field(default_factory=lambda: {LATIN: [], CJK: [], BY_STAFF: []})
    asked: int = 0
    must: int = 0

    @property
    def said(self) -> str:
        return f"{self.asked} questions found all {self.must:,} cases that a scan of all texts finds"


def checked(people: list[Identity], staff: Identity, now: datetime) -> Checked:
    """Return questions with their answers. Raises RuntimeError when one misses a case that it must find."""
    chance, found = random.Random(3), Checked()  # the same words each time
    of_staff = []
    for person in people:
        reader = reader_of(person, now)
        for name, words in _questions(person.account.pk, chance):
            text = " ".join(words)
            patterns = [_pattern(word) for word in words]
            found.searches[name].append(Search(person.pk, _query(text), _compared(reader, text, patterns, found)))
            of_staff.append((text, patterns))
    reader = reader_of(staff, now)
    for text, patterns in chance.sample(of_staff, min(_OF_STAFF, len(of_staff))):
        found.searches[BY_STAFF].append(Search(staff.pk, _query(text), _compared(reader, text, patterns, found)))
    return found


def _questions(account: int, chance: random.Random) -> list[tuple[str, list[str]]]:
    """Return some words of an account's texts: one alone, and two of the same text."""
    found = []
    texts = _read(_TEXTS, [account])
    chance.shuffle(texts)
    for number, (text,) in enumerate(texts[:2]):
        runs, words = _RUN.findall(text), _LATIN_WORD.findall(text)
        if runs:
            run = chance.choice(runs)
            size = min(len(run), chance.choice((2, 2, 3, 4)))
            at = chance.randrange(len(run) - size + 1)
            found.append((CJK, [run[at : at + size]]))
        elif words:
            some = chance.sample(words, min(len(words), 1 + number % 2))
            found.append((LATIN, some))
    return found


def _pattern(word: str) -> str:
    """Return what finds it as the beginning of a word with any accents, or as it is where no spaces are written."""
    if not word.isascii():
        return word
    letters = "".join(map(_letter, word))
    for two, one in _READ_AS_TWO.items():
        apart = "".join(map(_letter, two))
        letters = letters.replace(apart, f"(?:{apart}|{one})")
    return rf"\m{letters}"


def _letter(letter: str) -> str:
    return f"[{letter}{_with_accents()[letter]}]{_MARKS}"


@cache
def _with_accents() -> dict[str, str]:
    """Return for each plain letter all the others of which it is what is left without accents and width."""
    found = defaultdict(str, _READ_AS)
    for code in range(0x80, sys.maxunicode + 1):
        plain = "".join(one for one in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(one))
        if len(plain) == 1 and plain.isascii() and plain.isalpha():
            found[plain.lower()] += chr(code)
    return found


def _compared(reader: Reader, text: str, patterns: list[str], found: Checked) -> int:
    pages = list(everything(reader, Wanted(keyword=text)))
    numbers = {line.number for page in pages for line in page}
    account = next(iter(reader.scope.accounts), None)
    most = None if len(numbers) < MOST_COUNTED else MOST_COUNTED  # that there are so many is all that is told then
    asked = {"account": account, "words": patterns, "reads_notes": reader.reads_notes, "most": most}
    must = {number for (number,) in _read(_SCANNED, asked)}
    if len(numbers) < MOST_COUNTED and not must <= numbers:
        raise RuntimeError(f"{text!r} finds {len(numbers)} cases and misses {sorted(must - numbers)[:5]}")
    if len(numbers) >= MOST_COUNTED > len(must):
        raise RuntimeError(f"{text!r} finds {len(numbers)} cases, and {len(must)} have it")
    if len(numbers) < MOST_COUNTED:
        found.asked, found.must = found.asked + 1, found.must + len(must)
    return len(numbers)


def _read(statement: str, values: list[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _query(text: str) -> str:
    return urlencode({"q": text})
