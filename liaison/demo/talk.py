"""What the demo says: who can sign in and where, or how the story went."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings

from liaison.demo import life, people, seed
from liaison.demo.at_the_desk import leave_at_the_desk
from liaison.demo.cases import file_casebook
from liaison.demo.client import Browser
from liaison.demo.delegates import fill_delegates
from liaison.demo.opening import CALLED, open_emergency
from liaison.demo.receiver import Partner, Receiver
from liaison.demo.steps import STEPS
from liaison.demo.story import Scene, play
from liaison.lib.clock import utc_now

if TYPE_CHECKING:
    import threading

    from liaison.demo.mailbox import Mailbox

_WEB_STARTS_WITHIN = 60.0
_PAUSE = 0.2


def welcome(stop: threading.Event) -> bool:
    """Fill the database, raise an emergency and print the sign-in links; tell whether the web server answers."""
    stage = seed.fill(operator_name=settings.OPERATOR_NAME, now=utc_now())
    if not web_answers(stop):
        say("The web server did not start; its words are above.")
        return False
    root = settings.PORTAL_URL
    for company, person in people.everybody(settings.OPERATOR_NAME):
        say(f"  {person.name}, {company}: {person.what}\n    {root}/demo/sign-in/{person.key}")
    receiver, partner = Receiver(), Partner()
    receiver.start()  # they end with the demo
    partner.start()
    life.begin(stage, Browser(root), partner, stop)
    cases = file_casebook(stage, utc_now())
    leave_at_the_desk(stage, utc_now())
    fill_delegates(stage, utc_now())
    if open_emergency(stage, Browser(root), receiver).status == HTTPStatus.OK:
        called = stage.people[CALLED]
        say(
            f"\nAn emergency has just begun at {called.account.name}, and {called.name} is called. Whoever acknowledges"
        )
        say(f"it from the mail or on the page of the incident has it: {root}/demo/mailbox")
    say(f"\nOf another of its integrations a third of the bookings fails; how it does: {root}/u/0/monitoring/")
    say(f"\nSeven cases wait, in four languages, in every state: {root}/u/0/cases/{cases[0].number}")
    say(f"\nSomebody would like to become a partner: {root}/u/0/desk/interests")
    say(f"Six customers, their reseller and a support partner, as staff see them: {root}/u/0/desk/customers")
    say(f"An article waits for its review, and a reader for an answer: {root}/u/0/desk/help")
    say("\nPress Ctrl-C to stop it.")
    return True


def play_once(mailbox: Mailbox, stop: threading.Event) -> int:
    """Fill the database, play the story and print its evidence; return the exit code."""
    stage = seed.fill(operator_name=settings.OPERATOR_NAME, now=utc_now())
    fill_delegates(stage, utc_now())
    if not web_answers(stop):
        say("The web server did not start; its words are above.")
        return 1
    scene = Scene(settings.PORTAL_URL, stage, mailbox, stop)
    try:
        return 0 if play(scene, STEPS, say) else 1
    finally:
        scene.kept.close()
        scene.partner.stop()
        scene.receiver.stop()


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
