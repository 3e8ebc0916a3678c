"""Where mail is taken in, as `LMTP_LISTEN` says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where to listen: a path, or a host and a port (0 for any that is free)."""

    path: str = ""
    host: str = ""
    port: int = 0


def place_of(text: str) -> Place:
    """Read `LMTP_LISTEN`. Raises ValueError for what is neither a path nor `host:port`."""
    if text.startswith("/"):
        return Place(path=text)
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:  # noqa: PLR2004  # the largest port
        raise ValueError(f"{text!r} is neither a path nor host:port")
    return Place(host=host.strip("[]"), port=int(port))
