"""What the demo says: who can sign in and where, or how the story went."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from django.conf import settings

from liaison.demo import cast, seed
from liaison.demo.steps import STEPS
from liaison.demo.story import Scene, play
from liaison.lib.clock import utc_now

if TYPE_CHECKING:
    import threading

    from liaison.demo.mailbox import Mailbox

_WEB_STARTS_WITHIN = 60.0
_PAUSE = 0.2


def welcome(stop: threading.Event) -> bool:
    """Fill the database and print the address and the sign-in links; tell whether the web server answers."""
    seed.fill(operator_name=settings.OPERATOR_NAME, now=utc_now())
    if not web_answers(stop):
        say("The web server did not start; its words are above.")
        return False
    root = settings.PORTAL_URL
    for company, person in cast.everybody(settings.OPERATOR_NAME):
        say(f"  {person.name}, {company}: {person.what}\n    {root}/demo/sign-in/{person.key}")
    say("\nPress Ctrl-C to stop it.")
    return True


def play_once(mailbox: Mailbox, stop: threading.Event) -> int:
    """Fill the database, play the story and print its evidence; return the exit code."""
    stage = seed.fill(operator_name=settings.OPERATOR_NAME, now=utc_now())
    if not web_answers(stop):
        say("The web server did not start; its words are above.")
        return 1
    return 0 if play(Scene(settings.PORTAL_URL, stage, mailbox, stop), STEPS, say) else 1


def web_answers(stop: threading.Event) -> bool:
    """Wait until the web server answers, and the database behind it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(int(_WEB_STARTS_WITHIN / _PAUSE)):
        if stop.is_set():
            return False
        try:
            with opener.open(f"{settings.PORTAL_URL}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            stop.wait(_PAUSE)
    return False


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
