"""The process that takes mail in: started only where it is set up, supervised like the others, and checked at boot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from liaison.config import parts
from liaison.config.checks import check_settings
from liaison.lib.ids import new_public_id
from liaison.mail.models import InboundMail
from liaison.notifications.return_addresses import bounce_address

START_WITHIN = 300.0  # as there


def complaints(settings: LazySettings, **values: str) -> set[str | None]:
    for name in ("MAIL_DOMAIN", "LMTP_LISTEN", "MAIL_AUTHSERV_ID"):
        setattr(settings, name, values.get(name, ""))
    return {
        message.id for message in check_settings() if message.id and message.id[-3:] in {"E30", "030", "031", "032"}
    }


def test_the_settings_of_mail_in_are_checked(settings: LazySettings) -> None:
    good = {"MAIL_DOMAIN": "in.operator.test", "LMTP_LISTEN": "127.0.0.1:24", "MAIL_AUTHSERV_ID": "mx.operator.test"}
    assert complaints(settings) == set()
    assert complaints(settings, **good) == set()
    assert complaints(settings, **good | {"MAIL_DOMAIN": "no domain"}) == {"config.E030"}
    assert complaints(settings, **good | {"LMTP_LISTEN": "nonsense"}) == {"config.E031"}
    assert complaints(settings, **good | {"MAIL_DOMAIN": ""}) == {"config.E032"}
    assert complaints(settings, **good | {"MAIL_AUTHSERV_ID": ""}) == {"config.W030"}


def test_no_process_takes_mail_in_where_none_comes(settings: LazySettings) -> None:
    settings.LMTP_LISTEN = ""
    assert parts.mail() == []
    settings.LMTP_LISTEN = "127.0.0.1:24"
    assert [child.name for child in parts.mail()] == ["lmtp"]


def test_the_command_says_what_is_missing() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "liaison", "lmtp"],
        env={**os.environ, "LMTP_LISTEN": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 1
    assert "LMTP_LISTEN is empty" in answer.stderr


@pytest.mark.django_db(transaction=True)
def test_the_command_keeps_what_comes_and_starts_again_when_it_is_killed(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.MAIL_DOMAIN = "in.operator.test"
    path = tmp_path / "lmtp"
    environment = {
        **os.environ,
        "DATABASE_URL": _url_of_the_tests(),
        "LMTP_LISTEN": str(path),
        "MAIL_DOMAIN": "in.operator.test",
        "LIAISON_SECRET_KEY": settings.SECRET_KEY,
    }
    process = subprocess.Popen([sys.executable, "-m", "liaison", "lmtp"], env=environment)
    try:
        for number in (1, 2):
            with _connected(path) as client:
                lines = client.makefile("rb")
                assert lines.readline().startswith(b"220")
                address = bounce_address(f"<{new_public_id()}@operator.test>")
                for command in ("LHLO x", "MAIL FROM:<>", f"RCPT TO:<{address}>", "DATA"):
                    client.sendall(f"{command}\r\n".encode())
                    while (line := lines.readline())[3:4] == b"-":
                        pass
                    assert line[:1] in {b"2", b"3"}, (command, line)
                client.sendall(b"Subject: x\r\n\r\nx%d\r\n.\r\n" % number)
                assert lines.readline() == b"250 2.6.0 Kept.\r\n"
                lines.close()
            assert InboundMail.objects.count() == number
            _kill(_children_of(process.pid), of=process.pid)
    finally:
        process.terminate()
        assert process.wait(60) == 0


def _url_of_the_tests() -> str:
    known = connection.settings_dict
    password = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    return f"postgresql://{known['USER']}{password}@/{known['NAME']}?host={known['HOST']}" + (
        f"&port={known['PORT']}" if known["PORT"] else ""
    )


def _connected(path: Path) -> socket.socket:
    """Return a connection once somebody answers there; a killed server leaves its socket behind."""
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end:
        client = socket.socket(socket.AF_UNIX)
        with suppress(OSError):
            client.settimeout(30)
            client.connect(str(path))
            return client
        client.close()
        time.sleep(0.2)
    raise TimeoutError("nobody takes mail in")


def _kill(children: list[int], *, of: int) -> None:
    """Kill them, and wait until their parent has noticed."""
    assert children
    for child in children:
        os.kill(child, signal.SIGKILL)
    end = time.monotonic() + START_WITHIN
    while not set(children).isdisjoint(_children_of(of)):
        assert time.monotonic() < end
        time.sleep(0.05)


def _children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]
