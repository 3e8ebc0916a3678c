"""Calls to other people's machines: the one way in which Liaison speaks HTTP outwards.

Whoever gives us an address may mean our own network, so an address is looked up once, every answer is checked, and
the connection goes to the checked answer itself. Nothing is followed, unpacked or remembered; time and size end.
"""

from __future__ import annotations

from liaison.lib.http.client import HttpClient, Limits, Pending, Request, Response
from liaison.lib.http.errors import CallError, Obstacle
from liaison.lib.http.guard import Guard, Network, PortRange, network_of, port_range_of
from liaison.lib.http.targets import Target, target_of

__all__ = [
    "CallError",
    "Guard",
    "HttpClient",
    "Limits",
    "Network",
    "Obstacle",
    "Pending",
    "PortRange",
    "Request",
    "Response",
    "Target",
    "network_of",
    "port_range_of",
    "target_of",
]
