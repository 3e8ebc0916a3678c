"""What opens a door: tokens, keys, passwords, cookies. Names and placeholders are not secrets, values are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from liaison.lib.personal.kinds import Finding, PersonalKind
from liaison.lib.personal.masking import masked_secret

_LONGEST: Final = 4096

# Secrets that show by their own form what they are; the second value says how much of the beginning may be shown.
# The letters at the beginning are searched fast; only where they stand is asked whether a word ends there.
_FORMS: Final = tuple(
    (re.compile(rf"{beginning}(?<![0-9A-Za-z_\-]{beginning}){rest}", re.ASCII), first)
    for beginning, rest, first in (
        (r"eyJ", r"[\w-]{8,4096}+\.[\w-]{4,8192}+(?:\.[\w-]{0,4096})?", 3),  # a JSON web token
        (r"gh[pousr]_", r"[0-9A-Za-z]{20,255}", 4),
        (r"github_pat_", r"\w{20,255}", 11),
        (r"glpat-", r"[\w-]{20,255}", 6),
        (r"xox[abeoprs]-", r"[0-9A-Za-z-]{10,255}", 5),
        (r"xapp-\d-", r"[0-9A-Za-z-]{10,255}", 5),
        (r"A(?:KIA|SIA|ROA|IDA)", r"[0-9A-Z]{16}(?![0-9A-Za-z])", 4),
        (r"AIza", r"[\w-]{35}(?![\w-])", 4),
        (r"ya29\.", r"[\w-]{20,1024}", 5),
        (r"[sr]k_(?:live|test)_", r"[0-9A-Za-z]{16,255}", 8),
        (r"sk-", r"[\w-]{20,255}", 3),
        (r"npm_", r"[0-9A-Za-z]{36}", 4),
        (r"pypi-", r"[\w-]{50,1024}", 5),
        (r"SG\.", r"[\w-]{16,64}\.[\w-]{16,128}", 3),
        (r"liaison_", r"[\w-]{40,64}(?![\w-])", 8),  # our API tokens
        (r"lk_", r"[\w-]{40,64}(?![\w-])", 3),  # our intake keys
        (r"whsec_", r"[0-9A-Za-z+/=_-]{24,128}", 6),  # our webhooks' signing keys
    )
)
_TELEGRAM: Final = re.compile(r":AA[\w-]{32,40}", re.ASCII)
_TELEGRAM_BOT: Final = re.compile(r"(?<![0-9A-Za-z_])\d{8,10}$", re.ASCII)
_SLACK_ADDRESS: Final = re.compile(r"hooks\.slack\.com/((?:services|workflows|triggers)/[\w/-]{10,200})", re.ASCII)
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [0-9A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS: Final = re.compile(r"-----END [0-9A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_REACH: Final = 20_000
_IN_A_WEB_ADDRESS: Final = re.compile(r"://([^\s/@:\"'<>]{0,255}:([^\s/@\"'<>]{1,255}))@(?=[\w\[])")
_SCHEME: Final = re.compile(
    r"((?:bearer|authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:basic|token|digest|apikey))\s{1,3})"
    r"([0-9A-Za-z._~+/=-]{12,4096})",
    re.IGNORECASE,
)

# As they end before the sign, in lower case and with `_` for spaces and hyphens.
_NAMES: Final = (
    *("password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "api_key", "apikey", "secret_key"),
    *("access_key", "private_key", "signing_key", "session_id", "sessionid", "jsessionid", "phpsessid"),
    *("비밀번호", "비번", "암호", "密码", "口令", "密钥", "hasło", "haslo"),
)
# Where a list goes on is called a token too, and opens nothing.
_PLACES: Final = ("page_token", "pagetoken", "sync_token", "synctoken", "continuation_token", "continuationtoken")
_SIGN: Final = re.compile(r":=|=>|[:=：]")
_NAMED_REACH: Final = 30
# A value without quotes is judged by its beginning: one that holds a thousand signs is read a thousand times.
_JUDGED: Final = 256
_BARE: Final = r"[^\s\"'<>&;,{}]"
_ASSIGNED: Final = re.compile(
    rf"\s{{0,3}}(\"[^\"\n]{{1,{_LONGEST}}}+\"|'[^'\n]{{1,{_LONGEST}}}+'|{_BARE}{{1,{_JUDGED}}}+)"
)
_REST: Final = re.compile(rf"{_BARE}{{0,{_LONGEST}}}+")
_NO_SECRET: Final = re.compile(
    r"[\"']?(?:[*•x…\[\].]+|null|none|nil|true|false|undefined|empty|missing|required|optional|invalid|expired|wrong"
    r"|redacted|removed|hidden|masked|secret|password|token|string|str|text|value|changeme|example|bearer|basic"
    r"|your\b.*|my[_-].*|\.{0,2}/.*|\$.*|%.*|<.*|\{.*|\[.*|\w+\(.*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?:[(\[].*)?|\w+\[.*)[\"']?[.,!?)]*$",
    re.IGNORECASE | re.DOTALL,
)
_SPACE: Final = re.compile(r"\s")
_DIGIT: Final = re.compile(r"[0-9]")
_FEWEST_IN_PROSE: Final = 6
_FEWEST: Final = 4

_COOKIE: Final = re.compile(r"cookie2?[\"']?\s{0,3}:\s{0,3}[\"']?", re.IGNORECASE)
_COOKIE_NAMED: Final = re.compile(r"(?:^|[^0-9A-Za-z_-])(?:set-)?$", re.IGNORECASE)
_COOKIES: Final = re.compile(r"([!#$%&'*+.^`|~\w-]{1,128}+=)([^\r\n\"';][^\r\n\"']{0,8191})", re.ASCII)
_STRING: Final = r"\"((?:[^\"\\]|\\.){1,8192})\""
_SPACES: Final = r"\s{0,40}"
_TELLING: Final = r"\"(?:set-cookie|cookie|(?:proxy-)?authorization|x-api-key|x-auth-token|x-csrf-token)\""
_NAME: Final = rf"\"name\"{_SPACES}:{_SPACES}{_TELLING}"
_VALUE: Final = rf"\"value\"{_SPACES}:{_SPACES}"
_HAR_HEADERS: Final = (
    re.compile(rf"({_NAME}{_SPACES},{_SPACES}{_VALUE}){_STRING}", re.IGNORECASE),
    re.compile(rf"({_VALUE}){_STRING}(?={_SPACES},{_SPACES}{_NAME})", re.IGNORECASE),
)
_HAR_COOKIES: Final = re.compile(rf"\"cookies\"{_SPACES}:{_SPACES}(\[)|({_VALUE}){_STRING}|(\])")


def cookies(text: str, known: frozenset[str]) -> Iterator[Finding]:
    """Find what cookies hold: in headers, and in the JSON of a recording of a browser's traffic (HAR)."""
    for header in _COOKIE.finditer(text):
        match = _COOKIES.match(text, header.end())
        if match is None or _NO_SECRET.match(match[2]):
            continue
        if _COOKIE_NAMED.search(text[max(0, header.start() - 5) : header.start()]):
            yield Finding(PersonalKind.COOKIE, *match.span(), masked_secret(f"{header[0]}{match[1]}", ""))
    if '"cookies"' in text or '"entries"' in text:
        yield from _recorded(text)


