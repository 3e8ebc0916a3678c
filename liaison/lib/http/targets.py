"""From an address as somebody typed it to a host, a port and a path; or the reason why not. No network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import quote, urlsplit

import idna

from liaison.lib.http.errors import CallError, Obstacle

LONGEST_URL: Final = 2000
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_UNUSABLE: Final = re.compile(r"[\x00-\x20\x7f\\\s]")
_NUMBER: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII)
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_LONGEST_HOST: Final = 253
# What may stand in a path or query as it is; `%` stays, because what is encoded already is not encoded again.
_AS_IT_IS: Final = "/?:@!$&'()*+,;=-._~%"


@dataclass(frozen=True)
class Target:
    """Where a request goes. `host` is ASCII and lower case, `path` starts with `/` and holds the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_encrypted(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Return what the header Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"


def target_of(url: str) -> Target:
    """Return what the address names. Raises CallError with why it cannot be used."""
    if len(url) > LONGEST_URL or _UNUSABLE.search(url):
        raise CallError(Obstacle.URL_UNUSABLE)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CallError(Obstacle.URL_UNUSABLE) from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise CallError(Obstacle.SCHEME_NOT_ALLOWED)
    if "@" in parts.netloc:
        raise CallError(Obstacle.USER_INFO_NOT_ALLOWED)
    if port == 0:
        raise CallError(Obstacle.PORT_NOT_ALLOWED)
    path = quote(parts.path or "/", safe=_AS_IT_IS)
    query = f"?{quote(parts.query, safe=_AS_IT_IS)}" if parts.query else ""
    return Target(parts.scheme, _host_of(parts.hostname or ""), port or _DEFAULT_PORTS[parts.scheme], path + query)


def _host_of(host: str) -> str:
    """Return the host, a name or a plain address. Names that only look like numbers are refused.

    `2130706433`, `0x7f.1` and `0177.0.0.1` all mean 127.0.0.1 to some resolvers, and a name to others.
    """
    if ":" in host:
        return _version_6(host)
    name = host
    if not host.isascii():
        try:
            name = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise CallError(Obstacle.HOST_UNUSABLE) from error
    name = name.removesuffix(".").lower()
    labels = name.split(".")
    if len(name) > _LONGEST_HOST or not all(map(_LABEL.fullmatch, labels)):
        raise CallError(Obstacle.HOST_UNUSABLE)
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(name))
        except AddressValueError as error:
            raise CallError(Obstacle.HOST_UNUSABLE) from error
    return name


def _version_6(host: str) -> str:
    try:
        address = IPv6Address(host)
    except AddressValueError as error:
        raise CallError(Obstacle.HOST_UNUSABLE) from error
    if address.scope_id is not None:
        raise CallError(Obstacle.HOST_UNUSABLE)
    return str(address)
