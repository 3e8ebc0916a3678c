"""What the partner answers by mail to what is expected: seen, working until when, or solved. Pure.

It stands in the first line of their own, in one of five languages. Whoever works on it and says no moment that can be
read has seen it; when in doubt it does not count, and the answer is asked for again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from liaison.expectations.vocabulary import Answer
from liaison.lib.text import fold
from liaison.lib.zones import resolve_local
from liaison.mail.answers import denies_or_asks, own_words, says_yes

_SEEN: Final = (
    ("seen", "noted", "noticed", "read", "visto", "vista", "preso atto", "letto", "widziałem", "widziałam", "widziane",
     "zobaczyłem", "zobaczyłam", "przeczytałem", "przeczytałam", "przeczytano", "odczytano", "przyjąłem do wiadomości"),
    ("읽음", "읽었", "봤습니다", "보았습니다", "已查看", "已看到", "看到", "已阅", "已读", "已知悉", "知悉"),
)  # fmt: skip
_WORKING: Final = (
    ("working on it", "we are working on it", "i am working on it", "working", "in progress", "wip",
     "in lavorazione", "in corso", "ci stiamo lavorando", "ci sto lavorando", "al lavoro", "lavoriamo", "lavoro",
     "pracujemy nad tym", "pracuję nad tym", "pracujemy", "pracuję", "w toku", "w trakcie"),
    ("작업 중", "작업중", "처리 중", "처리중", "진행 중", "진행중", "해결 중", "해결중",
     "正在处理", "处理中", "正在修复", "修复中", "正在解决", "解决中", "进行中"),
)  # fmt: skip
_SOLVED: Final = (
    ("solved", "fixed", "resolved", "done", "risolto", "risolta", "risolti", "sistemato", "fatto", "corretto",
     "rozwiązane", "rozwiązany", "rozwiązano", "rozwiązaliśmy", "naprawione", "naprawiono", "zrobione", "gotowe"),
    ("해결됨", "해결함", "해결했", "해결되었", "해결됐", "해결 완료", "해결완료", "완료", "已解决", "解决了", "已修复",
     "修复了", "已完成", "完成"),
)  # fmt: skip
# What is solved by a moment to come is not solved yet.
_TO_COME: Final = re.compile(
    r"\b(?:by|until|till|soon|within|in \d|will|tomorrow|next|entro|fra|tra|presto|domani|do|za|jutro|wkrótce)\b"
    r"|예정|까지|내일|이내|곧|预计|之前|以前|前|明天|将"
)
_TOMORROW: Final = re.compile(r"\btomorrow\b|내일|明天|\bdomani\b|\bjutro\b")
_CLOCK: Final = re.compile(
    r"(?<![\d:.])(?P<noon>오전|오후|上午|下午)?\s*(?P<hour>[01]?\d|2[0-4])"
    r"(?:[:.h시点时](?P<minute>[0-5]\d)?분?)(?!\d)\s*(?P<half>am|pm)?(?![\w.])"
    r"|(?<![\d:.])(?P<hour12>1[0-2]|0?\d)\s*(?P<half12>am|pm)\b",
)
_ISO_DATE: Final = re.compile(r"(?<!\d)(\d{4})[-./年년]\s?(\d{1,2})[-./月월]\s?(\d{1,2})(?:日|일|\.)?")
_DAY_FIRST: Final = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_DURATION: Final = re.compile(
    r"(?<![\d:.])(?P<number>\d{1,3})\s*(?:"
    r"(?P<minutes>m(?:in(?:utes?|uti|uto|uty|ut)?)?\b|분|分钟|分)"
    r"|(?P<hours>h(?:ours?|rs?)?\b|ore\b|ora\b|godz(?:in[ay]?)?\b\.?|시간|个?小时)"
    r"|(?P<days>d(?:ays?|ni|zień)?\b|giorn[io]\b|일(?!\d)|天)"
    r")"
)
_END_OF_DAY: Final = time(18)
_NOON: Final = 12
_HALVES: Final = {"오전": "am", "上午": "am", "오후": "pm", "下午": "pm"}


@dataclass(frozen=True)
class Reply:
    """What a line answers; `estimate_at` (UTC) stands with *working* alone."""

    answer: Answer
    estimate_at: datetime | None = None


def reply_of(line: str, now: datetime, zone: str) -> Reply | None:
    """Return what the first line of an answer says; None where it is none of the answers, or denies or asks anything.

    Clocks and days are those of `zone`.
    """
    words = own_words(line)
    if denies_or_asks(words):
        return None
    is_solved, after = _begins_with(words, _SOLVED), _begins_with(words, _WORKING)
    if is_solved and not _TO_COME.search(words):
        return Reply(Answer.SOLVED)
    if is_solved or after:
        estimate_at = estimate_in(words[is_solved or after :], now, zone)
        return Reply(Answer.SEEN) if estimate_at is None else Reply(Answer.WORKING, estimate_at)
    return Reply(Answer.SEEN) if _begins_with(words, _SEEN) or says_yes(line) else None


def estimate_in(text: str, now: datetime, zone: str) -> datetime | None:
    """Return the first moment that a text names, in UTC: a time of day, a date, both, or a length of time from now.

    A time of day is the next one; a date without a time means the end of its working day. None where it names none.
    """
    words = fold(text)
    local = now.astimezone(ZoneInfo(zone))
    day, rest = _day_in(words, local.date())
    clock = _clock_in(rest)
    if day is None and clock is None:
        length = _length_in(words)
        return None if length is None else now.astimezone(UTC) + length
    found = _moment(day or local.date(), clock or _END_OF_DAY, zone)
    if found is not None and day is None and found <= now:
        found = _moment(local.date() + timedelta(days=1), clock or _END_OF_DAY, zone)
    return found


def _begins_with(words: str, known: tuple[tuple[str, ...], tuple[str, ...]]) -> int:
    """Return how long the word is with which the words begin, 0 for none of these."""
    latin, others = known
    for word in sorted((fold(one) for one in latin), key=len, reverse=True):
        if re.match(re.escape(word) + r"(?![\w'’])", words):
            return len(word)
    return next((len(word) for word in sorted(map(fold, others), key=len, reverse=True) if words.startswith(word)), 0)


def _day_in(words: str, today: date) -> tuple[date | None, str]:
    """Return the day that the words name, and the words without it."""
    for pattern, order in ((_ISO_DATE, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        match = pattern.search(words)
        if match:
            try:
                found = date(*(int(match[group]) for group in order))
            except ValueError:
                return None, words
            return found, words[: match.start()] + " " + words[match.end() :]
    if _TOMORROW.search(words):
        return today + timedelta(days=1), words
    return None, words


def _clock_in(words: str) -> time | None:
    match = _CLOCK.search(words)
    if match is None:
        return None
    hour, minute = int(match["hour"] or match["hour12"]), int(match["minute"] or 0)
    half = match["half"] or match["half12"] or _HALVES.get(match["noon"] or "")
    if half == "pm" and hour < _NOON:
        hour += _NOON
    elif half == "am" and hour == _NOON:
        hour = 0
    return time(hour, minute) if hour < 24 else None  # noqa: PLR2004  # hours of a day


def _length_in(words: str) -> timedelta | None:
    match = _DURATION.search(words)
    if match is None:
        return None
    unit = "minutes" if match["minutes"] else "hours" if match["hours"] else "days"
    return timedelta(**{unit: int(match["number"])})


def _moment(day: date, clock: time, zone: str) -> datetime | None:
    try:
        return resolve_local(datetime.combine(day, clock), zone).instant_utc
    except (ValueError, OverflowError):
        return None