def credentials(text: str, known: frozenset[str]) -> Iterator[Finding]:
    """Find tokens, keys and passwords: by their own form, by the word before them, inside web addresses."""
    for form, first in _FORMS:
        for match in form.finditer(text):
            yield Finding(PersonalKind.TOKEN, *match.span(), masked_secret("", match[0], first=first))
    yield from _in_web_addresses(text)
    yield from _bots(text)
    yield from _schemes(text)
    yield from _private_keys(text)
    yield from _assigned(text)


def _in_web_addresses(text: str) -> Iterator[Finding]:
    for match in _SLACK_ADDRESS.finditer(text):
        yield Finding(PersonalKind.TOKEN, *match.span(1), masked_secret("hooks.slack.com/", ""))
    for match in _IN_A_WEB_ADDRESS.finditer(text):
        if not _NO_SECRET.match(match[2]):
            yield Finding(PersonalKind.TOKEN, *match.span(1), masked_secret("://", ""))


def _bots(text: str) -> Iterator[Finding]:
    for match in _TELEGRAM.finditer(text):
        if bot := _TELEGRAM_BOT.search(text, max(0, match.start() - 12), match.start()):
            yield Finding(PersonalKind.TOKEN, bot.start(), match.end(), masked_secret("", bot[0], first=2))


