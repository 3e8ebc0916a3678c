"""Where a person can be reached: e-mail addresses and phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from liaison.lib.personal.kinds import Finding, PersonalKind
from liaison.lib.personal.masking import masked_address, masked_number

_LONGEST_LOCAL: Final = 64
# A dot before it or an ellipsis: somebody has masked the address already. `://` begins the user of a web address.
_ADDRESS: Final = re.compile(
    r"(?<![0-9A-Za-z.!#$%&'*+/=?^_`{|}~•…@-])"
    rf"[0-9A-Za-z_](?:[0-9A-Za-z.!#$%&'+/=?^_`{{|}}~-]{{0,{_LONGEST_LOCAL - 1}}})"
    r"@((?:[0-9A-Za-z](?:[0-9A-Za-z-]{0,62})\.){1,8}[A-Za-z]{2,24})(?![0-9A-Za-z-])"
)
_MESSAGE_HEADER: Final = re.compile(r"(?:message-id|in-reply-to|references|content-id|cid)\s*:[^\n]*$", re.IGNORECASE)
_HEADER_REACH: Final = 400

# Kept for documents and for networks of their own (RFC 2606, 6761, 6762): nobody reads mail there.
_NOBODYS: Final = ("example", "test", "invalid", "localhost", "local", "internal", "lan", "localdomain")
_DOCUMENTS: Final = ("example.com", "example.org", "example.net", "example.edu")
_FILES: Final = re.compile(
    r"png|jpe?g|gif|svg|webp|ico|m?js|s?css|json|xml|html?|pdf|csv|txt|md|ya?ml|zip|gz|map|woff2?", re.IGNORECASE
)
_NO_PERSON: Final = frozenset(("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "mailer-daemon", "git"))

# A number stands between what is no number itself: no longer run of digits, no hash, no decimal, no path.
_BEFORE: Final = r"(?<![0-9A-Za-z_+./#@-])(?<![0-9][ ,:=])"
_AFTER: Final = r"(?![0-9A-Za-z_:/@-])(?![.,][0-9])(?![ ][0-9])"
_REST: Final = r"(?:[ ./-]?\(?[0-9]{1,5}\)?){2,7}"
# Every number stands in a run of digits and of what is written between them; only there the forms are tried.
_RUN: Final = re.compile(r"[+(]{0,2}[0-9][0-9 ().+/-]{5,400}[0-9]")
_ANYWHERE: Final = re.compile(
    r"(?<![0-9A-Za-z_+.])(?:\+|00(?=[1-9][0-9][ ][0-9(]))[0-9]{1,3}[ .-]?(?:\(0?[0-9]{0,4}\))?"
    + _REST
    + r"(?![0-9A-Za-z_@])"
)
_WORDS: Final = (
    r"tel(?:ephone|efono|efon)?|(?:mobile|cell|tele)?phone|mobile|cell(?:ulare)?|komórk[a-zęąio]{0,4}|whats ?app",
    r"recapito|numer telefonu|(?:za)?dzwoni[a-zęćłąo]{0,5} (?:pod|na)|call|fax",
    r"전화(?:번호)?|연락처|휴대폰|핸드폰|电话(?:号码)?|手机(?:号码?)?|联系方式",
)
_WORD_BEFORE: Final = re.compile(rf"(?<![a-z])(?:{'|'.join(_WORDS)})(?![a-z])[^\n0-9+]{{0,14}}$", re.IGNORECASE)
_WORD_REACH: Final = 34
_AFTER_A_WORD: Final = re.compile(rf"\(?[0-9]{{1,5}}\)?{_REST}(?![0-9A-Za-z_@-])(?![.,:][0-9])")
# How people of a country write a number when they do not say that it is one. Ten digits in a row, and ten grouped
# by hyphens as 408-271-9365, are case numbers here and never enough.
_FORMS: Final = tuple(
    (region, re.compile(_BEFORE + form + _AFTER, re.ASCII))
    for region, form in (
        ("KR", r"01[016-9]([ .-]?)\d{3,4}\1\d{4}"),
        ("KR", r"0(?:2|[3-6]\d|70)[)-]\d{3,4}-\d{4}"),
        ("CN", r"1[3-9]\d(?:\d{8}|([ -])\d{4}\1\d{4})"),
        ("CN", r"\(?0(?:10|2\d|[3-9]\d\d)[)-] ?\d{7,8}"),
        ("IT", r"3\d\d(?:[ /-]\d{6,7}| \d{3} \d{4}| \d{3} \d\d \d\d)"),
        ("IT", r"0\d{1,3}(?:[ /-]\d{6,8}| \d{3,4} \d{3,4})"),
        ("PL", r"(?:45|5[0137]|6[069]|7[2389]|88)\d([ -])\d{3}\1\d{3}"),
        # Columns of figures look like landlines in groups by spaces: those need brackets, or a word.
        ("PL", r"(?:\(\d\d\)(?: \d{3} \d\d \d\d| ?\d{3}-\d\d-\d\d)|\d\d-\d{3}-\d\d-\d\d)"),
        ("US", r"(?:1[ .-])?\([2-9]\d\d\) ?\d{3}[ .-]\d{4}"),
        ("US", r"1([ .-])[2-9]\d\d\1\d{3}\1\d{4}"),
        ("US", r"[2-9]\d\d\.\d{3}\.\d{4}"),
    )
)
_REGIONS: Final = ("KR", "CN", "IT", "PL", "US")
_MONEY_AFTER: Final = re.compile(r"\s?(?:zł|PLN|EUR|€|USD|\$|KRW|원|₩|元|CNY|¥|￥|RMB|%)", re.IGNORECASE)
_MONEY_BEFORE: Final = re.compile(r"(?:PLN|EUR|€|USD|\$|KRW|₩|CNY|¥|￥|RMB)\s?$", re.IGNORECASE)
_INTERNET_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}$")
_DAY: Final = re.compile(r"(?:19|20)\d\d[ .\-/]\d\d?[ .\-/]\d\d?(?!\d)|\d\d?[.\-/]\d\d?[.\-/](?:19|20)\d\d(?!\d)")
_FEWEST_DIGITS: Final = 7
# Checking a number against its country's plan is what costs: a text with more than this many candidates is a list,
# and there the form alone decides.
_MOST_CHECKED: Final = 4_000


def written_addresses(text: str, known: frozenset[str]) -> Iterator[Finding]:
    """Find e-mail addresses that could be a person's; those in `known`, and of domains in `known`, are left."""
    if "@" not in text:
        return
    for match in _ADDRESS.finditer(text):
        if not _is_nobodys(match[0], match[1], known) and not _is_of_a_message(text, match.start()):
            yield Finding(PersonalKind.E_MAIL, *match.span(), masked_address(match[0]))


