"""The guarded client as this installation wants it. Every call to somebody else's machine goes through it."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from liaison.lib.http import Guard, HttpClient, Limits, network_of, port_range_of

CHECK_SECONDS = 3.0


def outbound_client(
    *,
    seconds: float | None = None,
    plain_http: bool = False,
    more_networks: tuple[str, ...] = (),
    more_ports: tuple[str, ...] = (),
) -> HttpClient:
    """Return a client for one thread. `seconds` ends a call sooner than HTTP_TIMEOUT_SECONDS.

    `plain_http`, `more_networks` and `more_ports` are for addresses that the operator chose: they may be public and
    not encrypted, or lie where no partner's address may lead to.
    """
    longest = float(settings.HTTP_TIMEOUT_SECONDS)
    answer = longest if seconds is None else min(seconds, longest)
    limits = Limits(connect_seconds=min(5.0, answer), answer_seconds=answer)
    networks, ports = (*settings.HTTP_ALLOWED_NETWORKS, *more_networks), (*settings.HTTP_ALLOWED_PORTS, *more_ports)
    return HttpClient(guard_of(networks, ports, plain_http), limits=limits)


def check_address(url: str) -> None:
    """Raise CallError when calls to this address would be refused now. Looks its name up, connects to nothing."""
    outbound_client(seconds=CHECK_SECONDS).check(url)


@lru_cache(maxsize=8)
def guard_of(networks: tuple[str, ...], ports: tuple[str, ...], plain_http: bool) -> Guard:
    """Return the guard for these words of the settings. Raises ValueError for one that means nothing."""
    return Guard(tuple(map(network_of, networks)), tuple(map(port_range_of, ports)), plain_http)
