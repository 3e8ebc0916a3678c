"""Which targets may be reached: looked up once, and every answer checked."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from liaison.lib.http.addresses import is_public
from liaison.lib.http.errors import CallError, Obstacle
from liaison.lib.http.targets import Target

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LookUp = Callable[[str, int], Sequence[str]]

USUAL_PORTS: Final = ((80, 80), (443, 443), (8080, 8080), (8443, 8443))
_MOST_LOOK_UPS: Final = 32
_looking_up = threading.BoundedSemaphore(_MOST_LOOK_UPS)


@dataclass(frozen=True)
class PortRange:
    """Ports from `first` to `last`, both included."""

    first: int
    last: int


@dataclass(frozen=True)
class Guard:
    """What may be reached. `exempt` networks may although they are not public, also without encryption.

    `plain_http` says whether anything else may be reached without encryption.
    """

    exempt: tuple[Network, ...] = ()
    ports: tuple[PortRange, ...] = tuple(PortRange(*pair) for pair in USUAL_PORTS)
    plain_http: bool = False

    def addresses_of(self, target: Target, look_up: LookUp, seconds: float) -> tuple[Address, ...]:
        """Return the addresses of the target, all of them checked. Raises CallError.

        One forbidden address among several refuses them all: a name that means both is a trick, or broken.
        """
        if not any(allowed.first <= target.port <= allowed.last for allowed in self.ports):
            raise CallError(Obstacle.PORT_NOT_ALLOWED)
        found = _looked_up(target, look_up, seconds)
        if not all(is_public(address) or self._is_exempt(address) for address in found):
            raise CallError(Obstacle.ADDRESS_NOT_ALLOWED)
        if not (target.is_encrypted or self.plain_http or all(map(self._is_exempt, found))):
            raise CallError(Obstacle.NEEDS_HTTPS)
        return found

    def _is_exempt(self, address: Address) -> bool:
        return any(address in network for network in self.exempt)


def network_of(text: str) -> Network:
    """Return the network, `10.1.2.0/24` or a single address. Raises ValueError, also for bits beside the network."""
    return ip_network(text)


def port_range_of(text: str) -> PortRange:
    """Return the ports of `443` or `8000-8100`. Raises ValueError."""
    first, _, last = text.partition("-")
    found = PortRange(int(first), int(last or first))
    if not 1 <= found.first <= found.last <= 65_535:  # noqa: PLR2004  # the largest port there is
        raise ValueError(f"{text} is no range of ports")
    return found


def system_look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses that this machine's resolver gives. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(str(answer[4][0]) for answer in found)


def _looked_up(target: Target, look_up: LookUp, seconds: float) -> tuple[Address, ...]:
    try:
        return (ip_address(target.host),)
    except ValueError:
        pass
    try:
        addresses = tuple(ip_address(text) for text in _in_time(look_up, target, seconds))
    except (OSError, ValueError) as error:
        raise CallError(Obstacle.HOST_UNKNOWN) from error
    if not addresses:
        raise CallError(Obstacle.HOST_UNKNOWN)
    return tuple(dict.fromkeys(addresses))


def _in_time(look_up: LookUp, target: Target, seconds: float) -> Sequence[str]:
    """Return the answer, or raise: the system's resolver knows no time limit, so it works in a thread of its own."""
    if not _looking_up.acquire(blocking=False):
        raise TimeoutError("too many names are being looked up")
    answer: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            answer.put(look_up(target.host, target.port))
        except Exception as error:  # noqa: BLE001  # it is raised again in the thread that asked
            answer.put(error)
        finally:
            _looking_up.release()

    threading.Thread(target=work, name="look-up", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("the name was not found in time") from None
    if isinstance(found, Exception):
        raise found
    return found