def phones(text: str, known: frozenset[str]) -> Iterator[Finding]:
    """Find phone numbers: with a plus, after a word that announces one, or as people of five countries write them."""
    checked = 0
    for start, end, regions in _candidates(text):
        written = text[start:end]
        if _is_no_phone(text, start, end):
            continue
        checked += 1
        if checked > _MOST_CHECKED or any(_is_a_number(written, region) for region in regions):
            yield Finding(PersonalKind.PHONE, start, end, masked_number(written, first=3, last=2))


def _candidates(text: str) -> Iterator[tuple[int, int, tuple[str | None, ...]]]:
    for run in _RUN.finditer(text):
        # The forms look at what follows, so that they see a little more than the run.
        start, end = run.start(), run.end() + 3
        for match in _ANYWHERE.finditer(text, start, end):
            yield *match.span(), (None,)
        if _WORD_BEFORE.search(text[max(0, start - _WORD_REACH) : start]):
            announced = _AFTER_A_WORD.match(text, start, end)
            if announced:
                yield *announced.span(), _REGIONS
        for region, form in _FORMS:
            for match in form.finditer(text, start, end):
                yield *match.span(), (region,)


def _is_no_phone(text: str, start: int, end: int) -> bool:
    written = text[start:end]
    return (
        sum(map(str.isdigit, written)) < _FEWEST_DIGITS
        or _INTERNET_ADDRESS.match(written) is not None
        or _DAY.match(written) is not None
        or _MONEY_AFTER.match(text, end) is not None
        or _MONEY_BEFORE.search(text[max(0, start - 5) : start]) is not None
    )


def _is_a_number(written: str, region: str | None) -> bool:
    typed = f"+{written[2:]}" if region is None and written.startswith("00") else written
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(typed, region))
    except phonenumbers.NumberParseException:
        return False


def _is_nobodys(address: str, domain: str, known: frozenset[str]) -> bool:
    folded, domain = address.casefold(), domain.casefold()
    labels = domain.split(".")
    parents = {".".join(labels[place:]) for place in range(len(labels) - 1)}
    return (
        folded in known
        or not parents.isdisjoint(known)
        or not parents.isdisjoint(_DOCUMENTS)
        or labels[-1] in _NOBODYS
        or _FILES.fullmatch(labels[-1]) is not None
        or folded.partition("@")[0] in _NO_PERSON
    )


def _is_of_a_message(text: str, start: int) -> bool:
    """Say whether the place is the number of a mail, which looks like an address and is nobody's."""
    return _MESSAGE_HEADER.search(text[max(0, start - _HEADER_REACH) : start]) is not None
