"""Which addresses may be reached (faults and threats: outbound HTTP)."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.lib.http import CallError, Guard, HttpClient, Obstacle, PortRange, network_of, port_range_of, target_of
from liaison.lib.http.addresses import is_public

PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104  # nothing is bound here
        "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "198.19.255.255", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:93.184.215.14", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::5db8:d70e", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:5db8:d70e::1", "2001:20::1", "2001:db8::1",
        "2002:7f00:1::", "2002:5db8:d70e::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1",
        "ff02::1",
    ],
)  # fmt: skip
def test_no_private_local_shared_or_translated_address_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [PUBLIC, "100.63.255.255", "100.128.0.0", "172.32.0.1", "2606:2800:21f::1"])
def test_addresses_beside_the_forbidden_ones_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_is_public_that_python_calls_private_reserved_or_multicast(address: IPv4Address | IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not any((address.is_multicast, address.is_reserved, address.is_loopback, address.is_link_local))


@given(st.ip_addresses(v=4))
def test_no_address_of_version_6_that_carries_one_of_version_4_is_public(address: IPv4Address) -> None:
    number = int(address)
    carriers = (number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80, 0x20010000 << 96)
    assert not any(is_public(IPv6Address(carrier)) for carrier in carriers)


@pytest.mark.parametrize(
    ("url", "obstacle"),
    [
        ("ftp://a.test/", Obstacle.SCHEME_NOT_ALLOWED),
        ("file:///etc/passwd", Obstacle.SCHEME_NOT_ALLOWED),
        ("a.test/hook", Obstacle.SCHEME_NOT_ALLOWED),
        ("https://user:word@a.test/", Obstacle.USER_INFO_NOT_ALLOWED),
        ("https://a.test@127.0.0.1/", Obstacle.USER_INFO_NOT_ALLOWED),
        ("https://", Obstacle.HOST_UNUSABLE),
        ("https://a..test/", Obstacle.HOST_UNUSABLE),
        ("https://2130706433/", Obstacle.HOST_UNUSABLE),
        ("https://0x7f000001/", Obstacle.HOST_UNUSABLE),
        ("https://0x7f.1/", Obstacle.HOST_UNUSABLE),
        ("https://0177.0.0.1/", Obstacle.HOST_UNUSABLE),
        ("https://127.1/", Obstacle.HOST_UNUSABLE),
        ("https://127.0.0.1.0x1/", Obstacle.HOST_UNUSABLE),
        ("https://[fe80::1%25eth0]/", Obstacle.HOST_UNUSABLE),
        ("https://[::1/", Obstacle.URL_UNUSABLE),
        ("https://a.test:0/", Obstacle.PORT_NOT_ALLOWED),
        ("https://a.test:99999/", Obstacle.URL_UNUSABLE),
        ("https://a.test:x/", Obstacle.URL_UNUSABLE),
        ("https://a.test/\r\nHost: b.test", Obstacle.URL_UNUSABLE),
        ("https://a.test\\@127.0.0.1/", Obstacle.URL_UNUSABLE),
        ("https://a.test/ b", Obstacle.URL_UNUSABLE),
        ("https://a.test/" + "x" * 2000, Obstacle.URL_UNUSABLE),
    ],
)
def test_it_says_what_is_wrong_with_an_address(url: str, obstacle: Obstacle) -> None:
    with pytest.raises(CallError) as refusal:
        target_of(url)
    assert refusal.value.obstacle is obstacle


def test_it_understands_names_ports_and_paths() -> None:
    assert target_of("https://Hooks.Partner.TEST./a/b?x=1&y=%20#top").authority == "hooks.partner.test"
    assert target_of("https://hooks.test/a/b?x=1&y=%20#top").path == "/a/b?x=1&y=%20"
    assert target_of("https://hooks.test").path == "/"
    assert target_of("http://hooks.test:8080/ü").path == "/%C3%BC"
    assert target_of("http://hooks.test:8080/").authority == "hooks.test:8080"
    assert target_of("https://bücher.test/").host == "xn--bcher-kva.test"
    assert target_of("https://[2606:2800:21f:0::1]:8443/").authority == "[2606:2800:21f::1]:8443"
    assert target_of("https://127.0.0.1/").host == "127.0.0.1"


def test_digits_of_other_scripts_are_the_address_that_they_mean() -> None:
    with pytest.raises(CallError) as refusal:
        HttpClient(Guard()).check("https://１２７.０.０.１/")
    assert refusal.value.obstacle is Obstacle.ADDRESS_NOT_ALLOWED


def obstacle_of(guard: Guard, url: str, *answers: str) -> Obstacle | None:
    def look_up(host: str, port: int) -> Sequence[str]:
        if not answers:
            raise OSError("no such name")
        return answers

    try:
        HttpClient(guard, look_up=look_up).check(url)
    except CallError as error:
        return error.obstacle
    return None


def test_one_private_answer_among_public_ones_refuses_the_name() -> None:
    assert obstacle_of(Guard(), "https://a.test/", PUBLIC) is None
    assert obstacle_of(Guard(), "https://a.test/", PUBLIC, "10.0.0.1") is Obstacle.ADDRESS_NOT_ALLOWED
    assert obstacle_of(Guard(), "https://a.test/", "::1", PUBLIC) is Obstacle.ADDRESS_NOT_ALLOWED
    assert obstacle_of(Guard(), "https://a.test/", "fe80::1%eth0") is Obstacle.ADDRESS_NOT_ALLOWED
    assert obstacle_of(Guard(), "https://a.test/") is Obstacle.HOST_UNKNOWN


def test_exempt_networks_are_exact() -> None:
    guard = Guard(exempt=(network_of("10.1.2.0/24"),))
    assert obstacle_of(guard, "https://a.test/", "10.1.2.3") is None
    assert obstacle_of(guard, "https://a.test/", "10.1.3.3") is Obstacle.ADDRESS_NOT_ALLOWED
    assert obstacle_of(guard, "https://a.test/", "::ffff:10.1.2.3") is Obstacle.ADDRESS_NOT_ALLOWED
    with pytest.raises(ValueError, match="host bits"):
        network_of("10.1.2.3/24")


def test_what_is_not_encrypted_stays_within_exempt_networks() -> None:
    guard = Guard(exempt=(network_of("10.1.2.0/24"),))
    assert obstacle_of(guard, "http://a.test/", "10.1.2.3") is None
    assert obstacle_of(guard, "http://a.test/", PUBLIC) is Obstacle.NEEDS_HTTPS
    assert obstacle_of(guard, "http://a.test/", PUBLIC, "10.1.2.3") is Obstacle.NEEDS_HTTPS
    assert obstacle_of(Guard(plain_http=True), "http://a.test/", PUBLIC) is None


def test_only_allowed_ports_are_reached() -> None:
    assert obstacle_of(Guard(), "https://a.test:25/", PUBLIC) is Obstacle.PORT_NOT_ALLOWED
    assert obstacle_of(Guard(), "https://a.test:8443/", PUBLIC) is None
    assert obstacle_of(Guard(ports=(PortRange(9000, 9100),)), "https://a.test:9050/", PUBLIC) is None
    assert port_range_of("8000-8100") == PortRange(8000, 8100)
    assert port_range_of("443") == PortRange(443, 443)
    for wrong in ("0", "70000", "9-8", "x"):
        with pytest.raises(ValueError):  # noqa: PT011  # the words differ, the kind counts
            port_range_of(wrong)
