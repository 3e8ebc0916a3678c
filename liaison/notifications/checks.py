"""The boot check of the settings about calls to other machines, and what the doctor says of the channels."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error

from liaison.lib.http import network_of, port_range_of
from liaison.notifications.channels import sms, voice
from liaison.notifications.channels.gateway.phone import problem_of


def check_outbound(**_: object) -> list[CheckMessage]:
    """Return an error for each word of the settings that is no network, or no port, and for a gateway without sense."""
    return [*_networks("HTTP_ALLOWED_NETWORKS"), *_networks("GATEWAY_ALLOWED_NETWORKS"), *_ports(), *_gateways()]


def unguarded_services() -> Iterator[tuple[str, str]]:
    """Name the schemes of APPRISE_ALLOWED that cannot be offered, each with why. Loads the library if it is wanted."""
    if not settings.APPRISE_ALLOWED:
        return
    from liaison.notifications.channels.apprise.library import why_not  # noqa: PLC0415  # about 40 MB

    for scheme in settings.APPRISE_ALLOWED:
        reason = why_not(scheme)
        if reason:
            yield scheme, reason


def _gateways() -> Iterator[CheckMessage]:
    for prefix in (sms.PREFIX, voice.PREFIX):
        problem = problem_of(prefix)
        if problem:
            yield Error(
                f"{prefix}_GATEWAY_…: {problem}.",
                hint="docs/reference/channels.md says what a gateway's settings look like.",
                id="notifications.E003",
            )


def _networks(name: str) -> Iterator[CheckMessage]:
    for word in getattr(settings, name):
        try:
            network_of(word)
        except ValueError as error:
            yield Error(
                f"{name}: {error}.",
                hint="Write networks or single addresses, with commas between them: 10.1.2.0/24,192.168.7.5.",
                id="notifications.E001",
            )


def _ports() -> Iterator[CheckMessage]:
    for word in settings.HTTP_ALLOWED_PORTS:
        try:
            port_range_of(word)
        except ValueError:
            yield Error(
                f"HTTP_ALLOWED_PORTS: {word!r} is neither a port nor a range of ports.",
                hint="Write ports from 1 to 65535, with commas between them: 443,8000-8100.",
                id="notifications.E002",
            )
