"""No channel leads into our own network: every class of address, at adding, at testing and at sending.

Faults and threats, "Outbound HTTP": private, loopback, link-local, CGNAT, NAT64 and 6to4 addresses, decimal and
hexadecimal forms, redirects and DNS rebinding to them. The adapters here are those that every message goes through,
that of the test button too.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.conf import LazySettings

from liaison.lib.clock import utc_now
from liaison.lib.http.testing import HttpServer, answer
from liaison.notifications import channels
from liaison.notifications.channels.contract import Answer, ChannelAdapter, Later, Outcome, Outgoing
from liaison.notifications.endpoints import SEALED_CHANNELS, sealed
from liaison.notifications.facts import Channel
from liaison.notifications.models import Endpoint

pytestmark = pytest.mark.django_db

ADDRESSES = {
    "private 10": "10.1.2.3",
    "private 172": "172.16.0.1",
    "private 192": "192.168.1.1",
    "loopback": "127.0.0.1",
    "loopback of IPv6": "[::1]",
    "this network": "0.0.0.0",  # noqa: S104  # nothing listens there
    "link-local": "169.254.169.254",
    "link-local of IPv6": "[fe80::1]",
    "unique local": "[fd00::1]",
    "CGNAT": "100.64.0.1",
    "NAT64": "[64:ff9b::7f00:1]",
    "local NAT64": "[64:ff9b:1::a00:1]",
    "6to4": "[2002:7f00:1::]",
    "Teredo": "[2001:0:7f00:1::]",
    "IPv4-mapped": "[::ffff:127.0.0.1]",
    "IPv4-compatible": "[::127.0.0.1]",
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "hexadecimal parts": "0x7f.0x0.0x0.0x1",
    "octal": "0177.0.0.1",
    "short": "127.1",
    "multicast": "224.0.0.1",
    "broadcast": "255.255.255.255",
    "a name for it": "localhost",
}
CALLED = tuple(channel for channel in Channel if channel is not Channel.EMAIL)
WORDS = b'{"title":"Down","text":"Down","language":"en"}'


@pytest.fixture(autouse=True)
def _everything_is_offered(settings: LazySettings) -> None:
    """Offer all channels, and allow no network: what is refused is refused by the guard alone, whatever the port."""
    settings.APPRISE_ALLOWED = ("json", "jsons", "ntfy", "ntfys")
    settings.SMS_GATEWAY_URL = settings.VOICE_GATEWAY_URL = "https://gateway.operator.test/send"
    settings.HTTP_ALLOWED_NETWORKS = settings.GATEWAY_ALLOWED_NETWORKS = ()
    settings.HTTP_ALLOWED_PORTS = ("1-65535",)
    settings.HTTP_TIMEOUT_SECONDS = 2


@pytest.fixture
def send(settings: LazySettings) -> Iterator[Callable[[Channel, str], Answer]]:
    """Send one message on a channel to `https://<host>…`, past all checks that were made when it was added."""
    adapters: list[ChannelAdapter] = []

    def sending(channel: Channel, host: str, scheme: str = "https") -> Answer:
        address = f"{scheme}://{host}/hook"
        if channel in {Channel.SMS, Channel.VOICE}:  # here it is the operator who mistyped
            setattr(settings, f"{channel.name}_GATEWAY_URL", address)
            address = "tel:+390612345678"
        elif channel is Channel.APPRISE:
            address = f"json{'s' if scheme == 'https' else ''}://{host}/hook?redirect=yes&verify=no"
        adapters.append(channels.named(channel))
        return sent(adapters[-1], make_endpoint(channel, address))

    yield sending
    for adapter in adapters:
        adapter.close()


def make_endpoint(channel: Channel, address: str) -> Endpoint:
    hidden = channel in SEALED_CHANNELS or channel is Channel.WEBHOOK
    secret = address if channel in SEALED_CHANNELS else "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    return Endpoint.objects.create(
        account_id=1,
        owner_key="address:anna@p.test",
        channel=channel,
        name="Pager",
        url=address,
        secret=sealed(secret) if hidden else "",
        created_at=utc_now(),
    )


def sent(adapter: ChannelAdapter, endpoint: Endpoint, now: datetime | None = None) -> Answer:
    no = adapter.ready(endpoint.public_id)
    if no is not None:
        return no
    found = adapter.send(Outgoing(endpoint.public_id, WORDS, "<abc@p.test>", now or utc_now()))
    return found.wait() if isinstance(found, Later) else found


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Note every connection that somebody tries to open, and refuse it. (The database's driver has its own sockets.)"""
    tried: list[object] = []

    def noted(self: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError("no connection in this test")

    monkeypatch.setattr(socket.socket, "connect", noted)
    monkeypatch.setattr(socket.socket, "connect_ex", noted)
    return tried


@pytest.mark.parametrize("channel", CALLED)
@pytest.mark.parametrize("kind", ADDRESSES)
def test_no_channel_calls_an_address_that_is_not_public(
    channel: Channel, kind: str, send: Callable[[Channel, str], Answer], no_connections: list[object]
) -> None:
    said = send(channel, ADDRESSES[kind])
    assert said.outcome in {Outcome.TEMPORARY, Outcome.REFUSED}
    assert said.detail in {"address not allowed", "host unusable", "the service cannot be used"}
    assert no_connections == []


@pytest.mark.parametrize("channel", CALLED)
def test_a_name_that_leads_inside_at_sending_is_not_called(
    channel: Channel,
    send: Callable[[Channel, str], Answer],
    no_connections: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: public when it was added, ours when it is used; and a public address beside it helps nothing."""
    asked: list[str] = []

    def rebound(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", (address, port)) for address in ("93.184.215.14", "169.254.169.254")]

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    assert send(channel, "rebinding.partner.test").detail == "address not allowed"
    assert asked == ["rebinding.partner.test"]
    assert no_connections == []


@pytest.mark.parametrize("channel", CALLED)
def test_a_redirect_to_an_inner_address_is_not_followed(
    channel: Channel, send: Callable[..., Answer], settings: LazySettings
) -> None:
    settings.HTTP_ALLOWED_NETWORKS = ("127.0.0.2",)
    with HttpServer() as inside, ServerAt("127.0.0.2") as server:
        for status in ("301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"):
            server.acts.append(answer(status, f"Location: {inside.url}"))
            assert send(channel, f"127.0.0.2:{server.port}", scheme="http").outcome is Outcome.TEMPORARY
        assert len(server.taken) == 4
        assert inside.connections == 0


class ServerAt(HttpServer):
    """The server of the tests at another address of this machine, so that one can be allowed and the other not."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._listener.close()
        self._listener = socket.create_server((host, 0))
        self.port = self._listener.getsockname()[1]


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
@pytest.mark.parametrize(
    "word", ["10.0.0.1", "@10.0.0.1/", "#@10.0.0.1", "\r\nHost: 10.0.0.1", "&to=1", "{text}", "../../admin"]
)
def test_no_word_of_a_message_changes_where_a_gateway_is_called(
    channel: Channel, word: str, settings: LazySettings
) -> None:
    """What partners and alerts say stands in values alone, however it is spelled."""
    from liaison.notifications.channels.gateway.shape import gateway_of  # noqa: PLC0415

    gateway = gateway_of(
        url="https://gateway.operator.test/send?to={to}&text={text}",
        method="GET",
        headers="",
        body="",
        sender="",
        id_pointer="",
    )
    request = gateway.request({"to": "+390612345678", "text": word})
    head, _, query = request.url.partition("?")
    assert head == "https://gateway.operator.test/send"
    assert query.count("&") == 1
    assert not set(query) & set("#@\r\n/ ")


def test_the_networks_of_the_gateway_are_nobody_elses(send: Callable[..., Answer], settings: LazySettings) -> None:
    """A gateway in the operator's own network is no door for the addresses that partners give."""
    settings.GATEWAY_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    with HttpServer() as inside:
        host = f"127.0.0.1:{inside.port}"
        for channel in CALLED:
            if channel in {Channel.SMS, Channel.VOICE}:
                assert send(channel, host, scheme="http").outcome is Outcome.ACCEPTED
            else:
                assert send(channel, host, scheme="http").detail == "address not allowed"
        assert len(inside.taken) == 2
