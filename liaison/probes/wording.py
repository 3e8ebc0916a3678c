"""The sentences for this room's codes, and what one request of a health check came to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.probes.vocabulary import ProbeCode as Code
from liaison.probes.vocabulary import Problem

WORDS: Mapping[StrEnum, Promise] = {
    Code.URL_UNUSABLE: _("This is not a web address. Enter one like https://api.example.com/health."),
    Code.SCHEME_NOT_ALLOWED: _("The address must start with https:// or http://."),
    Code.USER_INFO_NOT_ALLOWED: _("Leave out the user name and the password before the name of the server."),
    Code.HOST_UNUSABLE: _("The name of the server in this address is not valid."),
    Code.HOST_UNKNOWN: _("The name of the server in this address cannot be found. Check the spelling."),
    Code.PORT_NOT_ALLOWED: _("The port in this address cannot be used. Usual ones can, such as 443."),
    Code.ADDRESS_NOT_ALLOWED: _("This address leads into a private network. It must be reachable from the internet."),
    Code.INTERVAL_UNUSABLE: _("Enter an interval from %(least)s seconds to %(most)s seconds."),
    Code.TIMEOUT_UNUSABLE: _("Enter a time limit from %(least)s second to %(most)s seconds."),
    Code.IS_OFF: _("The health check is switched off. Switch it on first."),
    Code.TRIED_JUST_NOW: _("The last request was made a moment ago. Try again in %(seconds)s seconds."),
    Code.BEAT_NAME_UNUSABLE: _(
        "The name of a heartbeat has at most %(longest)s letters, digits, hyphens, dots and underscores."
    ),
    Code.BEAT_INTERVAL_UNUSABLE: _("Enter an interval from %(least)s seconds to %(most)s days."),
    Code.TOO_MANY_BEATS: _("An environment has at most %(most)s heartbeats. Remove one that is not needed."),
}

PROBLEMS: Mapping[Problem, Promise] = {
    Problem.NONE: _("Everything is well."),
    Problem.HOST_UNKNOWN: _("The name of the server was not found."),
    Problem.NO_CONNECTION: _("No connection could be made."),
    Problem.CERTIFICATE_REFUSED: _("The certificate of the server is not valid for this address."),
    Problem.CLOSED: _("The connection was closed without an answer."),
    Problem.TOO_SLOW: _("No answer came within the time limit."),
    Problem.NOT_HTTP: _("What came back was not an HTTP answer."),
    Problem.REDIRECT: _("The answer leads to another address. Redirects are not followed."),
    Problem.STATUS: _("The answer was an error."),
    Problem.NOT_ALLOWED: _("This address may not be called from here. Nothing was sent, and it does not count."),
    Problem.OUR_NETWORK: _("Hardly any server could be reached from here at that moment, so it does not count."),
}


def problem_words(problem: str) -> str:
    """Return what a kept problem means, in the active language."""
    return str(PROBLEMS[Problem(problem)])
