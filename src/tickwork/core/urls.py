"""URLs that a worker may be told to call, and the addresses that it may then speak to.

Who can say which URL is called must not reach what only the worker's own host or network can: its loopback services,
the metadata service of a cloud, a printer. So a request goes to addresses of the public internet, and to others only
where the worker's operator has allowed them. What is checked is the address that the connection is then made to, not a
name that may resolve to another one a moment later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a URL leads."""

    scheme: str
    host: str
    port: int


def target_of(url: str) -> Target:
    """Raises `ValueError` with what is wrong with the URL."""
    if (wrong := wrong_url(url)) is not None:
        raise ValueError(wrong)
    parts = urlsplit(url)
    return Target(scheme=parts.scheme, host=parts.hostname or "", port=parts.port or _PORTS[parts.scheme])


def wrong_url(url: str) -> str | None:
    """What is wrong with a URL that is to be called, or None."""
    if not url.isprintable() or " " in url or not url.isascii():
        return f"{url!r} has characters that a URL must percent-encode"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"{url!r} is no URL: {error}"
    if parts.scheme not in _PORTS:
        return f"{url!r} is not called: write http://… or https://…"
    if not parts.hostname or port == 0:
        return f"{url!r} names no host; write https://example.org/path"
    if parts.username is not None or parts.password is not None:
        return f"{url!r} holds a user or a password, which would be shown; put them into a header"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What may be reached beside the public internet."""

    networks: tuple[Network, ...] = ()
    hosts: tuple[str, ...] = ()
    """Names, whatever they resolve to; `.example.org` is every name below it. With `:port`, that port only."""
    unless: str = "a worker calls it only if its setting http_allow says so"
    """What a refusal says to do about it."""

    @classmethod
    def parse(cls, texts: Iterable[str], *, unless: str | None = None) -> Self:
        """From networks (`10.0.0.0/8`, `127.0.0.1`) and names (`wiki.lan`, `.lan`, `localhost:8080`)."""
        networks: list[Network] = []
        hosts: list[str] = []
        for text in texts:
            try:
                networks.append(ip_network(text, strict=False))
            except ValueError:
                hosts.append(text.lower().rstrip("."))
        said = cls(networks=tuple(networks), hosts=tuple(hosts))
        return said if unless is None else replace(said, unless=unless)

    def names(self, target: Target) -> bool:
        """Whether the host was allowed by its name."""
        own = target.host.lower().rstrip(".")
        return any(_names(allowed, own, target.port) for allowed in self.hosts)

    def refusal(self, target: Target, address: Address) -> str | None:
        """Why a request to the target must not go to this address, or None."""
        real = _behind(address)
        if _is_public(real) or self.names(target):
            return None
        if any(real in network for network in self.networks if network.version == real.version):
            return None
        at = "" if target.host == str(address) else f" ({address})"
        return f"{target.host}{at} is {_kind(real)}; {self.unless}"


def pinned(target: Target, addresses: Sequence[str], allowed: Allowed) -> list[str]:
    """The addresses that the target's name has resolved to, checked: the connection is made to one of them and to
    nothing else. Raises `PermissionError` if any of them may not be called (a name that leads inside and outside is a
    trick), and `ValueError` where there is none."""
    found = [ip_address(address.partition("%")[0]) for address in addresses]
    for address in found:
        if (why := allowed.refusal(target, address)) is not None:
            raise PermissionError(why)
    if not found:
        raise ValueError(f"{target.host} has no address")
    return [str(address) for address in found]


def _names(allowed: str, host: str, port: int) -> bool:
    name, colon, only = allowed.rpartition(":")
    if colon and only.isdigit():
        return int(only) == port and _names(name, host, port)
    return host == allowed or (allowed.startswith(".") and host.endswith(allowed))


def _behind(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast


def _kind(address: Address) -> str:
    for name, is_it in (
        ("a loopback address", address.is_loopback),
        ("a link-local address", address.is_link_local),
        ("a multicast address", address.is_multicast),
        ("no address that can be called", address.is_unspecified or address.is_reserved),
        ("a private address", address.is_private),
    ):
        if is_it:
            return name
    return "not on the public internet"
