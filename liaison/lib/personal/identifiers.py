r"""Numbers that have a form and a checksum: national ids, cards, bank accounts.

Neighbours are told apart by `(?<!\d)` and Latin letters, never by `\b`: between a Han or Hangul character and a digit
there is no word boundary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from stdnum import ean, iban, luhn
from stdnum.cn import ric
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.pl import pesel

from liaison.lib.personal.kinds import Finding, PersonalKind
from liaison.lib.personal.masking import masked_number

_BEFORE: Final = r"(?<![0-9A-Za-z_])(?<!\d[.,])"
_AFTER: Final = r"(?![0-9A-Za-z_])"
_PLAIN: Final = r"(?<![0-9A-Za-z_.\-])", r"(?![0-9A-Za-z_\-])(?!\.\d)"

_KR: Final = re.compile(rf"(?<![0-9A-Za-z_.])\d{{6}}(?: ?- ?|)[1-8]\d{{6}}{_PLAIN[1]}", re.ASCII)
_CN: Final = re.compile(
    rf"{_BEFORE}\d{{6}}(?:18|19|20)\d{{9}}[\dXx]{_AFTER}|{_BEFORE}\d{{6}} \d{{8}} \d{{3}}[\dXx]{_AFTER}"
)
_IT: Final = re.compile(
    rf"{_BEFORE}[A-Z]{{3}} ?[A-Z]{{3}} ?[\dLMNP-V]{{2}}[A-EHLMPR-T][\dLMNP-V]{{2}} ?[A-Z][\dLMNP-V]{{3}}[A-Z]{_AFTER}",
    re.IGNORECASE,
)
_PL: Final = re.compile(rf"{_PLAIN[0]}\d{{11}}{_PLAIN[1]}", re.ASCII)
_CARD: Final = re.compile(
    rf"{_BEFORE}(?:\d{{13,19}}|\d{{4}}([ -])\d{{4}}\1\d{{4}}\1\d{{4}}(?:\1\d{{1,3}})?"
    rf"|\d{{4}}([ -])\d{{6}}\2\d{{4,5}}){_AFTER}",
    re.ASCII,
)
_IBAN: Final = re.compile(r"(?<![0-9A-Za-z_])([A-Za-z]{2})\d{2}(?=[ -]?[0-9A-Za-z])", re.ASCII)

# The first digits of each network, and the lengths of its numbers. Korean cards for use at home begin with 9.
_NETWORKS: Final = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"6011|64[4-9]|65"), (16, 19)),
    (re.compile(r"35(?:2[89]|[3-8])"), (16,)),
    (re.compile(r"3(?:0[0-5]|[689])"), (14,)),
    (re.compile(r"62"), (16, 17, 18, 19)),
    (re.compile(r"220[0-4]"), (16,)),
    (re.compile(r"50[12]|5[6-8]|6304|67"), (16, 18, 19)),
    (re.compile(r"9"), (16,)),
)
_GROUPED_ONLY: Final = ("9", "50", "56", "57", "58", "63", "67")

_ACCOUNTS: Final = {
    country: re.compile(rf"[A-Za-z](?:[ -]?[0-9A-Za-z]){{{int(length) - 1}}}(?![0-9A-Za-z_])")
    for length, countries in {
        "15": "NO", "16": "BE", "18": "DK FI FO GL NL SD FK", "19": "MK SI", "20": "AT BA EE KZ LT LU MN XK",
        "21": "CH CR HR LI LV", "22": "BG BH DE GB GE IE ME RS", "23": "AE GI IL IQ OM TL SO",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG", "25": "LY PT ST", "26": "IS TR",
        "27": "BI DJ FR GR IT MC MR SM", "28": "AL AZ BY CY DO GT HU LB NI PL SV", "29": "BR EG PS QA UA",
        "30": "JO KW MU YE", "31": "MT SC", "32": "LC", "33": "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip

_PROVINCE: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|7[1-2]|8[1-3]|91")

# Milliseconds since 1970 of the years 2017 to 2030 have 13 digits as well, and so have bar codes of Korean goods.
_MOMENT: Final = re.compile(r"1[5-8]")
_KOREAN_GOODS: Final = "880"
_LAST_BIRTH_YEAR: Final = 2039
# Numbers of orders begin with a date of these years as well; who was born a century earlier has a checksum.
_OLD: Final = 1930


def national_ids(text: str, known: frozenset[str]) -> Iterator[Finding]:
    """Find resident numbers of Korea, China and Poland and Italian tax codes."""
    yield from _checked(text, _KR, PersonalKind.NATIONAL_ID_KR, _is_korean)
    yield from _checked(text, _CN, PersonalKind.NATIONAL_ID_CN, _is_chinese)
    yield from _checked(text, _IT, PersonalKind.NATIONAL_ID_IT, codicefiscale.is_valid)
    yield from _checked(text, _PL, PersonalKind.NATIONAL_ID_PL, _is_polish)


def card_numbers(text: str, known: frozenset[str]) -> Iterator[Finding]:
    """Find payment cards: the ranges of the networks, their lengths, and Luhn's checksum."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"[ -]", "", match[0])
        if _is_card(digits, grouped=len(digits) < len(match[0])):
            yield Finding(PersonalKind.CARD_NUMBER, *match.span(), masked_number(match[0], first=0, last=4))


