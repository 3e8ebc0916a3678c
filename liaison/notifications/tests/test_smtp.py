"""The talk with a mail server: what is said when, and what each of its answers, and each silence, means (R3)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from liaison.notifications.channels.contract import Answer, Later, Outcome, Outgoing
from liaison.notifications.channels.email import smtp
from liaison.notifications.channels.email.smtp import SmtpMail, on_the_wire
from liaison.notifications.channels.email.wire import CutOffError, Wire
from liaison.notifications.testing import MailServer
from liaison.notifications.tests.scripted_server import ScriptedServer, Talk

BODY = b"Subject: x\r\n\r\nbody\r\n"
EVERYTHING = ("PIPELINING", "8BITMIME", "SIZE 1000000")
GOOD = ("250 ok", "250 ok", "354 go on")


@pytest.fixture(autouse=True)
def _settings(settings: LazySettings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
    settings.DEFAULT_FROM_EMAIL = "liaison@operator.test"


def outgoing(address: str = "a@p.test", data: bytes = BODY, may_be_sent: Callable[[], bool] = lambda: True) -> Outgoing:
    return Outgoing(address, data, "<1@p.test>", datetime(2026, 11, 5, tzinfo=UTC), may_be_sent)


def talk_with(
    settings: LazySettings, *scripts: Callable[[Talk], None], messages: int = 1, data: bytes = BODY, patience: float = 3
) -> tuple[list[Answer | Later], ScriptedServer]:
    """Send messages, one after the other, to a server that plays the scripts."""
    with ScriptedServer(*scripts) as server:
        settings.EMAIL_PORT = server.port
        channel = SmtpMail(final_dot_seconds=4, patience=patience)
        answers = [channel.send(outgoing(data=data)) for _ in range(messages)]
        channel.close()
    return answers, server


def only(answers: list[Answer | Later]) -> Answer:
    (answer,) = answers
    assert isinstance(answer, Answer)
    return answer


def takes_one(talk: Talk, *offers: str) -> None:
    """Play an honest server for one message."""
    talk.greet(*offers)
    takes_another(talk)


def takes_another(talk: Talk) -> None:
    for answer in GOOD:
        talk.hear()
        talk.say(answer)
    talk.hear_content()
    talk.say("250 2.0.0 taken")


def test_the_envelope_goes_out_in_one_write_where_the_server_takes_that(settings: LazySettings) -> None:
    def script(talk: Talk) -> None:
        talk.greet(*EVERYTHING)
        assert talk.hear_at_once(3) == [
            f"MAIL FROM:<liaison@operator.test> SIZE={len(data)} BODY=8BITMIME", "RCPT TO:<a@p.test>", "DATA",
        ]  # fmt: skip
        talk.say("250 ok")
        assert talk.hear_nothing_for(0.1)
        talk.say("250 ok", "354 go on")
        assert talk.hear_content() == data + b".\r\n"
        talk.say("250-2.0.0 taken", "250 as number 7")
        talk.hear()

    data = BODY + "żółć\r\n".encode()
    answers, server = talk_with(settings, script, data=data)
    assert only(answers) == Answer(Outcome.ACCEPTED, 250, "2.0.0 taken\nas number 7")
    assert server.talks[0].lines[-1] == "QUIT"


def test_a_server_that_promises_nothing_is_asked_step_by_step(settings: LazySettings) -> None:
    def script(talk: Talk) -> None:
        talk.greet()
        for command, answer in zip(
            ("MAIL FROM:<liaison@operator.test>", "RCPT TO:<a@p.test>", "DATA"), GOOD, strict=True
        ):
            assert talk.hear() == command
            assert talk.hear_nothing_for(0.05)
            talk.say(answer)
        talk.hear_content()
        talk.say("250 taken")

    answers, _ = talk_with(settings, script)
    assert only(answers).outcome is Outcome.ACCEPTED


def test_seven_bits_are_not_announced_as_eight(settings: LazySettings) -> None:
    answers, server = talk_with(settings, lambda talk: takes_one(talk, "8BITMIME"))
    assert only(answers).outcome is Outcome.ACCEPTED
    assert server.talks[0].lines[1] == "MAIL FROM:<liaison@operator.test>"


@pytest.mark.parametrize(
    ("refusals", "outcome", "code"),
    [
        (("550 5.7.1 not you", "503 no", "503 no"), Outcome.REFUSED, 550),
        (("250 ok", "550 5.1.1 unknown", "554 no valid recipients"), Outcome.REFUSED, 550),
        (("250 ok", "450 4.2.0 greylisted", "503 no"), Outcome.TEMPORARY, 450),
        (("250 ok", "250 ok", "451 4.3.0 later"), Outcome.TEMPORARY, 451),
        (("250 ok", "250 ok", "552 5.3.4 too big"), Outcome.REFUSED, 552),
    ],
)
def test_each_no_of_a_pipeline_is_understood_and_the_connection_serves_the_next(
    settings: LazySettings, refusals: tuple[str, ...], outcome: Outcome, code: int
) -> None:
    def script(talk: Talk) -> None:
        talk.greet(*EVERYTHING)
        talk.hear_at_once(3)
        talk.say(*refusals)
        assert talk.hear() == "RSET"
        talk.say("250 forgotten")
        takes_another(talk)

    (first, second), _ = talk_with(settings, script, messages=2)
    assert isinstance(first, Answer)
    assert (first.outcome, first.code, first.is_unavailable) == (outcome, code, False)
    assert isinstance(second, Answer)
    assert second.outcome is Outcome.ACCEPTED


def test_no_content_goes_to_a_server_that_wants_it_for_nobody(settings: LazySettings) -> None:
    """RFC 2920, 3.1: RCPT was refused, and DATA was answered 354 all the same."""

    def script(talk: Talk) -> None:
        talk.greet(*EVERYTHING)
        talk.hear_at_once(3)
        talk.say("250 ok", "550 5.1.1 unknown", "354 go on")
        assert talk.hear_the_end() == b""

    answers, _ = talk_with(settings, script)
    assert only(answers) == Answer(Outcome.REFUSED, 550, "5.1.1 unknown")


@pytest.mark.parametrize("words", ["421 4.3.2 closing", "banana", "25", "999 what"])
def test_a_server_that_closes_or_speaks_no_smtp_says_nothing_about_the_message(
    settings: LazySettings, words: str
) -> None:
    def script(talk: Talk) -> None:
        talk.greet(*EVERYTHING)
        talk.hear_at_once(3)
        talk.say(words, words, words)
        talk.hear_the_end()

    answers, _ = talk_with(settings, script)
    assert (only(answers).outcome, only(answers).is_unavailable) == (Outcome.TEMPORARY, True)


@pytest.mark.parametrize("goodbye", ["", "421 4.7.0 enough messages on this connection"])
def test_a_server_that_ends_a_used_connection_costs_no_try(settings: LazySettings, goodbye: str) -> None:
    def first(talk: Talk) -> None:
        takes_one(talk, *EVERYTHING)
        talk.hear_at_once(3)
        if goodbye:
            talk.say(goodbye)
        talk.hang_up()

    answers, _ = talk_with(settings, first, lambda talk: takes_one(talk, *EVERYTHING), messages=2)
    assert [answer.outcome for answer in answers if isinstance(answer, Answer)] == [Outcome.ACCEPTED] * 2


def test_a_new_connection_that_ends_at_once_is_no_place_to_try_again(settings: LazySettings) -> None:
    answers, _ = talk_with(settings, lambda talk: talk.say("421 4.3.2 busy"))
    assert (only(answers).outcome, only(answers).code, only(answers).is_unavailable) == (Outcome.TEMPORARY, 421, True)


@pytest.mark.parametrize("hard", [False, True])
def test_an_answer_that_is_lost_after_the_dot_leaves_a_doubt(settings: LazySettings, hard: bool) -> None:
    def script(talk: Talk) -> None:
        talk.greet(*EVERYTHING)
        talk.hear_at_once(3)
        talk.say(*GOOD)
        talk.hear_content()
        talk.hang_up(hard=hard)

    answers, _ = talk_with(settings, script)
    assert only(answers).outcome is Outcome.UNKNOWN


def test_a_connection_that_breaks_within_the_content_leaves_no_doubt(settings: LazySettings) -> None:
    """The content is larger than what the kernels of both sides hold, so the dot cannot have left."""

    def script(talk: Talk) -> None:
        talk.greet(*EVERYTHING)
        talk.hear_at_once(3)
        talk.say(*GOOD)
        talk.hang_up(hard=True)

    answers, _ = talk_with(settings, script, data=b"Subject: x\r\n\r\n" + b"x" * 98 + b"\r\n" * 300_000)
    assert (only(answers).outcome, only(answers).is_unavailable) == (Outcome.TEMPORARY, True)


@pytest.mark.parametrize(
    ("missing", "outcome"),
    [(len(BODY) + 3, Outcome.TEMPORARY), (4, Outcome.TEMPORARY), (3, Outcome.TEMPORARY),
     (2, Outcome.UNKNOWN), (1, Outcome.UNKNOWN)],
)  # fmt: skip
def test_it_counts_what_the_kernel_took(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, missing: int, outcome: Outcome
) -> None:
    """A part of the dot may be the dot for a server that is not strict."""
    say = Wire.say

    def cut_off(self: Wire, data: bytes) -> None:
        if data.endswith(b"\r\n.\r\n"):
            raise CutOffError(len(data) - missing, BrokenPipeError("gone"))
        say(self, data)

    monkeypatch.setattr(Wire, "say", cut_off)
    channel = SmtpMail()
    answer = channel.send(outgoing())
    assert isinstance(answer, Answer)
    assert answer.outcome is outcome
    channel.close()
    assert mail_server.dots == []


def test_the_count_is_that_of_the_kernel() -> None:
    ours, theirs = socket.socketpair()
    wire = object.__new__(Wire)
    wire._socket = ours
    size = 5_000_000

    def read_some() -> None:
        with theirs:
            got = 0
            while got < size // 3:
                got += len(theirs.recv(100_000))

    reader = threading.Thread(target=read_some)
    reader.start()
    with ours, pytest.raises(CutOffError) as caught:
        wire.say(b"x" * size)
    reader.join()
    assert size // 3 <= caught.value.handed < size


def test_a_slow_answer_comes_later_and_holds_up_nobody(settings: LazySettings) -> None:
    answered = threading.Event()

    def slow(talk: Talk) -> None:
        talk.greet(*EVERYTHING)
        talk.hear_at_once(3)
        talk.say(*GOOD)
        talk.hear_content()
        talk.say("250-part of")
        answered.wait(5)
        talk.say("250 an answer")
        assert talk.hear() == "QUIT"

    with ScriptedServer(slow) as first, ScriptedServer(takes_one) as second:
        settings.EMAIL_PORT = first.port
        channel = SmtpMail(patience=0.2)
        later = channel.send(outgoing())
        assert isinstance(later, Later)
        settings.EMAIL_PORT = second.port
        quick = channel.send(outgoing("b@p.test"))
        assert isinstance(quick, Answer)
        assert quick.outcome is Outcome.ACCEPTED
        answered.set()
        assert later.wait() == Answer(Outcome.ACCEPTED, 250, "part of\nan answer")
        channel.close()


def test_a_late_no_is_a_no(settings: LazySettings) -> None:
    def script(talk: Talk) -> None:
        talk.greet()
        for answer in GOOD:
            talk.hear()
            talk.say(answer)
        talk.hear_content()
        assert talk.hear_nothing_for(0.3)
        talk.say("554 5.7.1 spam")
        talk.hear_the_end()

    with ScriptedServer(script) as server:
        settings.EMAIL_PORT = server.port
        later = SmtpMail(patience=0.1).send(outgoing())
        assert isinstance(later, Later)
        assert later.wait() == Answer(Outcome.REFUSED, 554, "5.7.1 spam")


def test_an_answer_that_never_ends_is_not_read_for_ever(settings: LazySettings) -> None:
    def script(talk: Talk) -> None:
        talk.greet()
        for answer in GOOD:
            talk.hear()
            talk.say(answer)
        talk.hear_content()
        talk.say("250-" + "x" * 100_000)
        talk.hear_the_end()

    answers, _ = talk_with(settings, script)
    assert only(answers).outcome is Outcome.UNKNOWN
    assert len(only(answers).detail) <= 1000


def test_whoever_may_not_send_any_more_sends_no_content(settings: LazySettings) -> None:
    def script(talk: Talk) -> None:
        talk.greet(*EVERYTHING)
        talk.hear_at_once(3)
        talk.say(*GOOD)
        assert talk.hear_the_end() == b""

    def broken() -> bool:
        raise RuntimeError("the database is away")

    with ScriptedServer(script, script) as server:
        settings.EMAIL_PORT = server.port
        channel = SmtpMail()
        stopped = channel.send(outgoing(may_be_sent=lambda: False))
        assert isinstance(stopped, Answer)
        assert stopped.outcome is Outcome.STOPPED
        with pytest.raises(RuntimeError):
            channel.send(outgoing(may_be_sent=broken))
        channel.close()


def test_a_connection_is_asked_only_after_a_silence(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    def first(talk: Talk) -> None:
        takes_one(talk, *EVERYTHING)
        assert talk.hear() == "NOOP"
        talk.say("250 here")
        takes_another(talk)
        assert talk.hear() == "NOOP"
        talk.say("421 4.4.2 idle for too long")
        talk.hear_the_end()

    with ScriptedServer(first, lambda talk: talk.greet()) as server:
        settings.EMAIL_PORT = server.port
        channel = SmtpMail()
        assert channel.ready("a@p.test") is None
        channel.send(outgoing())
        assert channel.ready("a@p.test") is None  # no silence: nothing is asked
        monkeypatch.setattr(smtp, "IDLE_SECONDS", 0.0)
        assert channel.ready("a@p.test") is None
        channel.send(outgoing())
        assert channel.ready("a@p.test") is None  # on a new connection
        channel.close()


def test_a_server_that_is_not_there_is_said_before_anything_is_rendered(settings: LazySettings) -> None:
    settings.EMAIL_PORT = 1
    answer = SmtpMail().ready("a@p.test")
    assert answer is not None
    assert (answer.outcome, answer.is_unavailable) == (Outcome.TEMPORARY, True)


@pytest.mark.parametrize(
    "address", ["a@b.test>\r\nDATA", "a@b.test\r\n", "a b@c.test", "<a@b.test", "ż@b.test", "a\0@b"]
)
def test_an_address_cannot_say_a_command(address: str) -> None:
    answer = SmtpMail().send(outgoing(address))
    assert isinstance(answer, Answer)
    assert answer.outcome is Outcome.REFUSED


@given(st.lists(st.sampled_from([b".", b"\r\n", b"\r", b"\n", b"x", b"..", "ż".encode()]), max_size=12).map(b"".join))
def test_nothing_in_a_message_ends_it_early(data: bytes) -> None:
    """A dot between bare line feeds is the end for some servers, and what follows would be commands."""
    said = on_the_wire(data)
    content, end = said[:-3], said[-3:]
    assert end == b".\r\n"
    assert content.endswith(b"\r\n")
    lines = content[:-2].split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line or line == b"." for line in lines)
    assert all(line[:2] == b".." for line in lines if line.startswith(b"."))
    received = b"\r\n".join(line.removeprefix(b".") for line in lines)
    plain = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n")
    assert received == plain.replace(b"\n", b"\r\n")
