"""What a first line answers to what is expected, in five languages (S7). Pure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.expectations.vocabulary import Answer
from liaison.mail.replies import Reply, estimate_in, reply_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday; ten o'clock in Rome, six in the evening in Seoul
ROME, SEOUL = "Europe/Rome", "Asia/Seoul"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "SEEN", "Seen, thank you.", "*seen*", "ok", "ACK", "읽음", "확인했습니다", "봤습니다", "已看到", "收到", "已阅",
        "visto", "Preso atto", "widziałem", "Przeczytano.", "ＳＥＥＮ",
    ],
)  # fmt: skip
def test_it_reads_that_somebody_has_seen_it(line: str) -> None:
    assert reply_of(line, NOW, ROME) == Reply(Answer.SEEN)


@pytest.mark.parametrize(
    "line",
    ["SOLVED", "Solved!", "fixed", "Done.", "해결됨", "해결했습니다.", "완료", "已解决", "已修复。", "Risolto", "fatto",
     "rozwiązane", "Naprawione"],
)  # fmt: skip
def test_it_reads_that_it_is_solved(line: str) -> None:
    assert reply_of(line, NOW, ROME) == Reply(Answer.SOLVED)


@pytest.mark.parametrize(
    ("line", "zone", "estimate_at"),
    [
        ("WORKING 16:00", ROME, at(23, 15)),
        ("WORKING 16:00", SEOUL, at(24, 7)),  # it is six in the evening there: the next 16:00 is tomorrow's
        ("WORKING 4pm", ROME, at(23, 15)),
        ("working 4 pm tomorrow", ROME, at(24, 15)),
        ("Working until 2026-11-25", ROME, at(25, 17)),
        ("working 2026-11-25 09:30", ROME, at(25, 8, 30)),
        ("working 25.11.2026 14:30", ROME, at(25, 13, 30)),
        ("Working on it, 3 days", ROME, at(26, 9)),
        ("working, 90 min", ROME, at(23, 10, 30)),
        ("작업 중 오후 8:00", SEOUL, at(23, 11)),
        ("처리 중 2시간", SEOUL, at(23, 11)),
        ("진행 중 내일 10시", SEOUL, at(24, 1)),
        ("正在处理 明天下午3点", "Asia/Shanghai", at(24, 7)),
        ("处理中 2小时", "Asia/Shanghai", at(23, 11)),
        ("处理中 2026年11月25日", "Asia/Shanghai", at(25, 10)),
        ("In lavorazione, 2 ore", ROME, at(23, 11)),
        ("ci stiamo lavorando, domani alle 10:00", ROME, at(24, 9)),
        ("Pracujemy, 3 dni", "Europe/Warsaw", at(26, 9)),
        ("W trakcie, do 16.00", "Europe/Warsaw", at(23, 15)),
        ("Solved by 17:30", ROME, at(23, 16, 30)),
        ("Risolto entro domani", ROME, at(24, 17)),
        ("해결 완료 예정: 2시간", SEOUL, at(23, 11)),
    ],
)
def test_it_reads_until_when_somebody_works_on_it(line: str, zone: str, estimate_at: datetime) -> None:
    assert reply_of(line, NOW, zone) == Reply(Answer.WORKING, estimate_at)


@pytest.mark.parametrize(
    "line", ["WORKING", "작업 중입니다", "正在处理", "in corso", "pracujemy nad tym", "solved soon"]
)
def test_who_works_on_it_without_a_moment_has_seen_it(line: str) -> None:
    assert reply_of(line, NOW, ROME) == Reply(Answer.SEEN)


@pytest.mark.parametrize(
    "line",
    ["not solved", "Solved?", "Is it solved?", "Working, but not on this", "해결되지 않았습니다", "해결 못했습니다",
     "未解决", "没有看到", "non risolto", "nie rozwiązane", "Who is this?", "unseen", "workings", "solvedx",
     "Dear all", ""],
)  # fmt: skip
def test_what_denies_asks_or_says_something_else_is_no_answer(line: str) -> None:
    assert reply_of(line, NOW, ROME) is None


@given(st.text(max_size=120), st.sampled_from([ROME, SEOUL, "America/New_York", "Pacific/Kiritimati"]))
def test_no_text_of_a_stranger_breaks_it(text: str, zone: str) -> None:
    for line in (text, f"working {text}", f"solved by {text}"):
        found = reply_of(line, NOW, zone)
        assert found is None or (found.answer is Answer.WORKING) == (found.estimate_at is not None)
    moment = estimate_in(text, NOW, zone)
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    "line", ["working 2026-02-30", "working 9999-12-31 23:59", "working 0000-00-00", "working 25:99"]
)
def test_a_moment_that_does_not_exist_is_none(line: str) -> None:
    assert reply_of(line, NOW, "Pacific/Kiritimati") == Reply(Answer.SEEN)


def test_a_clock_that_a_change_skips_means_the_first_moment_after_it() -> None:
    """Rule 6: at two o'clock the clocks of Rome go to three."""
    night = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert reply_of("working 02:30", night, ROME) == Reply(Answer.WORKING, datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