def ibans(text: str, known: frozenset[str]) -> Iterator[Finding]:
    """Find bank accounts in the form of each country, in groups or without."""
    for beginning in _IBAN.finditer(text):
        form = _ACCOUNTS.get(beginning[1].upper())
        match = form.match(text, beginning.start()) if form else None
        if match is not None and _is_account(match[0]):
            yield Finding(PersonalKind.IBAN, *match.span(), masked_number(match[0], first=2, last=3))


def _checked(
    text: str, form: re.Pattern[str], kind: PersonalKind, is_valid: Callable[[str], bool]
) -> Iterator[Finding]:
    for match in form.finditer(text):
        if is_valid(match[0]):
            yield Finding(kind, *match.span(), masked_number(match[0], first=1, last=0))


def _is_korean(written: str) -> bool:
    """Judge by date and century: since October 2020 the last digits are random and check nothing.

    Without its hyphen a number is one of thirteen digits among many: what reads as a moment or as a bar code
    of Korean goods then needs the checksum as well.
    """
    digits = re.sub(r"[ -]", "", written)
    try:
        born = rrn.get_birth_date(digits)
    except ValueError:
        return False
    if born.year > _LAST_BIRTH_YEAR:
        return False
    if "-" in written:
        return born.year >= _OLD or rrn.is_valid(digits)
    is_something_else = _MOMENT.match(digits) or (digits.startswith(_KOREAN_GOODS) and ean.is_valid(digits))
    return born.year >= _OLD and (not is_something_else or rrn.is_valid(digits))


def _is_chinese(written: str) -> bool:
    """Judge by province, date and checksum; counties come, go and are renumbered."""
    number = written.replace(" ", "").upper()
    try:
        born = ric.get_birth_date(number)
    except ValueError:
        return False
    is_dated = _PROVINCE.match(number) is not None and born.year <= _LAST_BIRTH_YEAR
    return is_dated and number[-1] == ric.calc_check_digit(number)


def _is_polish(digits: str) -> bool:
    if not pesel.is_valid(digits):
        return False
    return date(1900, 1, 1) <= pesel.get_birth_date(digits) <= date(_LAST_BIRTH_YEAR, 12, 31)


def _is_card(digits: str, *, grouped: bool) -> bool:
    if not grouped and digits.startswith(_GROUPED_ONLY):
        return False
    of_a_network = any(len(digits) in lengths and first.match(digits) for first, lengths in _NETWORKS)
    return of_a_network and len(set(digits)) > 1 and luhn.is_valid(digits)


def _is_account(written: str) -> bool:
    """Judge by the remainder first, which is quick, then by the form of the country and its own checksums."""
    compact = written.replace(" ", "").replace("-", "").upper()
    number = int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4]))
    return number % 97 == 1 and iban.is_valid(compact)