def _schemes(text: str) -> Iterator[Finding]:
    for match in _SCHEME.finditer(text):
        if not (_NO_SECRET.match(match[2]) or _is_in_a_word(text, match.start())):
            yield Finding(PersonalKind.TOKEN, *match.span(2), masked_secret(match[1], ""))


def _is_in_a_word(text: str, start: int) -> bool:
    before = text[max(0, start - 1) : start]
    return before.isascii() and (before.isalnum() or before in ("_", "-"))


def _private_keys(text: str) -> Iterator[Finding]:
    for match in _PRIVATE_KEY.finditer(text):
        last = _KEY_ENDS.search(text, match.end(), match.end() + _KEY_REACH)
        end = last.end() if last else _end_of_block(text, match.end())
        yield Finding(PersonalKind.TOKEN, match.start(), end, masked_secret("PRIVATE KEY ", ""))


def _end_of_block(text: str, start: int) -> int:
    """Return where a key ends that nobody finished copying: after its last letters of base 64."""
    block = re.compile(rf"[\s0-9A-Za-z+/=:,-]{{0,{_KEY_REACH}}}").match(text, start)
    return start + len(block[0].rstrip()) if block else start


def _assigned(text: str) -> Iterator[Finding]:
    for sign in _SIGN.finditer(text):
        name = text[max(0, sign.start() - _NAMED_REACH) : sign.start()].rstrip(" \"'")
        if not _names_a_secret(name):
            continue
        match = _ASSIGNED.match(text, sign.end())
        if match and not _NO_SECRET.match(match[1]) and _looks_kept_secret(match[1], sign=sign[0]):
            quoted = match[1][0] in "\"'"
            rest = None if quoted else _REST.match(text, match.end(1))
            start, end = match.start(1) + quoted, rest.end() if rest else match.end(1) - quoted
            yield Finding(PersonalKind.TOKEN, start, end, masked_secret(_last_word(name) + sign[0], ""))


def _names_a_secret(name: str) -> bool:
    folded = name.lower().replace("-", "_").replace(" ", "_")
    return folded.endswith(_NAMES) and not folded.endswith(_PLACES)


def _last_word(name: str) -> str:
    return re.split(r"[^\w-]", name)[-1]


def _looks_kept_secret(value: str, *, sign: str) -> bool:
    """Tell a value from a sentence: after a colon a plain word is prose, after an equals sign it is a value."""
    bare = value.strip("\"'").rstrip(".,!?)")
    # Asked of thousands of values in a hostile text: only by what runs through it at once.
    if not bare.isascii() or _SPACE.search(bare):
        return False
    if "=" in sign or value[0] in "\"'":
        return len(bare) >= _FEWEST
    return len(bare) >= _FEWEST_IN_PROSE and _DIGIT.search(bare) is not None and not bare.isdigit()


def _recorded(text: str) -> Iterator[Finding]:
    for form in _HAR_HEADERS:
        for match in form.finditer(text):
            if not _NO_SECRET.match(match[2]):
                yield Finding(PersonalKind.COOKIE, *match.span(2), masked_secret(match[1].partition(",")[0], ""))
    inside = False
    for match in _HAR_COOKIES.finditer(text):
        if match[3] is None:
            inside = match[1] is not None
        elif inside and not _NO_SECRET.match(match[3]):
            yield Finding(PersonalKind.COOKIE, *match.span(3), masked_secret("cookies ", ""))
