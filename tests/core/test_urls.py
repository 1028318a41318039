"""Which URLs a worker calls, and which addresses it then speaks to."""

from ipaddress import ip_address

import pytest

from tickwork.core.urls import Allowed, Target, pinned, target_of, wrong_url

INSIDE = [
    "127.0.0.1",
    "127.8.9.10",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",  # behind a carrier's NAT
    "169.254.169.254",  # metadata of a cloud
    "0.0.0.0",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",  # IPv4 in IPv6's clothes
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::1",
]
OUTSIDE = ["93.184.216.34", "1.1.1.1", "2606:2800:220:1::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
HOST = Target(scheme="https", host="example.org", port=443)


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_the_public_internet_is_refused(address: str) -> None:
    with pytest.raises(PermissionError, match="a worker calls it only if its setting http_allow says so"):
        pinned(HOST, [address], Allowed())


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_public_internet_is_open(address: str) -> None:
    assert pinned(HOST, [address], Allowed()) == [str(ip_address(address))]


def test_a_name_that_leads_inside_and_outside_is_refused() -> None:
    with pytest.raises(PermissionError, match=r"example\.org \(10\.0\.0\.1\) is a private address"):
        pinned(HOST, ["1.1.1.1", "10.0.0.1"], Allowed())


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "a loopback address"),
        ("169.254.0.1", "a link-local address"),
        ("224.0.0.1", "a multicast address"),
        ("0.0.0.0", "no address that can be called"),
        ("10.0.0.1", "a private address"),
        ("100.64.0.1", "not on the public internet"),
    ],
)
def test_the_refusal_says_what_it_is(address: str, kind: str) -> None:
    refusal = Allowed().refusal(HOST, ip_address(address))
    assert refusal is not None
    assert kind in refusal


@pytest.mark.parametrize(
    ("allow", "address", "host", "port", "reached"),
    [
        ("10.0.0.0/8", "10.9.9.9", "a.lan", 80, True),
        ("10.0.0.0/8", "11.0.0.1", "a.lan", 80, True),
        ("10.0.0.0/8", "192.168.0.1", "a.lan", 80, False),
        ("127.0.0.1", "127.0.0.1", "localhost", 80, True),
        ("127.0.0.1", "127.0.0.2", "localhost", 80, False),
        ("127.0.0.1", "::ffff:127.0.0.1", "localhost", 80, True),
        ("::1", "::1", "localhost", 80, True),
        ("wiki.lan", "10.0.0.1", "wiki.lan", 80, True),
        ("wiki.lan", "10.0.0.1", "WIKI.lan.", 80, True),
        ("wiki.lan", "10.0.0.1", "xwiki.lan", 80, False),
        (".lan", "10.0.0.1", "wiki.lan", 80, True),
        (".lan", "10.0.0.1", "lan", 80, False),
        ("localhost:8080", "127.0.0.1", "localhost", 8080, True),
        ("localhost:8080", "127.0.0.1", "localhost", 22, False),
    ],
)
def test_a_worker_may_allow_networks_and_names(allow: str, address: str, host: str, port: int, reached: bool) -> None:
    target = Target(scheme="http", host=host, port=port)
    refusal = Allowed.parse([allow]).refusal(target, ip_address(address))
    assert (refusal is None) is reached


def test_a_url_leads_somewhere() -> None:
    assert target_of("https://Example.org/a?b") == HOST
    assert target_of("http://[::1]:8080/") == Target(scheme="http", host="::1", port=8080)


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("ftp://a/", "is not called"),
        ("file:///etc/passwd", "is not called"),
        ("example.org/ping", "is not called"),
        ("http:///path", "names no host"),
        ("http://a:0/", "names no host"),
        ("http://a:99999/", "is no URL"),
        ("http://[::1/", "is no URL"),
        ("http://u:p@a/", "holds a user or a password"),
        ("http://u@a/", "holds a user or a password"),
        ("http://a/b c", "must percent-encode"),
        ("http://a/\r\nHost: b", "must percent-encode"),
        ("http://ä.example/", "must percent-encode"),
    ],
)
def test_what_is_wrong_with_a_url_is_said(url: str, wrong: str) -> None:
    assert wrong in (wrong_url(url) or "")
