"""The boot check of the settings about calls to other machines."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error

from liaison.lib.http import network_of, port_range_of


def check_outbound(**_: object) -> list[CheckMessage]:
    """Return an error for each word of the settings that is no network, or no port."""
    return [*_networks(), *_ports()]


def _networks() -> Iterator[CheckMessage]:
    for word in settings.HTTP_ALLOWED_NETWORKS:
        try:
            network_of(word)
        except ValueError as error:
            yield Error(
                f"HTTP_ALLOWED_NETWORKS: {error}.",
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
