"""What opens a door: tokens, keys, passwords, cookies. Names and placeholders are not secrets, values are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from liaison.lib.personal.kinds import Finding, PersonalKind
from liaison.lib.personal.masking import masked_secret

_ALONE: Final = r"(?<![0-9A-Za-z_\-])"
_LONGEST: Final = 4096

# Secrets that show by their own form what they are; the second value says how much of the beginning may be shown.
_FORMS: Final = tuple(
    (re.compile(_ALONE + form, re.ASCII), first)
    for form, first in (
        (r"eyJ[\w-]{8,4096}\.[\w-]{4,8192}(?:\.[\w-]{0,4096})?", 3),  # a JSON web token
        (r"(?:gh[pousr]_[0-9A-Za-z]{20,255}|github_pat_\w{20,255})", 4),
        (r"glpat-[\w-]{20,255}", 6),
        (r"xox[abeoprs]-[0-9A-Za-z-]{10,255}", 5),
        (r"xapp-\d-[0-9A-Za-z-]{10,255}", 5),
        (r"(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}(?![0-9A-Za-z])", 4),
        (r"AIza[\w-]{35}(?![\w-])", 4),
        (r"ya29\.[\w-]{20,1024}", 5),
        (r"[sr]k_(?:live|test)_[0-9A-Za-z]{16,255}", 8),
        (r"sk-[\w-]{20,255}", 3),
        (r"npm_[0-9A-Za-z]{36}", 4),
        (r"pypi-[\w-]{50,1024}", 5),
        (r"SG\.[\w-]{16,64}\.[\w-]{16,128}", 3),
        (r"\d{8,10}:AA[\w-]{32,40}", 0),  # a Telegram bot
        (r"liaison_[\w-]{40,64}(?![\w-])", 8),  # our API tokens
        (r"lk_[\w-]{40,64}(?![\w-])", 3),  # our intake keys
        (r"whsec_[0-9A-Za-z+/=_-]{24,128}", 6),  # our webhooks' signing keys
    )
)
_SLACK_ADDRESS: Final = re.compile(
    r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[\w/-]{10,200}", re.IGNORECASE
)
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [0-9A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS: Final = re.compile(r"-----END [0-9A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_REACH: Final = 20_000
_IN_A_WEB_ADDRESS: Final = re.compile(r"(?<=://)[^\s/@:\"'<>]{0,255}:([^\s/@\"'<>]{1,255})@(?=[\w\[])")
_SCHEME: Final = re.compile(
    r"(?<![0-9A-Za-z_])((?:bearer|authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:basic|token|digest|apikey))\s{1,3})"
    r"([0-9A-Za-z._~+/=-]{12,4096})",
    re.IGNORECASE,
)

_NAMES: Final = (
    r"pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_\- ]?key|apikey|(?:auth|access|refresh)[_-]?token"
    r"|id[_-]?token|client[_-]?secret|secret[_-]?key|secret[_-]?access[_-]?key|private[_-]?key|signing[_-]?key"
    r"|session[_-]?id|sessionid|jsessionid|phpsessid|x-api-key|x-auth-token"
    r"|비밀번호|비번|암호|密码|口令|密钥|hasło|haslo"
)
_ASSIGNED: Final = re.compile(
    rf"((?:{_NAMES})[\"']?\s{{0,3}}(:=|=>|[:=：])\s{{0,3}})(\"[^\"\n]{{1,{_LONGEST}}}\"|'[^'\n]{{1,{_LONGEST}}}'"
    rf"|[^\s\"'<>&;,{{}}]{{1,{_LONGEST}}})",
    re.IGNORECASE,
)
_NO_SECRET: Final = re.compile(
    r"[\"']?(?:[*•x…\[\].]+|null|none|nil|true|false|undefined|empty|missing|required|optional|invalid|expired|wrong"
    r"|redacted|removed|hidden|masked|secret|password|token|string|str|text|value|changeme|example|bearer|basic"
    r"|your\b.*|my[_-].*|\$.*|%.*|<.*|\{.*|\[.*|\w+\(.*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?:[(\[].*)?|\w+\[.*)[\"']?[.,!?)]*$",
    re.IGNORECASE | re.DOTALL,
)
_FEWEST_IN_PROSE: Final = 6
_FEWEST: Final = 4

_COOKIE_LINE: Final = re.compile(
    r"(?<![0-9A-Za-z_])((?:set-)?cookie2?[\"']?\s{0,3}:\s{0,3}[\"']?)([!#$%&'*+.^`|~\w-]{1,128}=[^\r\n\"';][^\r\n\"']{0,8191})",
    re.IGNORECASE,
)
_STRING: Final = r"\"((?:[^\"\\]|\\.){1,8192})\""
_SPACES: Final = r"\s{0,40}"
_TELLING: Final = r"\"(?:set-cookie|cookie|(?:proxy-)?authorization|x-api-key|x-auth-token|x-csrf-token)\""
_NAME: Final = rf"\"name\"{_SPACES}:{_SPACES}{_TELLING}"
_VALUE: Final = rf"\"value\"{_SPACES}:{_SPACES}"
_HAR_HEADERS: Final = (
    re.compile(rf"({_NAME}{_SPACES},{_SPACES}{_VALUE}){_STRING}", re.IGNORECASE),
    re.compile(rf"({_VALUE}){_STRING}(?={_SPACES},{_SPACES}{_NAME})", re.IGNORECASE),
)
_HAR_COOKIES: Final = re.compile(r"\"cookies\"\s{0,40}:\s{0,40}\[")
_HAR_VALUE: Final = re.compile(rf"(\"value\"\s{{0,40}}:\s{{0,40}}){_STRING}|\]")


def cookies(text: str, known: frozenset[str]) -> Iterator[Finding]:
    """Find what cookies hold: in headers, and in the JSON of a recording of a browser's traffic (HAR)."""
    for match in _COOKIE_LINE.finditer(text):
        if not _NO_SECRET.match(match[2].partition("=")[2]):
            name = match[2].partition("=")[0]
            yield Finding(PersonalKind.COOKIE, *match.span(2), masked_secret(match[1], f"{name}=", first=len(name) + 1))
    if '"entries"' in text or '"cookies"' in text:
        yield from _recorded(text)


def credentials(text: str, known: frozenset[str]) -> Iterator[Finding]:
    """Find tokens, keys and passwords: by their own form, by the word before them, inside web addresses."""
    for form, first in _FORMS:
        for match in form.finditer(text):
            yield Finding(PersonalKind.TOKEN, *match.span(), masked_secret("", match[0], first=first))
    for match in _SLACK_ADDRESS.finditer(text):
        yield Finding(PersonalKind.TOKEN, *match.span(), masked_secret("hooks.slack.com/", ""))
    for match in _IN_A_WEB_ADDRESS.finditer(text):
        if not _NO_SECRET.match(match[1]):
            yield Finding(PersonalKind.TOKEN, match.start(), match.end() - 1, masked_secret("://", ""))
    for match in _SCHEME.finditer(text):
        if not _NO_SECRET.match(match[2]):
            yield Finding(PersonalKind.TOKEN, *match.span(2), masked_secret(match[1], ""))
    yield from _private_keys(text)
    yield from _assigned(text)


def _private_keys(text: str) -> Iterator[Finding]:
    for match in _PRIVATE_KEY.finditer(text):
        last = _KEY_ENDS.search(text, match.end(), match.end() + _KEY_REACH)
        end = last.end() if last else _end_of_block(text, match.end())
        yield Finding(PersonalKind.TOKEN, match.start(), end, masked_secret(match[0], ""))


def _end_of_block(text: str, start: int) -> int:
    """Return where a key ends that nobody finished copying: after its last letters of base 64."""
    block = re.compile(rf"[\s0-9A-Za-z+/=:,-]{{0,{_KEY_REACH}}}").match(text, start)
    return start + len(block[0].rstrip()) if block else start


def _assigned(text: str) -> Iterator[Finding]:
    for match in _ASSIGNED.finditer(text):
        value = match[3]
        if _NO_SECRET.match(value) or not _looks_kept_secret(value, sign=match[2]):
            continue
        quoted = value[0] in "\"'"
        start, end = match.start(3) + quoted, match.end(3) - quoted
        yield Finding(PersonalKind.TOKEN, start, end, masked_secret(match[1], ""))


def _looks_kept_secret(value: str, *, sign: str) -> bool:
    """Tell a value from a sentence: after a colon a plain word is prose, after an equals sign it is a value."""
    bare = value.strip("\"'").rstrip(".,!?)")
    if any(character.isspace() for character in bare) or not bare.isascii():
        return False
    if "=" in sign or value[0] in "\"'":
        return len(bare) >= _FEWEST
    return len(bare) >= _FEWEST_IN_PROSE and any(map(str.isdigit, bare)) and not bare.isdigit()


def _recorded(text: str) -> Iterator[Finding]:
    for form in _HAR_HEADERS:
        for match in form.finditer(text):
            if not _NO_SECRET.match(match[2]):
                yield Finding(PersonalKind.COOKIE, *match.span(2), masked_secret(match[1].partition(",")[0], ""))
    for opening in _HAR_COOKIES.finditer(text):
        for match in _HAR_VALUE.finditer(text, opening.end()):
            if match[0] == "]":
                break
            if not _NO_SECRET.match(match[2]):
                yield Finding(PersonalKind.COOKIE, *match.span(2), masked_secret("cookies ", ""))
